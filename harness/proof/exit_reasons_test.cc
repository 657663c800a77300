#include "harness/proof/exit_reasons.h"

#include "cases/arch/exit_reasons.h"
#include "cases/x86_64/exits.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Case kCpuid = {
    .name = "t/cpuid",
    .expect = {.claims = {{.counter = "exits"}},
               .exit_reasons = Reasons(EXIT_REASON_CPUID, SVM_EXIT_CPUID)}};

ProofInput On(Backend backend) {
  return {.backend = backend, .mode = kKernelMode, .events = 200};
}

std::string FilterOn(const Case& row, Backend backend) {
  const std::optional<ReasonClaim> claim = ReasonClaimOf(row, On(backend));
  return claim.has_value() ? FilterOf(*claim, backend) : "none";
}

TEST(ExitReasons, EachBackendHasItsOwnNumber) {
  EXPECT_EQ(FilterOn(kCpuid, kBackendVmxEpt),
            "(isa == 1 && exit_reason == 10)");
  EXPECT_EQ(FilterOn(kCpuid, kBackendSvmShadow),
            "(isa == 2 && exit_reason == 114)");
  EXPECT_EQ(FilterOn(kCpuid, kBackendPvm), "none");
  EXPECT_EQ(FilterOn(kCpuid, kBackendUnknown), "none");
}

TEST(ExitReasons, SeveralOfOneBackendAreAddedUp) {
  const Case row = {.name = "t/mmio", .expect = {.exit_reasons = kMmioReasons}};
  EXPECT_EQ(FilterOn(row, kBackendVmxEpt),
            "(isa == 1 && exit_reason == 48) || "
            "(isa == 1 && exit_reason == 49)");
  EXPECT_EQ(
      ReasonNames(*ReasonClaimOf(row, On(kBackendVmxEpt)), kBackendVmxEpt),
      "EPT_VIOLATION or EPT_MISCONFIG");
  EXPECT_EQ(FilterOn(row, kBackendSvmNpt), "(isa == 2 && exit_reason == 1024)");
}

TEST(ExitReasons, NumbersWithoutANameStayNumbers) {
  EXPECT_EQ(ExitReasonName(kBackendVmx, 18), "VMCALL");
  EXPECT_EQ(ExitReasonName(kBackendSvm, 0x81), "hypercall");
  EXPECT_EQ(ExitReasonName(kBackendSvmNpt, 0x5555), "reason 21845");
}

TEST(ExitReasons, HowManyIsWhatTheRowClaimsOfExits) {
  Case row = kCpuid;
  row.expect.claims = {{.counter = "exits", .backends = kBackendPvm},
                       {.counter = "exits",
                        .per_event = 2,
                        .backends = kBackendVmx,
                        .or_none = true}};
  const std::optional<ReasonClaim> two = ReasonClaimOf(row, On(kBackendVmxEpt));
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(two->how_many.per_event, 2);
  EXPECT_TRUE(two->how_many.or_none);
  // Nothing is claimed of this backend, so an event exits once.
  EXPECT_EQ(ReasonClaimOf(row, On(kBackendSvmNpt))->how_many.per_event, 1);
  row.expect.never_exits = kBackendSvmNpt;
  EXPECT_FALSE(ReasonClaimOf(row, On(kBackendSvmNpt)).has_value());
  row.expect.never_exits = 0;
  row.expect.claims = {{.counter = "exits", .per_event = 0}};
  EXPECT_FALSE(ReasonClaimOf(row, On(kBackendSvmNpt)).has_value());
  row.expect.claims = {{.counter = "exits", .with = kUmip}};
  EXPECT_FALSE(ReasonClaimOf(row, On(kBackendSvmNpt)).has_value())
      << "this host lacks the feature";
}

TEST(ExitReasons, ACounterOfOneReasonSaysIt) {
  const Case row = {
      .name = "t/hypercall",
      .expect = {.claims = {{.counter = "exits"}, {.counter = "hypercalls"}}}};
  EXPECT_EQ(FilterOn(row, kBackendSvmNpt), "(isa == 2 && exit_reason == 129)");
  const Case silent = {.name = "t/silent",
                       .expect = {.claims = {{.counter = "exits"}}}};
  EXPECT_EQ(FilterOn(silent, kBackendSvmNpt), "none");
  const Case fault = {
      .name = "t/fault",
      .expect = {.claims = {{.counter = "pf_taken", .per_event_most = 2}}}};
  EXPECT_EQ(ReasonClaimOf(fault, On(kBackendVmxEpt))->how_many.per_event_most,
            2);
  EXPECT_EQ(FilterOn(fault, kBackendVmxShadow), "none");
}

TEST(ExitReasons, ExitsOfOtherThreadsAreNotTold) {
  Case row = kCpuid;
  row.place = Place::kApart;
  EXPECT_EQ(FilterOn(row, kBackendVmxEpt), "none");
}

Evidence Judged(const Case& row, double exits, uint64_t events = 200) {
  ProofInput input = On(kBackendVmxEpt);
  input.events = events;
  input.batches = 4;
  input.noise_events = 1000;
  return JudgeReason(row, input, ReasonClaimOf(row, input)->how_many,
                     "exits by CPUID", exits);
}

Verdict VerdictAt(const Case& row, double exits, uint64_t events = 200) {
  const Evidence e = Judged(row, exits, events);
  return VerdictOf({&e, 1});
}

std::string TextAt(const Case& row, double exits) {
  const Evidence e = Judged(row, exits);
  return Describe({&e, 1});
}

TEST(ExitReasons, AnEventThatExitsByAnotherReasonIsContradicted) {
  EXPECT_EQ(VerdictAt(kCpuid, 200), Verdict::kProven);
  EXPECT_EQ(TextAt(kCpuid, 200), "200 exits by CPUID");
  EXPECT_EQ(VerdictAt(kCpuid, 0), Verdict::kContradicted);
  EXPECT_EQ(TextAt(kCpuid, 0), "0 exits by CPUID, claimed 200");
  EXPECT_EQ(VerdictAt(kCpuid, 400), Verdict::kContradicted);
}

TEST(ExitReasons, NoiseExcusesNothing) {
  EXPECT_EQ(VerdictAt(kCpuid, 206), Verdict::kProven);
  EXPECT_EQ(VerdictAt(kCpuid, 207), Verdict::kContradicted);
  EXPECT_EQ(VerdictAt(kCpuid, 193), Verdict::kContradicted);
}

TEST(ExitReasons, WhereTheRowAllowsForBothItIsToldWhich) {
  Case row = kCpuid;
  row.expect.claims = {{.counter = "exits", .or_none = true}};
  EXPECT_EQ(VerdictAt(row, 0), Verdict::kProven);
  EXPECT_EQ(TextAt(row, 0), "0 exits by CPUID (none here)");
  EXPECT_EQ(VerdictAt(row, 200), Verdict::kProven);
  EXPECT_EQ(VerdictAt(row, 100), Verdict::kContradicted);
}

TEST(ExitReasons, FewEventsProveNothing) {
  EXPECT_EQ(VerdictAt(kCpuid, 2, 2), Verdict::kConsistent);
}

CaseResult Ok(Verdict verdict) {
  CaseResult result;
  result.outcome = Outcome::kOk;
  result.verdict = verdict;
  result.proof = "exits +1000";
  result.metrics.push_back({.name = "guest"});
  return result;
}

TEST(ExitReasons, WhatARecordOrACounterToldIsNotCountedAgain) {
  EXPECT_TRUE(LacksReason(kCpuid, Ok(Verdict::kProven)));
  EXPECT_TRUE(LacksReason(kCpuid, Ok(Verdict::kConsistent)));
  const Case counted = {.name = "t/hypercall",
                        .expect = {.claims = {{.counter = "hypercalls"}}}};
  EXPECT_FALSE(LacksReason(counted, Ok(Verdict::kProven)));
  EXPECT_TRUE(LacksReason(counted, Ok(Verdict::kConsistent)));
  Case recorded = kCpuid;
  recorded.expect.exit = PioOut(1, 1);
  EXPECT_FALSE(LacksReason(recorded, Ok(Verdict::kProven)));
  CaseResult failed = Ok(Verdict::kProven);
  failed.outcome = Outcome::kFailed;
  EXPECT_FALSE(LacksReason(kCpuid, failed));
  CaseResult unexpected = Ok(Verdict::kProven);
  unexpected.unexpected.push_back({.counter = "exits"});
  EXPECT_FALSE(LacksReason(kCpuid, unexpected));
}

CaseResult Counted(double exits) {
  CaseResult counted;
  const Evidence e = Judged(kCpuid, exits);
  counted.verdict = VerdictOf({&e, 1});
  counted.proof = Describe({&e, 1});
  counted.exit_reasons = {{"CPUID", 200, exits, 0}};
  return counted;
}

TEST(ExitReasons, AConsistentCaseIsProvenByThem) {
  CaseResult result = Ok(Verdict::kConsistent);
  AddReasons(kCpuid, Counted(200), result);
  EXPECT_EQ(result.verdict, Verdict::kProven);
  EXPECT_EQ(result.outcome, Outcome::kOk);
  EXPECT_EQ(result.proof, "exits +1000; 200 exits by CPUID");
  EXPECT_EQ(result.exit_reasons,
            (std::vector<ExitReasonCount>{{"CPUID", 200, 200, 0}}));
  EXPECT_EQ(result.metrics.size(), 1u);
}

TEST(ExitReasons, ThePointOfACaseIsNotMadeUpForByThem) {
  Case row = kCpuid;
  row.expect.claims = {{.counter = "pf_mmio_spte_created", .required = true}};
  CaseResult result = Ok(Verdict::kConsistent);
  AddReasons(row, Counted(200), result);
  EXPECT_EQ(result.verdict, Verdict::kConsistent);
}

TEST(ExitReasons, AnotherReasonMakesACaseFailed) {
  CaseResult result = Ok(Verdict::kProven);
  AddReasons(kCpuid, Counted(0), result);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.verdict, Verdict::kContradicted);
  EXPECT_EQ(result.reason, "contradicted: 0 exits by CPUID, claimed 200");
  EXPECT_TRUE(result.metrics.empty());
}

}  // namespace
}  // namespace exitbench
