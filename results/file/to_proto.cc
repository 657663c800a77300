#include "results/file/to_proto.h"

#include <vector>

#include "results/model/summary.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

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

void Put(const std::vector<Fact>& from,
         google::protobuf::RepeatedPtrField<proto::Fact>* to) {
  for (const Fact& fact : from) {
    proto::Fact* f = to->Add();
    f->set_key(ValidUtf8(fact.key));
    f->set_value(ValidUtf8(fact.value));
  }
}

// Text of the host's may be anything; a protobuf with what is no UTF-8 in it
// would not open again.
void Put(const Host& from, proto::Host* to) {
  to->set_kernel_release(ValidUtf8(from.kernel_release));
  to->set_kernel_version(ValidUtf8(from.kernel_version));
  to->set_architecture(from.architecture);
  to->set_kvm_backend(from.kvm_backend);
  to->set_paging(from.paging);
  to->set_cpu_vendor(ValidUtf8(from.cpu_vendor));
  to->set_cpu_model(ValidUtf8(from.cpu_model));
  to->set_microcode(from.microcode);
  to->set_tsc_khz(from.tsc_khz);
  to->set_virtual_machine(from.virtual_machine);
  to->set_hypervisor(ValidUtf8(from.hypervisor));
  to->set_emulator(ValidUtf8(from.emulator));
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
  for (const Unexpected& unexpected : from.unexpected) {
    proto::Unexpected* u = to->add_unexpected();
    u->set_counter(unexpected.counter);
    u->set_per_event(unexpected.per_event);
    u->set_expected_least(unexpected.expected_least);
    u->set_expected_most(unexpected.expected_most);
  }
}

}  // namespace

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

}  // namespace exitbench
