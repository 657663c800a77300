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

}  // namespace
}  // namespace exitbench
