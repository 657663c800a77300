#include "results/proto_io.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <zlib.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "proto/results.pb.h"
#include "results/histogram.h"
#include "results/summary.h"

namespace exitbench {
namespace {

// Far above anything a run makes, low enough that a hostile file can't ask
// for much more memory than its own size.
constexpr int kMaxSessions = 10000;
constexpr int kMaxCases = 10000;
constexpr int kMaxRunsPerCase = 1000000;
constexpr int kMaxMetricsPerCase = 64;
constexpr int kMaxFacts = 4096;
constexpr int kMaxCountersPerRun = 1024;
constexpr int kMaxLinearityPoints = 10000;
constexpr size_t kMaxTextBytes = 65536;

// Tag of field 100, fixed32, as protobuf encodes it, and the value behind it.
constexpr char kChecksumTag[] = {'\xa5', '\x06'};
static_assert(kChecksumBytes == sizeof(kChecksumTag) + sizeof(uint32_t));

#define EB_SAME(ours, theirs) \
  static_assert(static_cast<int>(ours) == static_cast<int>(theirs))
EB_SAME(Tick::kTsc, proto::TICK_TSC);
EB_SAME(Tick::kInstruction, proto::TICK_INSTRUCTION);
EB_SAME(Outcome::kOk, proto::OUTCOME_OK);
EB_SAME(Outcome::kSkipped, proto::OUTCOME_SKIPPED);
EB_SAME(Outcome::kFailed, proto::OUTCOME_FAILED);
EB_SAME(Outcome::kTimeout, proto::OUTCOME_TIMEOUT);
EB_SAME(Verdict::kProven, proto::VERDICT_PROVEN);
EB_SAME(Verdict::kConsistent, proto::VERDICT_CONSISTENT);
EB_SAME(Verdict::kContradicted, proto::VERDICT_CONTRADICTED);
EB_SAME(Unit::kTicks, proto::UNIT_TICKS);
EB_SAME(Unit::kCount, proto::UNIT_COUNT);
EB_SAME(Unit::kBytes, proto::UNIT_BYTES);
EB_SAME(Unit::kTicksPerByte, proto::UNIT_TICKS_PER_BYTE);
EB_SAME(Unit::kMbPerS, proto::UNIT_MB_PER_S);
EB_SAME(Unit::kRatio, proto::UNIT_RATIO);
EB_SAME(Direction::kLowerIsBetter, proto::DIRECTION_LOWER_IS_BETTER);
EB_SAME(Direction::kHigherIsBetter, proto::DIRECTION_HIGHER_IS_BETTER);
EB_SAME(Direction::kExact, proto::DIRECTION_EXACT);
#undef EB_SAME

absl::Status Damaged(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a usable results file: ", what));
}

uint32_t Crc32(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Model to proto.

void Put(const std::vector<Fact>& from,
         google::protobuf::RepeatedPtrField<proto::Fact>* to) {
  for (const Fact& fact : from) {
    proto::Fact* f = to->Add();
    f->set_key(fact.key);
    f->set_value(fact.value);
  }
}

void Put(const Host& from, proto::Host* to) {
  to->set_kernel_release(from.kernel_release);
  to->set_kernel_version(from.kernel_version);
  to->set_architecture(from.architecture);
  to->set_kvm_backend(from.kvm_backend);
  to->set_paging(from.paging);
  to->set_cpu_vendor(from.cpu_vendor);
  to->set_cpu_model(from.cpu_model);
  to->set_microcode(from.microcode);
  to->set_tsc_khz(from.tsc_khz);
  to->set_virtual_machine(from.virtual_machine);
  to->set_hypervisor(from.hypervisor);
  to->set_emulator(from.emulator);
  to->set_tick(static_cast<proto::Tick>(from.tick));
  Put(from.facts, to->mutable_facts());
}

void Put(const Calibration& from, proto::Calibration* to) {
  to->set_host_pair_mean_ticks(from.host_pair_mean_ticks);
  to->set_host_pair_p50_ticks(from.host_pair_p50_ticks);
  to->set_guest_pair_mean_ticks(from.guest_pair_mean_ticks);
  to->set_guest_pair_p50_ticks(from.guest_pair_p50_ticks);
  to->set_clock_quantum_ticks(from.clock_quantum_ticks);
  to->set_host_stamp(from.host_stamp);
  to->set_guest_stamp_ring0(from.guest_stamp_ring0);
  to->set_guest_stamp_ring3(from.guest_stamp_ring3);
}

void Put(const Session& from, proto::Session* to) {
  to->set_boot_id(from.boot_id);
  to->set_started_utc(from.started_utc);
  to->set_seed(from.seed);
  to->set_rounds(from.rounds);
  to->set_exits(from.exits);
  to->set_quick(from.quick);
  to->set_cpus(from.cpus);
  Put(from.calibration, to->mutable_calibration());
  Put(from.facts, to->mutable_facts());
  Put(from.knobs, to->mutable_knobs());
  to->set_partial(from.partial);
  to->set_elapsed_s(from.elapsed_s);
}

void Put(const Summary& from, double scale, proto::Summary* to) {
  to->set_count(from.count);
  to->set_iqm(from.iqm * scale);
  to->set_mean(from.mean * scale);
  to->set_standard_deviation(from.standard_deviation * scale);
  to->set_min(from.min * scale);
  to->set_p50(from.p50 * scale);
  to->set_p90(from.p90 * scale);
  to->set_p99(from.p99 * scale);
  to->set_p999(from.p999 * scale);
  to->set_max(from.max * scale);
}

void Put(const Metric& from, const Host& host, proto::Metric* to) {
  to->set_name(from.name);
  to->set_unit(static_cast<proto::Unit>(from.unit));
  to->set_direction(static_cast<proto::Direction>(from.direction));
  to->set_gating(from.gating);
  for (const RunStatistics& run : from.runs) {
    proto::RunStatistics* r = to->add_runs();
    r->set_run(run.run);
    Put(run.summary, 1, r->mutable_summary());
  }
  const Summary all = SummarizeAllRuns(from);
  Put(all, 1, to->mutable_all());
  if (from.unit == Unit::kTicks && host.tick == Tick::kTsc &&
      host.tsc_khz > 0) {
    Put(all, 1e6 / host.tsc_khz, to->mutable_all_ns());
  }
  if (host.tick == Tick::kInstruction) {
    const Repeats repeats = RepeatsOf(from);
    to->mutable_repeats()->set_runs(repeats.runs);
    to->mutable_repeats()->set_differing(repeats.differing);
    to->mutable_repeats()->set_range(repeats.range);
  }
  for (const auto& [index, count] : from.histogram.counts()) {
    to->mutable_histogram()->add_bucket_index(index);
    to->mutable_histogram()->add_bucket_count(count);
  }
}

void Put(const Run& from, proto::Run* to) {
  to->set_session(from.session);
  to->set_round(from.round);
  to->set_attempt(from.attempt);
  to->set_events(from.events);
  to->set_disturbed(from.disturbed);
  to->set_disturbance(from.disturbance);
  for (const CounterDelta& counter : from.counters) {
    proto::CounterDelta* c = to->add_counters();
    c->set_name(counter.name);
    c->set_delta(counter.delta);
  }
}

void Put(const CaseResult& from, const Host& host, proto::CaseResult* to) {
  to->set_name(from.name);
  to->set_measures(from.measures);
  to->set_code_hash(from.code_hash);
  to->set_ring(from.ring);
  to->set_outcome(static_cast<proto::Outcome>(from.outcome));
  to->set_reason(from.reason);
  to->set_verdict(static_cast<proto::Verdict>(from.verdict));
  to->set_proof(from.proof);
  to->set_no_legs(from.no_legs);
  for (const Run& run : from.runs) Put(run, to->add_runs());
  for (const Metric& metric : from.metrics)
    Put(metric, host, to->add_metrics());
  for (const LinearityPoint& point : from.linearity) {
    proto::LinearityPoint* p = to->add_linearity();
    p->set_events(point.events);
    p->set_ticks_per_event(point.ticks_per_event);
  }
}

proto::ResultsFile ToProto(const Results& from) {
  proto::ResultsFile to;
  to.set_schema_version(from.schema_version);
  to.set_tool_version(from.tool_version);
  Put(from.host, to.mutable_host());
  for (const Session& session : from.sessions) Put(session, to.add_sessions());
  for (const CaseResult& c : from.cases) Put(c, from.host, to.add_cases());
  to.set_partial(from.partial);
  return to;
}

// Proto to model, checking as it goes.

absl::Status Take(const std::string& from, absl::string_view what,
                  std::string& to) {
  if (from.size() > kMaxTextBytes) {
    return Damaged(absl::StrCat(what, " is ", from.size(), " bytes long"));
  }
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

absl::Status CheckCount(int count, int most, absl::string_view what) {
  if (count <= most) return absl::OkStatus();
  return Damaged(absl::StrCat(count, " ", what, ", more than ", most));
}

absl::Status Take(const google::protobuf::RepeatedPtrField<proto::Fact>& from,
                  std::vector<Fact>& to) {
  EB_RETURN_IF_ERROR(CheckCount(from.size(), kMaxFacts, "facts"));
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
  EB_RETURN_IF_ERROR(
      CheckCount(from.runs_size(), kMaxRunsPerCase, "runs of a metric"));
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
  EB_RETURN_IF_ERROR(
      CheckCount(from.counters_size(), kMaxCountersPerRun, "counters"));
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
  EB_RETURN_IF_ERROR(CheckCount(from.runs_size(), kMaxRunsPerCase, "runs"));
  to.runs.reserve(static_cast<size_t>(from.runs_size()));
  for (const proto::Run& run : from.runs()) {
    EB_RETURN_IF_ERROR(Take(run, sessions, detail, to.runs.emplace_back()));
  }
  EB_RETURN_IF_ERROR(
      CheckCount(from.metrics_size(), kMaxMetricsPerCase, "metrics"));
  to.metrics.reserve(static_cast<size_t>(from.metrics_size()));
  for (const proto::Metric& metric : from.metrics()) {
    EB_RETURN_IF_ERROR(
        Take(metric, to.runs.size(), detail, to.metrics.emplace_back()));
  }
  EB_RETURN_IF_ERROR(CheckCount(from.linearity_size(), kMaxLinearityPoints,
                                "linearity points"));
  for (const proto::LinearityPoint& point : from.linearity()) {
    LinearityPoint p;
    p.events = point.events();
    EB_RETURN_IF_ERROR(
        Take(point.ticks_per_event(), "ticks_per_event", p.ticks_per_event));
    to.linearity.push_back(p);
  }
  return absl::OkStatus();
}

absl::StatusOr<Results> FromProto(const proto::ResultsFile& from,
                                  Detail detail) {
  Results to;
  to.schema_version = from.schema_version();
  EB_RETURN_IF_ERROR(
      Take(from.tool_version(), "tool_version", to.tool_version));
  EB_RETURN_IF_ERROR(Take(from.host(), to.host));
  EB_RETURN_IF_ERROR(
      CheckCount(from.sessions_size(), kMaxSessions, "sessions"));
  for (const proto::Session& session : from.sessions()) {
    EB_RETURN_IF_ERROR(Take(session, to.sessions.emplace_back()));
  }
  EB_RETURN_IF_ERROR(CheckCount(from.cases_size(), kMaxCases, "cases"));
  to.cases.reserve(static_cast<size_t>(from.cases_size()));
  for (const proto::CaseResult& c : from.cases()) {
    EB_RETURN_IF_ERROR(
        Take(c, to.sessions.size(), detail, to.cases.emplace_back()));
  }
  to.partial = from.partial();
  return to;
}

}  // namespace

std::string Serialize(const Results& results) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    EB_CHECK(ToProto(results).SerializeToCodedStream(&coded));
  }
  return Seal(std::move(bytes));
}

std::string Seal(std::string body) {
  const uint32_t checksum = Crc32(body);
  body.append(kChecksumTag, sizeof(kChecksumTag));
  body.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return body;
}

absl::StatusOr<Results> Parse(absl::string_view bytes, Detail detail) {
  if (bytes.empty()) return Damaged("it is empty");
  if (bytes.size() < kChecksumBytes ||
      std::memcmp(bytes.data() + bytes.size() - kChecksumBytes, kChecksumTag,
                  sizeof(kChecksumTag)) != 0) {
    return Damaged("it is cut short, or not from exitbench");
  }
  uint32_t checksum;
  std::memcpy(&checksum, bytes.data() + bytes.size() - sizeof(checksum),
              sizeof(checksum));
  const absl::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (Crc32(body) != checksum) return Damaged("its checksum is wrong");
  // Our own message says it all in one line.
  google::protobuf::LogSilencer silencer;
  // On an arena, whose blocks go in one piece: a file has some 10,000 messages.
  google::protobuf::ArenaOptions options;
  options.start_block_size = 1 << 20;
  options.max_block_size = 1 << 20;
  google::protobuf::Arena arena(options);
  proto::ResultsFile& file =
      *google::protobuf::Arena::CreateMessage<proto::ResultsFile>(&arena);
  if (!file.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Damaged("its protobuf does not parse");
  }
  if (file.schema_version() != kSchemaVersion) {
    return absl::UnimplementedError(absl::StrCat(
        "schema version ", file.schema_version(), ", this exitbench reads ",
        kSchemaVersion, ": use the exitbench that wrote it (version ",
        file.tool_version().substr(0, 64), ")"));
  }
  return FromProto(file, detail);
}

std::string ToJson(const Results& results) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  EB_CHECK(google::protobuf::util::MessageToJsonString(ToProto(results), &json,
                                                       options)
               .ok());
  return json;
}

std::string ToTextproto(const Results& results) {
  std::string text;
  EB_CHECK(
      google::protobuf::TextFormat::PrintToString(ToProto(results), &text));
  return text;
}

}  // namespace exitbench
