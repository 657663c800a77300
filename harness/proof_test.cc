#include "harness/proof.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Case kPio = {.name = "t/pio",
                   .exit = PioOut(1, 1),
                   .claims = {{.counter = "exits"},
                              {.counter = "io_exits", .backends = kHardware}}};
const Case kKernel = {.name = "t/kernel",
                      .claims = {{.counter = "exits", .backends = kHardware}}};
const Case kNothing = {.name = "t/nothing", .never_exits = kHardware};

ProofInput On(Backend backend, uint64_t records = 0) {
  return {.backend = backend,
          .ring = 0,
          .events = 1000,
          .batches = 4,
          .exit_records = records};
}

TEST(Proof, RecordsAndCountersAgree) {
  const ProofResult p =
      Prove(kPio, On(kBackendSvm, 1000),
            CounterDeltas::Of(
                {{"exits", 1007}, {"irq_exits", 3}, {"io_exits", 1004}}));
  EXPECT_EQ(p.verdict, Verdict::kProven);
  EXPECT_EQ(p.text, "1000 exit records checked, exits +1000, io_exits +1000");
}

TEST(Proof, ACounterTheBackendNeverMovesIsNamed) {
  const ProofResult p =
      Prove(kPio, On(kBackendPvm, 1000),
            CounterDeltas::Of({{"exits", 1004}, {"io_exits", 0}}));
  EXPECT_EQ(p.verdict, Verdict::kProven);
  EXPECT_NE(p.text.find("not counted here: io_exits"), std::string::npos);
}

TEST(Proof, TooFewExitsContradict) {
  const ProofResult p =
      Prove(kKernel, On(kBackendVmx),
            CounterDeltas::Of({{"exits", 504}, {"irq_exits", 0}}));
  EXPECT_EQ(p.verdict, Verdict::kContradicted);
  EXPECT_EQ(p.text, "exits moved by 500, claimed 1000");
}

TEST(Proof, EventsTooFewToTellProveNothing) {
  ProofInput input = On(kBackendVmx);
  input.events = 6;
  for (double exits : {10, 4}) {
    const ProofResult p =
        Prove(kKernel, input,
              CounterDeltas::Of({{"exits", exits}, {"irq_exits", 0}}));
    EXPECT_EQ(p.verdict, Verdict::kConsistent);
    EXPECT_NE(p.text.find("too few events to tell: exits"), std::string::npos);
  }
  EXPECT_EQ(Prove(kNothing, input,
                  CounterDeltas::Of({{"exits", 4}, {"irq_exits", 0}}))
                .verdict,
            Verdict::kConsistent);
  input.events = 60;
  EXPECT_EQ(Prove(kKernel, input,
                  CounterDeltas::Of({{"exits", 64}, {"irq_exits", 0}}))
                .verdict,
            Verdict::kProven);
  EXPECT_EQ(
      Prove(kKernel, input, CounterDeltas::Of({{"exits", 4}, {"irq_exits", 0}}))
          .verdict,
      Verdict::kContradicted);
}

TEST(Proof, WhatABatchAddsExcusesNoCounterThatStandsStill) {
  Case row = kKernel;
  row.batch_slack = 48;
  ProofInput input = On(kBackendVmx);
  input.events = 20;
  input.batches = 1;
  EXPECT_EQ(
      Prove(row, input, CounterDeltas::Of({{"exits", 1}, {"irq_exits", 0}}))
          .verdict,
      Verdict::kContradicted);
  EXPECT_EQ(
      Prove(row, input, CounterDeltas::Of({{"exits", 61}, {"irq_exits", 0}}))
          .verdict,
      Verdict::kProven);
}

TEST(Proof, TwiceAsManyContradictToo) {
  EXPECT_EQ(Prove(kKernel, On(kBackendVmx),
                  CounterDeltas::Of({{"exits", 2004}, {"irq_exits", 0}}))
                .verdict,
            Verdict::kContradicted);
}

TEST(Proof, NoiseThatWasSeenIsNoContradictionButHidesNoWrongClaim) {
  const CounterDeltas more =
      CounterDeltas::Of({{"exits", 1034}, {"irq_exits", 0}});
  ProofInput input = On(kBackendVmx);
  EXPECT_EQ(Prove(kKernel, input, more).verdict, Verdict::kContradicted);
  input.noise_events = 25;
  EXPECT_EQ(Prove(kKernel, input, more).verdict, Verdict::kProven);
  input.noise_events = 1000000;
  EXPECT_EQ(Prove(kKernel, input,
                  CounterDeltas::Of({{"exits", 504}, {"irq_exits", 0}}))
                .verdict,
            Verdict::kContradicted);
}

TEST(Proof, WithoutCountersKernelEventsAreOnlyConsistent) {
  const ProofResult kernel = Prove(kKernel, On(kBackendVmx), CounterDeltas());
  EXPECT_EQ(kernel.verdict, Verdict::kConsistent);
  EXPECT_NE(kernel.text.find("Linux 5.14"), std::string::npos);
  EXPECT_EQ(Prove(kPio, On(kBackendVmx, 1000), CounterDeltas()).verdict,
            Verdict::kProven);
}

TEST(Proof, WhatMustNotExitIsHeldToIt) {
  EXPECT_EQ(Prove(kNothing, On(kBackendVmx),
                  CounterDeltas::Of({{"exits", 9}, {"irq_exits", 5}}))
                .verdict,
            Verdict::kProven);
  const ProofResult p =
      Prove(kNothing, On(kBackendVmx),
            CounterDeltas::Of({{"exits", 1004}, {"irq_exits", 0}}));
  EXPECT_EQ(p.verdict, Verdict::kContradicted);
  EXPECT_NE(p.text.find("must not exit"), std::string::npos);
  EXPECT_EQ(Prove(kNothing, On(kBackendPvm), CounterDeltas::Of({{"exits", 4}}))
                .verdict,
            Verdict::kConsistent);
}

TEST(Proof, WhatMayExitOrNotIsToldApart) {
  const Case row = {.name = "t/either",
                    .claims = {{.counter = "exits", .or_none = true}}};
  const auto exits = [&](double moved) {
    return Prove(row, On(kBackendVmxEpt),
                 CounterDeltas::Of({{"exits", moved + 4}, {"irq_exits", 0}}));
  };
  EXPECT_EQ(exits(1000).text, "exits +1000");
  EXPECT_EQ(exits(0).text, "exits +0 (none here)");
  EXPECT_EQ(exits(0).verdict, Verdict::kProven);
  EXPECT_EQ(exits(500).verdict, Verdict::kContradicted);
  EXPECT_EQ(exits(500).text, "exits moved by 500, claimed 1000 or none");
}

TEST(Proof, ARangeHoldsToItsEnds) {
  const Case row = {.name = "t/range",
                    .claims = {{.counter = "exits", .per_event_most = 2}}};
  const auto verdict = [&](double moved) {
    return Prove(row, On(kBackendVmxEpt),
                 CounterDeltas::Of({{"exits", moved + 4}, {"irq_exits", 0}}))
        .verdict;
  };
  EXPECT_EQ(verdict(1000), Verdict::kProven);
  EXPECT_EQ(verdict(1700), Verdict::kProven);
  EXPECT_EQ(verdict(2000), Verdict::kProven);
  EXPECT_EQ(verdict(900), Verdict::kContradicted);
  EXPECT_EQ(verdict(2100), Verdict::kContradicted);
}

TEST(Proof, WhatTheTwinMovesIsTakenOff) {
  const Case row = {
      .name = "t/emulated",
      .claims = {
          {.counter = "insn_emulation", .per_event = 2, .over_control = true}}};
  const CounterDeltas twin = CounterDeltas::Of({{"insn_emulation", 2750}});
  ProofInput input = On(kBackendPvm);
  input.control = &twin;
  input.control_events = 250;
  EXPECT_EQ(
      Prove(row, input, CounterDeltas::Of({{"insn_emulation", 13000}})).text,
      "insn_emulation +2000 over the twin");
  EXPECT_EQ(
      Prove(row, input, CounterDeltas::Of({{"insn_emulation", 11000}})).verdict,
      Verdict::kContradicted);
  // Without a twin nothing is known.
  EXPECT_EQ(Prove(row, On(kBackendPvm),
                  CounterDeltas::Of({{"insn_emulation", 13000}}))
                .verdict,
            Verdict::kConsistent);
}

TEST(Proof, HooksAndCallsAreShown) {
  const Case row = {.name = "t/hook", .verifies = "signals counted"};
  const ProofResult hook =
      Prove(row, On(kBackendPvm), CounterDeltas::Of({{"exits", 4}}));
  EXPECT_EQ(hook.verdict, Verdict::kProven);
  EXPECT_EQ(hook.text, "1000 signals counted");
  ProofInput calls = On(kBackendPvm);
  calls.calls = 1000;
  calls.batches = 0;
  EXPECT_EQ(Prove({.name = "t/call"}, calls, CounterDeltas()).verdict,
            Verdict::kProven);
}

}  // namespace
}  // namespace exitbench
