#include "harness/proof/proof.h"

#include "cases/x86_64/exits.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

struct Proved {
  std::vector<Evidence> evidence;
  Verdict verdict;
  std::string text;
};

Proved Prove(const Case& row, const ProofInput& input,
             const CounterDeltas& counters) {
  Proved p;
  p.evidence = Judge(row, input, counters);
  p.verdict = VerdictOf(p.evidence);
  p.text = Describe(p.evidence);
  return p;
}

CounterDeltas Exits(double exits) {
  return CounterDeltas::Of({{"exits", exits + 4}, {"irq_exits", 0}});
}

const Case kPio = {
    .name = "t/pio",
    .expect = {.exit = PioOut(1, 1),
               .claims = {{.counter = "exits"},
                          {.counter = "io_exits", .backends = kHardware}}}};
const Case kKernel = {
    .name = "t/kernel",
    .expect = {.claims = {{.counter = "exits", .backends = kHardware}}}};
const Case kNothing = {.name = "t/nothing",
                       .expect = {.never_exits = kHardware}};

ProofInput On(Backend backend, uint64_t records = 0) {
  return {.backend = backend,
          .mode = kKernelMode,
          .events = 1000,
          .batches = 4,
          .exit_records = records};
}

// A count of exits that may have had other reasons.
TEST(Proof, AClaimThatDoesNotProveMayOnlyContradict) {
  const Case row = {
      .name = "t/trap",
      .expect = {.claims = {{.counter = "exits", .proves = false}}}};
  const auto verdict = [&row](double exits) {
    return Prove(row, On(kBackendArmVhe), Exits(exits)).verdict;
  };
  EXPECT_EQ(verdict(1000), Verdict::kConsistent);
  EXPECT_EQ(verdict(500), Verdict::kContradicted);
}

TEST(Proof, RecordsAndCountersAgree) {
  const Proved p =
      Prove(kPio, On(kBackendSvm, 1000),
            CounterDeltas::Of(
                {{"exits", 1007}, {"irq_exits", 3}, {"io_exits", 1004}}));
  EXPECT_EQ(p.verdict, Verdict::kProven);
  EXPECT_EQ(p.text, "1000 exit records checked, exits +1000, io_exits +1000");
}

TEST(Proof, ACounterTheBackendNeverMovesIsNamed) {
  const Proved p = Prove(kPio, On(kBackendPvm, 1000),
                         CounterDeltas::Of({{"exits", 1004}, {"io_exits", 0}}));
  EXPECT_EQ(p.verdict, Verdict::kProven);
  EXPECT_NE(p.text.find("not counted here: io_exits"), std::string::npos);
}

TEST(Proof, TooFewExitsContradict) {
  const Proved p = Prove(kKernel, On(kBackendVmx),
                         CounterDeltas::Of({{"exits", 504}, {"irq_exits", 0}}));
  EXPECT_EQ(p.verdict, Verdict::kContradicted);
  EXPECT_EQ(p.text, "exits moved by 500, claimed 1000");
}

TEST(Proof, EventsTooFewToTellProveNothing) {
  ProofInput input = On(kBackendVmx);
  input.events = 6;
  for (double exits : {10, 4}) {
    const Proved p =
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
  row.size.batch_slack = 48;
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
  const Proved kernel = Prove(kKernel, On(kBackendVmx), CounterDeltas());
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
  const Proved p =
      Prove(kNothing, On(kBackendVmx),
            CounterDeltas::Of({{"exits", 1004}, {"irq_exits", 0}}));
  EXPECT_EQ(p.verdict, Verdict::kContradicted);
  EXPECT_NE(p.text.find("must not exit"), std::string::npos);
  EXPECT_EQ(Prove(kNothing, On(kBackendPvm), CounterDeltas::Of({{"exits", 4}}))
                .verdict,
            Verdict::kConsistent);
}

TEST(Proof, WhatMayExitOrNotIsToldApart) {
  const Case row = {
      .name = "t/either",
      .expect = {.claims = {{.counter = "exits", .or_none = true}}}};
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
  const Case row = {
      .name = "t/range",
      .expect = {.claims = {{.counter = "exits", .per_event_most = 2}}}};
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
  const Case row = {.name = "t/emulated",
                    .expect = {.claims = {{.counter = "insn_emulation",
                                           .per_event = 2,
                                           .over_control = true}}}};
  const CounterDeltas control = CounterDeltas::Of({{"insn_emulation", 2750}});
  ProofInput input = On(kBackendPvm);
  input.control = &control;
  input.control_events = 250;
  EXPECT_EQ(
      Prove(row, input, CounterDeltas::Of({{"insn_emulation", 13000}})).text,
      "insn_emulation +2000 over the control");
  EXPECT_EQ(
      Prove(row, input, CounterDeltas::Of({{"insn_emulation", 11000}})).verdict,
      Verdict::kContradicted);
  // Without a control nothing is known.
  EXPECT_EQ(Prove(row, On(kBackendPvm),
                  CounterDeltas::Of({{"insn_emulation", 13000}}))
                .verdict,
            Verdict::kConsistent);
}

TEST(Proof, HowOftenAConfirmedEventExitsIsAFinding) {
  const Proved p = Prove(kPio, On(kBackendPvm, 1000), Exits(2000));
  EXPECT_EQ(p.verdict, Verdict::kProven);
  EXPECT_EQ(p.text,
            "1000 exit records checked, exits +2000, expected 1000; "
            "not counted here: io_exits");
  EXPECT_EQ(UnexpectedOf(p.evidence, 1000),
            (std::vector<Unexpected>{{"exits", 2, 1, 1}}));
  EXPECT_FALSE(AwaitsConfirmation(p.evidence));
}

TEST(Proof, NoWholeNumberOfExitsIsNoFinding) {
  const Proved p = Prove(kPio, On(kBackendPvm, 1000), Exits(1500));
  EXPECT_EQ(p.verdict, Verdict::kContradicted);
  EXPECT_TRUE(UnexpectedOf(p.evidence, 1000).empty());
}

TEST(Proof, WhatTheEventIsIsNoFinding) {
  const Case row = {
      .name = "t/mmio",
      .expect = {.exit = PioOut(1, 1), .claims = {{.counter = "mmio_exits"}}}};
  EXPECT_EQ(Prove(row, On(kBackendPvm, 1000),
                  CounterDeltas::Of({{"exits", 1004}, {"mmio_exits", 0}}))
                .verdict,
            Verdict::kContradicted);
}

TEST(Proof, AClaimOfOneAndAHalfExitsIsWrongWhateverHappens) {
  const Case row = {
      .name = "t/half",
      .expect = {.exit = PioOut(1, 1),
                 .claims = {{.counter = "exits", .per_event = 1.5}}}};
  EXPECT_EQ(Prove(row, On(kBackendPvm, 1000), Exits(1000)).verdict,
            Verdict::kContradicted);
}

TEST(Proof, AnEventThatNothingConfirmsIsAskedForItsMark) {
  ProofInput input = On(kBackendVmxEpt);
  const Proved open = Prove(kKernel, input, Exits(0));
  EXPECT_EQ(open.verdict, Verdict::kContradicted);
  EXPECT_TRUE(AwaitsConfirmation(open.evidence));
  input.marked_events = 20;
  const Proved marked = Prove(kKernel, input, Exits(0));
  EXPECT_EQ(marked.verdict, Verdict::kProven);
  EXPECT_EQ(UnexpectedOf(marked.evidence, 1000),
            (std::vector<Unexpected>{{"exits", 0, 1, 1}}));
  EXPECT_FALSE(AwaitsConfirmation(Prove(kKernel, input, Exits(500)).evidence));
}

TEST(Proof, AnEventThatMustNotExitAndDoesIsAFindingOnceMarked) {
  ProofInput input = On(kBackendVmxEpt);
  EXPECT_TRUE(AwaitsConfirmation(Prove(kNothing, input, Exits(1000)).evidence));
  input.marked_events = 20;
  const Proved p = Prove(kNothing, input, Exits(1000));
  EXPECT_EQ(p.verdict, Verdict::kProven);
  EXPECT_EQ(UnexpectedOf(p.evidence, 1000),
            (std::vector<Unexpected>{{"exits", 1, 0, 0}}));
}

TEST(Proof, AClaimHoldsWhereItsFeaturesAre) {
  const Case row = {
      .name = "t/feature",
      .expect = {.claims = {{.counter = "exits", .with = kCpuidFaulting},
                            {.counter = "exits",
                             .per_event = 0,
                             .without = kCpuidFaulting}}}};
  ProofInput input = On(kBackendPvm);
  input.features.present = kCpuidFaulting;
  EXPECT_EQ(Prove(row, input, Exits(1000)).text, "exits +1000");
  EXPECT_EQ(Prove(row, input, Exits(0)).verdict, Verdict::kContradicted);
  input.features.present = 0;
  EXPECT_EQ(Prove(row, input, Exits(0)).text, "exits +0");
  EXPECT_EQ(Prove(row, input, Exits(1000)).verdict, Verdict::kContradicted);
  // Where the feature is unknown both counts are right, and the proof says
  // which.
  input.features.unknown = kCpuidFaulting;
  EXPECT_EQ(Prove(row, input, Exits(1000)).text, "exits +1000");
  EXPECT_EQ(Prove(row, input, Exits(0)).text, "exits +0 (none here)");
  EXPECT_EQ(Prove(row, input, Exits(500)).verdict, Verdict::kContradicted);
}

TEST(Proof, WithoutTheClaimThatIsItsPointACaseIsNotProven) {
  const Case row = {.name = "t/required",
                    .expect = {.exit = PioOut(1, 1),
                               .claims = {{.counter = "exits"},
                                          {.counter = "pf_mmio_spte_created",
                                           .or_none = true,
                                           .required = true}}}};
  const auto with = [&](double created) {
    return Prove(row, On(kBackendVmxEpt, 1000),
                 CounterDeltas::Of({{"exits", 1004},
                                    {"irq_exits", 0},
                                    {"pf_mmio_spte_created", created}}));
  };
  EXPECT_EQ(with(1000).verdict, Verdict::kProven);
  EXPECT_EQ(with(0).verdict, Verdict::kConsistent);
  EXPECT_EQ(Prove(row, On(kBackendVmxEpt, 1000), Exits(1000)).verdict,
            Verdict::kConsistent);
}

TEST(Proof, ARangeFromNothingOnProvesNothing) {
  const Case row = {.name = "t/pause",
                    .expect = {.claims = {{.counter = "exits",
                                           .per_event = 0,
                                           .per_event_most = 1}}}};
  EXPECT_EQ(Prove(row, On(kBackendVmxEpt), Exits(300)).verdict,
            Verdict::kConsistent);
}

TEST(Proof, WhatStoodNotStillForOthersSakeIsTriedAgain) {
  const Case row = {
      .name = "t/hot",
      .expect = {.never_exits = kHardware,
                 .claims = {{.counter = "pf_taken", .per_event = 0}}}};
  const auto faults = [&](double taken, double exits) {
    return Judge(
        row, On(kBackendVmxEpt),
        CounterDeltas::Of(
            {{"exits", exits + 4}, {"irq_exits", 0}, {"pf_taken", taken}}));
  };
  EXPECT_FALSE(IsDisturbedOnly(faults(0, 0)));
  EXPECT_TRUE(IsDisturbedOnly(faults(400, 400)));
  EXPECT_FALSE(IsDisturbedOnly(Judge(kKernel, On(kBackendVmxEpt), Exits(500))));
}

// Under load interrupts and switches make more exits than the proof grants. The
// figures are of such runs.
TEST(Proof, ExitsOfOthersWorkAreTriedAgain) {
  ProofInput input = On(kBackendPvm, 1000);
  const Proved quiet = Prove(kPio, input, Exits(1305));
  EXPECT_EQ(quiet.verdict, Verdict::kContradicted);
  EXPECT_FALSE(IsDisturbedOnly(quiet.evidence));
  input.noise_events = 1291;
  const Proved loaded = Prove(kPio, input, Exits(1305));
  EXPECT_EQ(loaded.verdict, Verdict::kContradicted);
  EXPECT_EQ(loaded.text, "exits moved by 1305, claimed 1000");
  EXPECT_TRUE(IsDisturbedOnly(loaded.evidence));
  input.noise_events = 290;
  EXPECT_FALSE(IsDisturbedOnly(Judge(kPio, input, Exits(1305))))
      << "more than they can explain";
  EXPECT_FALSE(IsDisturbedOnly(Judge(kPio, input, Exits(1000))))
      << "nothing is wrong";
  EXPECT_FALSE(IsDisturbedOnly(Judge(kPio, input, Exits(500))))
      << "noise takes no exit away";
  // Few events, in a run of milliseconds.
  input.events = input.exit_records = 20;
  input.noise_events = 5;
  EXPECT_TRUE(IsDisturbedOnly(Judge(kPio, input, Exits(31))));
  input.noise_events = 4;
  EXPECT_FALSE(IsDisturbedOnly(Judge(kPio, input, Exits(31))));
}

TEST(Proof, OnlyExitsAreMovedByOthersInterrupts) {
  const Case row = {
      .name = "t/mmio",
      .expect = {.exit = PioOut(1, 1), .claims = {{.counter = "mmio_exits"}}}};
  ProofInput input = On(kBackendPvm, 1000);
  input.noise_events = 1291;
  const CounterDeltas more = CounterDeltas::Of({{"mmio_exits", 1305}});
  EXPECT_EQ(Prove(row, input, more).verdict, Verdict::kContradicted);
  EXPECT_FALSE(IsDisturbedOnly(Judge(row, input, more)));
}

TEST(Proof, AnEventThatExitsOrNotIsNoneButForNoise) {
  const Case row = {
      .name = "t/either",
      .expect = {.claims = {{.counter = "exits", .or_none = true}}}};
  ProofInput input = On(kBackendVmxEpt);
  input.noise_events = 600;
  EXPECT_TRUE(IsDisturbedOnly(Judge(row, input, Exits(300))));
  EXPECT_TRUE(IsDisturbedOnly(Judge(row, input, Exits(1300))));
  EXPECT_FALSE(IsDisturbedOnly(Judge(row, input, Exits(700))));
}

// An event that exits twice is noticed each time, by whatever load. All three
// attempts see it, so that is what is reported.
TEST(Proof, NoLoadHidesAnEventThatExitsTwice) {
  for (double noise : {0, 25, 200, 300, 900, 2000, 1000000}) {
    ProofInput unconfirmed = On(kBackendVmxEpt);
    unconfirmed.noise_events = static_cast<uint64_t>(noise);
    ProofInput confirmed = unconfirmed;
    confirmed.exit_records = 1000;
    // Of the noise each causes up to a third of an exit, as seen.
    for (double caused : {0.0, noise / 10, noise / 3}) {
      EXPECT_EQ(Prove(kKernel, unconfirmed, Exits(2000 + caused)).verdict,
                Verdict::kContradicted)
          << noise << " " << caused;
      const Proved p = Prove(kPio, confirmed, Exits(2000 + caused));
      EXPECT_TRUE(p.verdict == Verdict::kContradicted ||
                  UnexpectedOf(p.evidence, 1000).size() == 1)
          << noise << " " << caused << ": " << p.text;
    }
  }
}

// With few events, noise alone can look like one exit more for each.
TEST(Proof, WhatNoiseMadeUnexpectedIsTriedAgain) {
  ProofInput input = On(kBackendPvm, 100);
  input.events = 100;
  const Proved quiet = Prove(kPio, input, Exits(200));
  EXPECT_EQ(UnexpectedOf(quiet.evidence, 100),
            (std::vector<Unexpected>{{"exits", 2, 1, 1}}));
  EXPECT_FALSE(IsDisturbedOnly(quiet.evidence));
  input.noise_events = 150;
  const Proved loaded = Prove(kPio, input, Exits(200));
  EXPECT_EQ(UnexpectedOf(loaded.evidence, 100),
            (std::vector<Unexpected>{{"exits", 2, 1, 1}}));
  EXPECT_TRUE(IsDisturbedOnly(loaded.evidence));
}

TEST(Proof, ExitsPerEventAreWholeWithinNoise) {
  ProofInput input = On(kBackendVmxEpt);
  const auto exits = [&](double moved) {
    return *ExitsOf(kKernel, input, Exits(moved));
  };
  EXPECT_TRUE(exits(1003).whole);
  EXPECT_EQ(exits(1003).exits, 1);
  EXPECT_EQ(exits(0).exits, 0);
  EXPECT_EQ(exits(26001).exits, 26);
  EXPECT_FALSE(exits(1300).whole);
  EXPECT_EQ(exits(1300).exits, 1.3);
  input.events = 8;
  EXPECT_FALSE(exits(8).whole) << "too few to tell 1 from 0";
  EXPECT_FALSE(ExitsOf(kKernel, input, CounterDeltas()).has_value());
}

TEST(Proof, PollingForAWakeUpIsPerEvent) {
  const Case halts = {
      .name = "t/halted",
      .shape = {.irqchip = true},
      .expect = {.claims = {{.counter = "exits"}, {.counter = "halt_exits"}}}};
  const CounterDeltas polled =
      CounterDeltas::Of({{"halt_poll_fail_ns", 21000},
                         {"halt_poll_success_ns", 4000},
                         {"halt_wait_ns", 900000}});
  const ProofInput input = On(kBackendVmxEpt);
  EXPECT_EQ(HaltPollOf(halts, input, polled), 25.0);
  // The kernel counts, and slept at once.
  EXPECT_EQ(HaltPollOf(halts, input,
                       CounterDeltas::Of({{"halt_poll_fail_ns", 0},
                                          {"halt_poll_success_ns", 0}})),
            0.0);
  // The kernel does not count: nothing is known, which is not 0.
  EXPECT_EQ(HaltPollOf(halts, input, CounterDeltas()), std::nullopt);
  EXPECT_EQ(HaltPollOf(halts, input,
                       CounterDeltas::Of({{"halt_poll_success_ns", 4000}})),
            std::nullopt);
  EXPECT_EQ(HaltPollOf(halts, input, Exits(1000)), std::nullopt);
  Case other = halts;
  other.shape.irqchip = false;  // HLT is an exit to userspace.
  EXPECT_EQ(HaltPollOf(other, input, polled), std::nullopt);
  EXPECT_EQ(HaltPollOf(kKernel, input, polled), std::nullopt);
}

TEST(Proof, HooksAndCallsAreShown) {
  const Case row = {.name = "t/hook",
                    .expect = {.verifies = "signals counted"}};
  const Proved hook =
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
