#include "results/file/convert.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "results/file/corrupt.h"
#include "results/model/summary.h"
#include "results/stats/histogram.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

using ::google::protobuf::RepeatedPtrField;

#define EB_SAME(ours, theirs) \
  static_assert(static_cast<int>(ours) == static_cast<int>(theirs))
EB_SAME(Tick::kTsc, proto::TICK_TSC);
EB_SAME(Tick::kInstruction, proto::TICK_INSTRUCTION);
EB_SAME(Tick::kCounter, proto::TICK_COUNTER);
EB_SAME(Tick::kCounter, proto::Tick_MAX);
EB_SAME(Outcome::kOk, proto::OUTCOME_OK);
EB_SAME(Outcome::kSkipped, proto::OUTCOME_SKIPPED);
EB_SAME(Outcome::kFailed, proto::OUTCOME_FAILED);
EB_SAME(Outcome::kTimeout, proto::OUTCOME_TIMEOUT);
EB_SAME(Outcome::kTimeout, proto::Outcome_MAX);
EB_SAME(Verdict::kProven, proto::VERDICT_PROVEN);
EB_SAME(Verdict::kConsistent, proto::VERDICT_CONSISTENT);
EB_SAME(Verdict::kContradicted, proto::VERDICT_CONTRADICTED);
EB_SAME(Verdict::kContradicted, proto::Verdict_MAX);
EB_SAME(Unit::kTicks, proto::UNIT_TICKS);
EB_SAME(Unit::kCount, proto::UNIT_COUNT);
EB_SAME(Unit::kBytes, proto::UNIT_BYTES);
EB_SAME(Unit::kTicksPerByte, proto::UNIT_TICKS_PER_BYTE);
EB_SAME(Unit::kMbPerS, proto::UNIT_MB_PER_S);
EB_SAME(Unit::kRatio, proto::UNIT_RATIO);
EB_SAME(Unit::kNs, proto::UNIT_NS);
EB_SAME(Unit::kNs, proto::Unit_MAX);
EB_SAME(Direction::kLowerIsBetter, proto::DIRECTION_LOWER_IS_BETTER);
EB_SAME(Direction::kHigherIsBetter, proto::DIRECTION_HIGHER_IS_BETTER);
EB_SAME(Direction::kExact, proto::DIRECTION_EXACT);
EB_SAME(Direction::kExact, proto::Direction_MAX);
#undef EB_SAME

absl::Status TakeNumber(double from, absl::string_view what, double& to) {
  if (!std::isfinite(from)) {
    return Corrupt(absl::StrCat(what, " is not a number"));
  }
  to = from;
  return absl::OkStatus();
}

// Takes only values that this schema knows. The model has the same enums.
template <typename ProtoEnum, typename Enum>
absl::Status TakeEnum(ProtoEnum from, absl::string_view what, Enum& to) {
  const auto* type = google::protobuf::GetEnumDescriptor<ProtoEnum>();
  if (type->FindValueByNumber(from) == nullptr) {
    return Corrupt(
        absl::StrCat(what, " ", static_cast<int>(from), " is unknown"));
  }
  to = static_cast<Enum>(from);
  return absl::OkStatus();
}

// Cases and metrics are found by name, here and in other files.
template <typename Named>
absl::Status CheckNamesDiffer(const std::vector<Named>& all,
                              absl::string_view what) {
  absl::flat_hash_set<absl::string_view> names;
  for (const Named& one : all) {
    if (!names.insert(one.name).second) {
      return Corrupt(absl::StrCat("two ", what, " of the name ", one.name));
    }
  }
  return absl::OkStatus();
}

}  // namespace

// From here on each message has its Put and its Take. They are static, not in
// the unnamed namespace, so that PutAll and TakeAll find those declared later.

template <typename Ours, typename Theirs, typename... With>
static void PutAll(const std::vector<Ours>& from, RepeatedPtrField<Theirs>& to,
                   const With&... with) {
  to.Reserve(static_cast<int>(from.size()));
  for (const Ours& one : from) Put(one, with..., *to.Add());
}

template <typename Theirs, typename Ours, typename... With>
static absl::Status TakeAll(const RepeatedPtrField<Theirs>& from,
                            std::vector<Ours>& to, const With&... with) {
  to.reserve(static_cast<size_t>(from.size()));
  for (const Theirs& one : from) {
    EB_RETURN_IF_ERROR(Take(one, with..., to.emplace_back()));
  }
  return absl::OkStatus();
}

// The host's texts may hold any bytes. A protobuf whose strings are not UTF-8
// could not be read back.
static void Put(const Fact& from, proto::Fact& to) {
  to.set_key(ValidUtf8(from.key));
  to.set_value(ValidUtf8(from.value));
}

static absl::Status Take(const proto::Fact& from, Fact& to) {
  to.key = from.key();
  to.value = from.value();
  return absl::OkStatus();
}

static void Put(const Host& from, proto::Host& to) {
  to.set_kernel_release(ValidUtf8(from.kernel_release));
  to.set_kernel_version(ValidUtf8(from.kernel_version));
  to.set_architecture(from.architecture);
  to.set_kvm_backend(from.kvm_backend);
  to.set_paging(from.paging);
  to.set_cpu_vendor(ValidUtf8(from.cpu_vendor));
  to.set_cpu_model(ValidUtf8(from.cpu_model));
  to.set_microcode(from.microcode);
  to.set_tsc_khz(from.tsc_khz);
  to.set_virtual_machine(from.virtual_machine);
  to.set_hypervisor(ValidUtf8(from.hypervisor));
  to.set_emulator(ValidUtf8(from.emulator));
  to.set_tick(static_cast<proto::Tick>(from.tick));
  PutAll(from.facts, *to.mutable_facts());
}

static absl::Status Take(const proto::Host& from, Host& to) {
  to.kernel_release = from.kernel_release();
  to.kernel_version = from.kernel_version();
  to.architecture = from.architecture();
  to.kvm_backend = from.kvm_backend();
  to.paging = from.paging();
  to.cpu_vendor = from.cpu_vendor();
  to.cpu_model = from.cpu_model();
  to.microcode = from.microcode();
  EB_RETURN_IF_ERROR(TakeNumber(from.tsc_khz(), "tsc_khz", to.tsc_khz));
  to.virtual_machine = from.virtual_machine();
  to.hypervisor = from.hypervisor();
  to.emulator = from.emulator();
  EB_RETURN_IF_ERROR(TakeEnum(from.tick(), "tick", to.tick));
  EB_RETURN_IF_ERROR(TakeAll(from.facts(), to.facts));
  return absl::OkStatus();
}

static void Put(const ClockCalibration& from, proto::Calibration& to) {
  to.set_host_pair_mean_ticks(from.host_pair_mean_ticks);
  to.set_host_pair_p50_ticks(from.host_pair_p50_ticks);
  to.set_guest_pair_mean_ticks(from.guest_pair_mean_ticks);
  to.set_guest_pair_p50_ticks(from.guest_pair_p50_ticks);
  to.set_clock_quantum_ticks(from.clock_quantum_ticks);
  to.set_host_stamp(from.host_stamp);
  to.set_guest_stamp_ring0(from.guest_stamp_ring0);
  to.set_guest_stamp_ring3(from.guest_stamp_ring3);
}

static absl::Status Take(const proto::Calibration& from, ClockCalibration& to) {
  EB_RETURN_IF_ERROR(TakeNumber(from.host_pair_mean_ticks(),
                                "host_pair_mean_ticks",
                                to.host_pair_mean_ticks));
  EB_RETURN_IF_ERROR(TakeNumber(from.host_pair_p50_ticks(),
                                "host_pair_p50_ticks", to.host_pair_p50_ticks));
  EB_RETURN_IF_ERROR(TakeNumber(from.guest_pair_mean_ticks(),
                                "guest_pair_mean_ticks",
                                to.guest_pair_mean_ticks));
  EB_RETURN_IF_ERROR(TakeNumber(from.guest_pair_p50_ticks(),
                                "guest_pair_p50_ticks",
                                to.guest_pair_p50_ticks));
  EB_RETURN_IF_ERROR(TakeNumber(from.clock_quantum_ticks(),
                                "clock_quantum_ticks", to.clock_quantum_ticks));
  to.host_stamp = from.host_stamp();
  to.guest_stamp_ring0 = from.guest_stamp_ring0();
  to.guest_stamp_ring3 = from.guest_stamp_ring3();
  return absl::OkStatus();
}

static void Put(const Session& from, proto::Session& to) {
  to.set_boot_id(from.boot_id);
  to.set_started_utc(from.started_utc);
  to.set_seed(from.seed);
  to.set_rounds(from.rounds);
  to.set_exits(from.events);
  to.set_quick(from.quick);
  to.set_cpus(from.cpus);
  Put(from.clock_calibration, *to.mutable_calibration());
  PutAll(from.facts, *to.mutable_facts());
  PutAll(from.settings, *to.mutable_knobs());
  to.set_partial(from.partial);
  to.set_elapsed_s(from.elapsed_s);
}

static absl::Status Take(const proto::Session& from, Session& to) {
  to.boot_id = from.boot_id();
  to.started_utc = from.started_utc();
  to.seed = from.seed();
  to.rounds = from.rounds();
  to.events = from.exits();
  to.quick = from.quick();
  to.cpus = from.cpus();
  EB_RETURN_IF_ERROR(Take(from.calibration(), to.clock_calibration));
  EB_RETURN_IF_ERROR(TakeAll(from.facts(), to.facts));
  EB_RETURN_IF_ERROR(TakeAll(from.knobs(), to.settings));
  to.partial = from.partial();
  EB_RETURN_IF_ERROR(TakeNumber(from.elapsed_s(), "elapsed_s", to.elapsed_s));
  return absl::OkStatus();
}

static void Put(const Summary& from, double scale, proto::Summary& to) {
  to.set_count(from.count);
  to.set_iqm(from.iqm * scale);
  to.set_mean(from.mean * scale);
  to.set_standard_deviation(from.standard_deviation * scale);
  to.set_min(from.min * scale);
  to.set_p50(from.p50 * scale);
  to.set_p90(from.p90 * scale);
  to.set_p99(from.p99 * scale);
  to.set_p999(from.p999 * scale);
  to.set_max(from.max * scale);
}

static absl::Status Take(const proto::Summary& from, Summary& to) {
  to.count = from.count();
  EB_RETURN_IF_ERROR(TakeNumber(from.iqm(), "iqm", to.iqm));
  EB_RETURN_IF_ERROR(TakeNumber(from.mean(), "mean", to.mean));
  EB_RETURN_IF_ERROR(TakeNumber(from.standard_deviation(), "standard_deviation",
                                to.standard_deviation));
  EB_RETURN_IF_ERROR(TakeNumber(from.min(), "min", to.min));
  EB_RETURN_IF_ERROR(TakeNumber(from.p50(), "p50", to.p50));
  EB_RETURN_IF_ERROR(TakeNumber(from.p90(), "p90", to.p90));
  EB_RETURN_IF_ERROR(TakeNumber(from.p99(), "p99", to.p99));
  EB_RETURN_IF_ERROR(TakeNumber(from.p999(), "p999", to.p999));
  EB_RETURN_IF_ERROR(TakeNumber(from.max(), "max", to.max));
  return absl::OkStatus();
}

static void Put(const RunStatistics& from, proto::RunStatistics& to) {
  to.set_run(from.run);
  Put(from.summary, 1, *to.mutable_summary());
}

// `runs` is the number of runs of the case.
static absl::Status Take(const proto::RunStatistics& from, size_t runs,
                         RunStatistics& to) {
  if (from.run() >= runs) return Corrupt("a metric names a run that isn't");
  to.run = from.run();
  return Take(from.summary(), to.summary);
}

static void Put(const Histogram& from, proto::Histogram& to) {
  for (const auto& [index, count] : from.counts()) {
    to.add_bucket_index(index);
    to.add_bucket_count(count);
  }
}

static absl::Status Take(const proto::Histogram& from, Histogram& to) {
  if (from.bucket_index_size() != from.bucket_count_size()) {
    return Corrupt("a histogram's indices and counts don't match");
  }
  int64_t last = -1;
  for (int i = 0; i < from.bucket_index_size(); ++i) {
    const int64_t index = from.bucket_index(i);
    if (index <= last || index >= Histogram::kBuckets) {
      return Corrupt("a histogram's indices are out of order or out of range");
    }
    last = index;
    to.AddBucket(static_cast<uint32_t>(index), from.bucket_count(i));
  }
  return absl::OkStatus();
}

// Computed from the runs, for other readers of the file. Not read back.
static void Put(const Repeats& from, proto::Repeats& to) {
  to.set_runs(from.runs);
  to.set_differing(from.differing);
  to.set_range(from.range);
}

static void Put(const Metric& from, const Host& host, proto::Metric& to) {
  to.set_name(from.name);
  to.set_unit(static_cast<proto::Unit>(from.unit));
  to.set_direction(static_cast<proto::Direction>(from.direction));
  to.set_gating(from.gating);
  PutAll(from.runs, *to.mutable_runs());
  if (!from.histogram.counts().empty()) {
    Put(from.histogram, *to.mutable_histogram());
  }
  // Computed from the runs, and not read back.
  const Summary all = SummarizeAllRuns(from);
  Put(all, 1, *to.mutable_all());
  if (from.unit == Unit::kTicks && IsTime(host.tick) && host.tsc_khz > 0) {
    Put(all, 1e6 / host.tsc_khz, *to.mutable_all_ns());
  }
  if (host.tick == Tick::kInstruction) {
    Put(RepeatsOf(from), *to.mutable_repeats());
  }
}

static absl::Status Take(const proto::Metric& from, size_t runs, Detail detail,
                         Metric& to) {
  to.name = from.name();
  if (to.name.empty()) return Corrupt("a metric without a name");
  EB_RETURN_IF_ERROR(TakeEnum(from.unit(), "unit", to.unit));
  EB_RETURN_IF_ERROR(TakeEnum(from.direction(), "direction", to.direction));
  to.gating = from.gating();
  EB_RETURN_IF_ERROR(TakeAll(from.runs(), to.runs, runs));
  if (detail == Detail::kRunStatistics) return absl::OkStatus();
  return Take(from.histogram(), to.histogram);
}

static void Put(const CounterDelta& from, proto::CounterDelta& to) {
  to.set_name(from.name);
  to.set_delta(from.delta);
}

static absl::Status Take(const proto::CounterDelta& from, CounterDelta& to) {
  to.name = from.name();
  EB_RETURN_IF_ERROR(TakeNumber(from.delta(), "delta", to.delta));
  return absl::OkStatus();
}

static void Put(const Run& from, proto::Run& to) {
  to.set_session(from.session);
  to.set_round(from.round);
  to.set_attempt(from.attempt);
  to.set_events(from.events);
  to.set_disturbed(from.disturbed);
  to.set_disturbance(from.disturbance);
  PutAll(from.counters, *to.mutable_counters());
}

static absl::Status Take(const proto::Run& from, size_t sessions, Detail detail,
                         Run& to) {
  if (from.session() >= sessions) {
    return Corrupt("a run names a session that isn't");
  }
  to.session = from.session();
  to.round = from.round();
  to.attempt = from.attempt();
  to.events = from.events();
  to.disturbed = from.disturbed();
  to.disturbance = from.disturbance();
  if (detail == Detail::kRunStatistics) return absl::OkStatus();
  return TakeAll(from.counters(), to.counters);
}

static void Put(const LinearityPoint& from, proto::LinearityPoint& to) {
  to.set_events(from.events);
  to.set_ticks_per_event(from.ticks_per_event);
}

static absl::Status Take(const proto::LinearityPoint& from,
                         LinearityPoint& to) {
  to.events = from.events();
  EB_RETURN_IF_ERROR(TakeNumber(from.ticks_per_event(), "ticks_per_event",
                                to.ticks_per_event));
  return absl::OkStatus();
}

static void Put(const Unexpected& from, proto::Unexpected& to) {
  to.set_counter(from.counter);
  to.set_per_event(from.per_event);
  to.set_expected_least(from.expected_least);
  to.set_expected_most(from.expected_most);
}

static absl::Status Take(const proto::Unexpected& from, Unexpected& to) {
  to.counter = from.counter();
  EB_RETURN_IF_ERROR(TakeNumber(from.per_event(), "per_event", to.per_event));
  EB_RETURN_IF_ERROR(
      TakeNumber(from.expected_least(), "expected_least", to.expected_least));
  EB_RETURN_IF_ERROR(
      TakeNumber(from.expected_most(), "expected_most", to.expected_most));
  return absl::OkStatus();
}

static void Put(const ExitReasonCount& from, proto::ExitReasonCount& to) {
  to.set_reasons(from.reasons);
  to.set_events(from.events);
  to.set_exits(from.exits);
  to.set_control_exits(from.control_exits);
}

static absl::Status Take(const proto::ExitReasonCount& from,
                         ExitReasonCount& to) {
  to.reasons = from.reasons();
  to.events = from.events();
  EB_RETURN_IF_ERROR(TakeNumber(from.exits(), "exits", to.exits));
  return TakeNumber(from.control_exits(), "control_exits", to.control_exits);
}

void Put(const CaseResult& from, const Host& host, proto::CaseResult& to) {
  to.set_name(from.name);
  to.set_measures(from.measures);
  to.set_code_hash(from.code_hash);
  to.set_ring(from.ring);
  to.set_outcome(static_cast<proto::Outcome>(from.outcome));
  to.set_reason(from.reason);
  to.set_verdict(static_cast<proto::Verdict>(from.verdict));
  to.set_proof(from.proof);
  to.set_no_legs(from.no_legs);
  to.set_plain_name(from.plain_name);
  to.set_no_native(from.no_native);
  PutAll(from.runs, *to.mutable_runs());
  PutAll(from.metrics, *to.mutable_metrics(), host);
  PutAll(from.linearity, *to.mutable_linearity());
  PutAll(from.unexpected, *to.mutable_unexpected());
  PutAll(from.exit_reasons, *to.mutable_exit_reasons());
}

absl::Status Take(const proto::CaseResult& from, size_t sessions, Detail detail,
                  CaseResult& to) {
  to.name = from.name();
  if (to.name.empty()) return Corrupt("a case without a name");
  to.measures = from.measures();
  to.code_hash = from.code_hash();
  to.ring = from.ring();
  EB_RETURN_IF_ERROR(TakeEnum(from.outcome(), "outcome", to.outcome));
  to.reason = from.reason();
  EB_RETURN_IF_ERROR(TakeEnum(from.verdict(), "verdict", to.verdict));
  to.proof = from.proof();
  to.no_legs = from.no_legs();
  to.plain_name = from.plain_name();
  to.no_native = from.no_native();
  EB_RETURN_IF_ERROR(TakeAll(from.runs(), to.runs, sessions, detail));
  EB_RETURN_IF_ERROR(
      TakeAll(from.metrics(), to.metrics, to.runs.size(), detail));
  EB_RETURN_IF_ERROR(CheckNamesDiffer(to.metrics, "metrics"));
  EB_RETURN_IF_ERROR(TakeAll(from.linearity(), to.linearity));
  EB_RETURN_IF_ERROR(TakeAll(from.unexpected(), to.unexpected));
  EB_RETURN_IF_ERROR(TakeAll(from.exit_reasons(), to.exit_reasons));
  return absl::OkStatus();
}

void Put(const Results& from, proto::ResultsFile& to) {
  to.set_schema_version(from.schema_version);
  to.set_tool_version(from.tool_version);
  Put(from.host, *to.mutable_host());
  PutAll(from.sessions, *to.mutable_sessions());
  PutAll(from.cases, *to.mutable_cases(), from.host);
  to.set_partial(from.partial);
}

absl::Status Take(const proto::ResultsFile& from, Detail detail, Results& to) {
  to.schema_version = from.schema_version();
  to.tool_version = from.tool_version();
  EB_RETURN_IF_ERROR(Take(from.host(), to.host));
  EB_RETURN_IF_ERROR(TakeAll(from.sessions(), to.sessions));
  EB_RETURN_IF_ERROR(
      TakeAll(from.cases(), to.cases, to.sessions.size(), detail));
  EB_RETURN_IF_ERROR(CheckNamesDiffer(to.cases, "cases"));
  to.partial = from.partial();
  return absl::OkStatus();
}

}  // namespace exitbench
