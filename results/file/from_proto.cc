#include "results/file/from_proto.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "results/file/damaged.h"

namespace exitbench {
namespace {

// CheckWire() has bounded its length.
absl::Status Take(const std::string& from, absl::string_view, std::string& to) {
  to = from;
  return absl::OkStatus();
}

absl::Status Take(double from, absl::string_view what, double& to) {
  if (!std::isfinite(from)) {
    return Damaged(absl::StrCat(what, " is not a number"));
  }
  to = from;
  return absl::OkStatus();
}

template <typename Enum>
absl::Status TakeEnum(int from, Enum last, absl::string_view what, Enum& to) {
  if (from < 0 || from > static_cast<int>(last)) {
    return Damaged(absl::StrCat(what, " ", from, " is unknown"));
  }
  to = static_cast<Enum>(from);
  return absl::OkStatus();
}

// Names are what cases and metrics are found by, here and in other files.
template <typename Named>
absl::Status CheckNamesDiffer(const std::vector<Named>& all,
                              absl::string_view what) {
  absl::flat_hash_set<absl::string_view> names;
  for (const Named& one : all) {
    if (!names.insert(one.name).second) {
      return Damaged(absl::StrCat("two ", what, " of the name ", one.name));
    }
  }
  return absl::OkStatus();
}

absl::Status Take(const google::protobuf::RepeatedPtrField<proto::Fact>& from,
                  std::vector<Fact>& to) {
  for (const proto::Fact& fact : from) {
    Fact f;
    EB_RETURN_IF_ERROR(Take(fact.key(), "a fact's key", f.key));
    EB_RETURN_IF_ERROR(Take(fact.value(), "a fact's value", f.value));
    to.push_back(std::move(f));
  }
  return absl::OkStatus();
}

absl::Status Take(const proto::Host& from, Host& to) {
  EB_RETURN_IF_ERROR(
      Take(from.kernel_release(), "kernel_release", to.kernel_release));
  EB_RETURN_IF_ERROR(
      Take(from.kernel_version(), "kernel_version", to.kernel_version));
  EB_RETURN_IF_ERROR(
      Take(from.architecture(), "architecture", to.architecture));
  EB_RETURN_IF_ERROR(Take(from.kvm_backend(), "kvm_backend", to.kvm_backend));
  EB_RETURN_IF_ERROR(Take(from.paging(), "paging", to.paging));
  EB_RETURN_IF_ERROR(Take(from.cpu_vendor(), "cpu_vendor", to.cpu_vendor));
  EB_RETURN_IF_ERROR(Take(from.cpu_model(), "cpu_model", to.cpu_model));
  EB_RETURN_IF_ERROR(Take(from.microcode(), "microcode", to.microcode));
  EB_RETURN_IF_ERROR(Take(from.tsc_khz(), "tsc_khz", to.tsc_khz));
  to.virtual_machine = from.virtual_machine();
  EB_RETURN_IF_ERROR(Take(from.hypervisor(), "hypervisor", to.hypervisor));
  EB_RETURN_IF_ERROR(Take(from.emulator(), "emulator", to.emulator));
  EB_RETURN_IF_ERROR(
      TakeEnum(from.tick(), Tick::kInstruction, "tick", to.tick));
  return Take(from.facts(), to.facts);
}

absl::Status Take(const proto::Calibration& from, Calibration& to) {
  EB_RETURN_IF_ERROR(Take(from.host_pair_mean_ticks(), "host_pair_mean_ticks",
                          to.host_pair_mean_ticks));
  EB_RETURN_IF_ERROR(Take(from.host_pair_p50_ticks(), "host_pair_p50_ticks",
                          to.host_pair_p50_ticks));
  EB_RETURN_IF_ERROR(Take(from.guest_pair_mean_ticks(), "guest_pair_mean_ticks",
                          to.guest_pair_mean_ticks));
  EB_RETURN_IF_ERROR(Take(from.guest_pair_p50_ticks(), "guest_pair_p50_ticks",
                          to.guest_pair_p50_ticks));
  EB_RETURN_IF_ERROR(Take(from.clock_quantum_ticks(), "clock_quantum_ticks",
                          to.clock_quantum_ticks));
  EB_RETURN_IF_ERROR(Take(from.host_stamp(), "host_stamp", to.host_stamp));
  EB_RETURN_IF_ERROR(Take(from.guest_stamp_ring0(), "guest_stamp_ring0",
                          to.guest_stamp_ring0));
  return Take(from.guest_stamp_ring3(), "guest_stamp_ring3",
              to.guest_stamp_ring3);
}

absl::Status Take(const proto::Session& from, Session& to) {
  EB_RETURN_IF_ERROR(Take(from.boot_id(), "boot_id", to.boot_id));
  EB_RETURN_IF_ERROR(Take(from.started_utc(), "started_utc", to.started_utc));
  to.seed = from.seed();
  to.rounds = from.rounds();
  to.exits = from.exits();
  to.quick = from.quick();
  EB_RETURN_IF_ERROR(Take(from.cpus(), "cpus", to.cpus));
  EB_RETURN_IF_ERROR(Take(from.calibration(), to.calibration));
  EB_RETURN_IF_ERROR(Take(from.facts(), to.facts));
  EB_RETURN_IF_ERROR(Take(from.knobs(), to.knobs));
  to.partial = from.partial();
  return Take(from.elapsed_s(), "elapsed_s", to.elapsed_s);
}

absl::Status Take(const proto::Summary& from, Summary& to) {
  to.count = from.count();
  EB_RETURN_IF_ERROR(Take(from.iqm(), "iqm", to.iqm));
  EB_RETURN_IF_ERROR(Take(from.mean(), "mean", to.mean));
  EB_RETURN_IF_ERROR(Take(from.standard_deviation(), "standard_deviation",
                          to.standard_deviation));
  EB_RETURN_IF_ERROR(Take(from.min(), "min", to.min));
  EB_RETURN_IF_ERROR(Take(from.p50(), "p50", to.p50));
  EB_RETURN_IF_ERROR(Take(from.p90(), "p90", to.p90));
  EB_RETURN_IF_ERROR(Take(from.p99(), "p99", to.p99));
  EB_RETURN_IF_ERROR(Take(from.p999(), "p999", to.p999));
  return Take(from.max(), "max", to.max);
}

absl::Status Take(const proto::Histogram& from, Histogram& to) {
  if (from.bucket_index_size() != from.bucket_count_size()) {
    return Damaged("a histogram's indices and counts don't match");
  }
  int64_t last = -1;
  for (int i = 0; i < from.bucket_index_size(); ++i) {
    const int64_t index = from.bucket_index(i);
    if (index <= last || index >= Histogram::kBuckets) {
      return Damaged("a histogram's indices are out of order or out of range");
    }
    last = index;
    to.AddBucket(static_cast<uint32_t>(index), from.bucket_count(i));
  }
  return absl::OkStatus();
}

absl::Status Take(const proto::Metric& from, size_t runs, Detail detail,
                  Metric& to) {
  EB_RETURN_IF_ERROR(Take(from.name(), "a metric's name", to.name));
  if (to.name.empty()) return Damaged("a metric without a name");
  EB_RETURN_IF_ERROR(TakeEnum(from.unit(), Unit::kRatio, "unit", to.unit));
  EB_RETURN_IF_ERROR(
      TakeEnum(from.direction(), Direction::kExact, "direction", to.direction));
  to.gating = from.gating();
  to.runs.reserve(static_cast<size_t>(from.runs_size()));
  for (const proto::RunStatistics& run : from.runs()) {
    if (run.run() >= runs) return Damaged("a metric names a run that isn't");
    RunStatistics r;
    r.run = run.run();
    EB_RETURN_IF_ERROR(Take(run.summary(), r.summary));
    to.runs.push_back(r);
  }
  if (detail == Detail::kRunStatistics) return absl::OkStatus();
  return Take(from.histogram(), to.histogram);
}

absl::Status Take(const proto::Run& from, size_t sessions, Detail detail,
                  Run& to) {
  if (from.session() >= sessions) {
    return Damaged("a run names a session that isn't");
  }
  to.session = from.session();
  to.round = from.round();
  to.attempt = from.attempt();
  to.events = from.events();
  to.disturbed = from.disturbed();
  EB_RETURN_IF_ERROR(Take(from.disturbance(), "disturbance", to.disturbance));
  if (detail == Detail::kRunStatistics) return absl::OkStatus();
  for (const proto::CounterDelta& counter : from.counters()) {
    CounterDelta c;
    EB_RETURN_IF_ERROR(Take(counter.name(), "a counter's name", c.name));
    EB_RETURN_IF_ERROR(Take(counter.delta(), "a counter's delta", c.delta));
    to.counters.push_back(std::move(c));
  }
  return absl::OkStatus();
}

absl::Status Take(const proto::CaseResult& from, size_t sessions, Detail detail,
                  CaseResult& to) {
  EB_RETURN_IF_ERROR(Take(from.name(), "a case's name", to.name));
  if (to.name.empty()) return Damaged("a case without a name");
  EB_RETURN_IF_ERROR(Take(from.measures(), "measures", to.measures));
  EB_RETURN_IF_ERROR(Take(from.code_hash(), "code_hash", to.code_hash));
  to.ring = from.ring();
  EB_RETURN_IF_ERROR(
      TakeEnum(from.outcome(), Outcome::kTimeout, "outcome", to.outcome));
  EB_RETURN_IF_ERROR(Take(from.reason(), "reason", to.reason));
  EB_RETURN_IF_ERROR(
      TakeEnum(from.verdict(), Verdict::kContradicted, "verdict", to.verdict));
  EB_RETURN_IF_ERROR(Take(from.proof(), "proof", to.proof));
  EB_RETURN_IF_ERROR(Take(from.no_legs(), "no_legs", to.no_legs));
  to.runs.reserve(static_cast<size_t>(from.runs_size()));
  for (const proto::Run& run : from.runs()) {
    EB_RETURN_IF_ERROR(Take(run, sessions, detail, to.runs.emplace_back()));
  }
  to.metrics.reserve(static_cast<size_t>(from.metrics_size()));
  for (const proto::Metric& metric : from.metrics()) {
    EB_RETURN_IF_ERROR(
        Take(metric, to.runs.size(), detail, to.metrics.emplace_back()));
  }
  EB_RETURN_IF_ERROR(CheckNamesDiffer(to.metrics, "metrics"));
  for (const proto::LinearityPoint& point : from.linearity()) {
    LinearityPoint p;
    p.events = point.events();
    EB_RETURN_IF_ERROR(
        Take(point.ticks_per_event(), "ticks_per_event", p.ticks_per_event));
    to.linearity.push_back(p);
  }
  for (const proto::Unexpected& unexpected : from.unexpected()) {
    Unexpected u;
    EB_RETURN_IF_ERROR(
        Take(unexpected.counter(), "a counter's name", u.counter));
    EB_RETURN_IF_ERROR(Take(unexpected.per_event(), "per_event", u.per_event));
    EB_RETURN_IF_ERROR(
        Take(unexpected.expected_least(), "expected_least", u.expected_least));
    EB_RETURN_IF_ERROR(
        Take(unexpected.expected_most(), "expected_most", u.expected_most));
    to.unexpected.push_back(std::move(u));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Results> FromProto(const proto::ResultsFile& from,
                                  Detail detail) {
  Results to;
  to.schema_version = from.schema_version();
  EB_RETURN_IF_ERROR(
      Take(from.tool_version(), "tool_version", to.tool_version));
  EB_RETURN_IF_ERROR(Take(from.host(), to.host));
  for (const proto::Session& session : from.sessions()) {
    EB_RETURN_IF_ERROR(Take(session, to.sessions.emplace_back()));
  }
  to.cases.reserve(static_cast<size_t>(from.cases_size()));
  for (const proto::CaseResult& c : from.cases()) {
    EB_RETURN_IF_ERROR(
        Take(c, to.sessions.size(), detail, to.cases.emplace_back()));
  }
  EB_RETURN_IF_ERROR(CheckNamesDiffer(to.cases, "cases"));
  to.partial = from.partial();
  return to;
}

}  // namespace exitbench
