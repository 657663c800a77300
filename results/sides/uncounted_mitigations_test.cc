#include "results/sides/uncounted_mitigations.h"

#include "gtest/gtest.h"
#include "results/model/testing.h"
#include "results/sides/side_warnings.h"

namespace exitbench {
namespace {

using Facts = std::vector<Fact>;

Side Emulated(const Facts& facts, Tick tick = Tick::kInstruction) {
  Results results = MakeResults("6.1", "a");
  AddCase("pio/out", {1000, 1000}, results);
  results.host.tick = tick;
  results.host.facts = facts;
  return MakeSide(results, "side");
}

Side With(const std::string& mitigation, const std::string& state) {
  return Emulated({{"cpu.vulnerabilities." + mitigation, state}});
}

// What is said of two sides, with the names of those that it is about.
std::vector<std::string> Said(const Side& a, const Side& b) {
  std::vector<std::string> said;
  for (const UncountedMitigation& m : UncountedMitigations({&a, &b})) {
    std::string who;
    for (size_t side : m.sides) who += side == 0 ? "OLD" : "NEW";
    said.push_back(Describe(m, who));
  }
  return said;
}

using Lines = std::vector<std::string>;

TEST(UncountedMitigations, ADifferenceIsNamedByItsInstruction) {
  EXPECT_EQ(Said(With("retbleed", "Mitigation: untrained return thunk"),
                 With("retbleed", "Mitigation: IBPB; SMT disabled")),
            Lines{"retbleed differs, with IBPB on NEW: the cost of IBPB on "
                  "hardware is not in these counts"});
  EXPECT_EQ(
      Said(With("mds",
                "Vulnerable: Clear CPU buffers attempted, no microcode; SMT "
                "disabled"),
           With("mds", "Vulnerable; SMT disabled")),
      Lines{"mds differs, with VERW on OLD: the cost of VERW on hardware is "
            "not in these counts"});
  EXPECT_EQ(
      Said(With("spec_store_bypass",
                "Mitigation: Speculative Store Bypass disabled via prctl"),
           With("spec_store_bypass",
                "Mitigation: Speculative Store Bypass disabled")),
      Lines{"spec_store_bypass differs, with WRMSR SPEC_CTRL on NEW: the cost "
            "of WRMSR SPEC_CTRL on hardware is not in these counts"});
  EXPECT_EQ(Said(With("spectre_v2",
                      "Mitigation: Retpolines; PBRSB-eIBRS: Not "
                      "affected"),
                 With("spectre_v2", "Mitigation: IBRS; IBPB: conditional"))
                .size(),
            2u);
}

TEST(UncountedMitigations, TwoWaysOfOneInstructionDiffer) {
  EXPECT_EQ(
      Said(With("spec_rstack_overflow", "Mitigation: IBPB"),
           With("spec_rstack_overflow", "Mitigation: IBPB on VMEXIT only")),
      Lines{"spec_rstack_overflow differs, with IBPB on OLDNEW: the cost "
            "of IBPB on hardware is not in these counts"});
  EXPECT_EQ(Said(With("vmscape", "Mitigation: IBPB on VMEXIT"),
                 With("vmscape", "Mitigation: IBPB before exit to userspace"))
                .size(),
            1u);
}

TEST(UncountedMitigations, WhatIsCountedOrTheSameIsNotNamed) {
  // Sequences of instructions are in the counts.
  EXPECT_EQ(Said(With("retbleed", "Mitigation: untrained return thunk"),
                 With("retbleed", "Vulnerable")),
            Lines{});
  EXPECT_EQ(
      Said(With("meltdown", "Mitigation: PTI"), With("meltdown", "Vulnerable")),
      Lines{});
  EXPECT_EQ(Said(With("retbleed", "Mitigation: IBPB"),
                 With("retbleed", "Mitigation: IBPB; SMT disabled")),
            Lines{});
  // A side that does not say.
  EXPECT_EQ(Said(With("retbleed", "Mitigation: IBPB"), Emulated({})), Lines{});
}

TEST(UncountedMitigations, TheFlushIsCountedWhereItIsALoop) {
  const auto flushes = [](const std::string& state, const std::string& flags) {
    return Emulated(
        {{"cpu.flags", flags}, {"cpu.vulnerabilities.l1tf", state}});
  };
  const std::string on =
      "Mitigation: PTE Inversion; VMX: conditional cache "
      "flushes, SMT disabled";
  const std::string off =
      "Mitigation: PTE Inversion; VMX: vulnerable, SMT disabled";
  EXPECT_EQ(Said(flushes(on, "fpu vmx"), flushes(off, "fpu vmx")), Lines{});
  EXPECT_EQ(
      Said(flushes(on, "fpu flush_l1d"), flushes(off, "fpu flush_l1d")),
      Lines{"l1tf differs, with WRMSR FLUSH_CMD on OLD: the cost of WRMSR "
            "FLUSH_CMD on hardware is not in these counts"});
}

TEST(UncountedMitigations, ATimedHostShowsThem) {
  const Facts ibpb = {{"cpu.vulnerabilities.retbleed", "Mitigation: IBPB"}};
  const Facts none = {{"cpu.vulnerabilities.retbleed", "Vulnerable"},
                      {"kernel.cmdline", "retbleed=ibpb"}};
  EXPECT_EQ(Said(Emulated(ibpb, Tick::kTsc), Emulated(none, Tick::kTsc)),
            Lines{});
  EXPECT_EQ(Said(Emulated(ibpb), Emulated(none)).size(), 2u);
}

struct Asked {
  const char* word;
  const char* mitigation;
  const char* in_effect;
  const char* in_vain;
  const char* instruction;
};

TEST(UncountedMitigations, WhatIsAskedForInVainIsNamed) {
  const char* const none = "Not affected";
  const Asked all[] = {
      {"mds=full", "mds", "Mitigation: Clear CPU buffers", none, "VERW"},
      {"mds=full,nosmt", "mds", "Mitigation: Clear CPU buffers", none, "VERW"},
      {"tsx_async_abort=full", "tsx_async_abort",
       "Mitigation: Clear CPU buffers", "Mitigation: TSX disabled", "VERW"},
      {"mmio_stale_data=full", "mmio_stale_data",
       "Mitigation: Clear CPU buffers; SMT disabled", "Unknown: No mitigations",
       "VERW"},
      {"reg_file_data_sampling=on", "reg_file_data_sampling",
       "Mitigation: Clear Register File", none, "VERW"},
      {"tsa=on", "tsa", "Mitigation: Clear CPU buffers", none, "VERW"},
      {"l1tf=flush", "l1tf",
       "Mitigation: PTE Inversion; VMX: conditional cache flushes", none,
       "WRMSR FLUSH_CMD"},
      {"spectre_v2=ibrs", "spectre_v2", "Mitigation: IBRS; IBPB: conditional",
       "Mitigation: Retpolines; PBRSB-eIBRS: Not affected", "WRMSR SPEC_CTRL"},
      {"spec_store_bypass_disable=on", "spec_store_bypass",
       "Mitigation: Speculative Store Bypass disabled",
       "Mitigation: Speculative Store Bypass disabled via prctl",
       "WRMSR SPEC_CTRL"},
      {"retbleed=ibpb", "retbleed", "Mitigation: IBPB",
       "Mitigation: untrained return thunk", "IBPB"},
      {"spec_rstack_overflow=ibpb", "spec_rstack_overflow", "Mitigation: IBPB",
       "Mitigation: IBPB on VMEXIT only", "IBPB"},
      {"spec_rstack_overflow=ibpb-vmexit", "spec_rstack_overflow",
       "Mitigation: IBPB on VMEXIT only", "Mitigation: safe RET", "IBPB"},
      {"vmscape=on", "vmscape", "Mitigation: IBPB before exit to userspace",
       none, "IBPB"},
      {"vmscape=force", "vmscape", "Mitigation: IBPB on VMEXIT", "Vulnerable",
       "IBPB"},
      {"indirect_target_selection=force", "indirect_target_selection",
       "Mitigation: Aligned branch/return thunks", none, "aligned thunks"},
  };
  for (const Asked& asked : all) {
    const auto side = [&asked](const std::string& line, const char* state) {
      return Emulated(
          {{"cpu.vulnerabilities." + std::string(asked.mitigation), state},
           {"kernel.cmdline", "quiet " + line}});
    };
    const Side idle = side("", asked.in_vain);
    const Side got = side(asked.word, asked.in_effect);
    EXPECT_TRUE(UncountedMitigations({&got, &got}).empty()) << asked.word;
    const Side vain = side(asked.word, asked.in_vain);
    const auto found = UncountedMitigations({&idle, &vain});
    ASSERT_EQ(found.size(), 1u) << asked.word;
    EXPECT_EQ(found[0].asked, asked.word);
    EXPECT_EQ(found[0].instead, asked.in_vain);
    EXPECT_EQ(found[0].instruction, asked.instruction) << asked.word;
    EXPECT_EQ(found[0].sides, std::vector<size_t>{1}) << asked.word;
    const std::string off =
        std::string(asked.word).substr(0, std::string(asked.word).find('=')) +
        "=off";
    const Side not_asked = side(off, asked.in_vain);
    EXPECT_TRUE(UncountedMitigations({&not_asked, &idle}).empty()) << off;
  }
}

TEST(UncountedMitigations, NosmtNeedsSmt) {
  const auto side = [](const char* smt) {
    return Emulated(
        {{"cpu.smt", smt}, {"kernel.cmdline", "mitigations=auto,nosmt"}});
  };
  EXPECT_EQ(Said(side("notsupported"), side("forceoff")),
            Lines{"mitigations=auto,nosmt is not in effect on OLD (smt: "
                  "notsupported): the cost of running without SMT on hardware "
                  "is not in these counts"});
}

TEST(UncountedMitigations, AKernelThatDoesNotKnowItIsNamed) {
  EXPECT_EQ(Said(Emulated({{"kernel.cmdline", "vmscape=ibpb"}}), Emulated({})),
            Lines{"vmscape=ibpb is not in effect on OLD (vmscape: not "
                  "recorded): the cost of IBPB on hardware is not in these "
                  "counts"});
}

TEST(UncountedMitigations, TheyAreWarnedOf) {
  const auto count = [](const std::vector<std::string>& warnings,
                        const std::string& part) {
    int found = 0;
    for (const std::string& w : warnings) {
      found += w.find(part) != std::string::npos;
    }
    return found;
  };
  const Side thunk = With("retbleed", "Mitigation: untrained return thunk");
  const Side ibpb = With("retbleed", "Mitigation: IBPB");
  EXPECT_EQ(count(SampleWarnings(thunk, ibpb, true), "with IBPB on NEW:"), 1);
  EXPECT_EQ(count(SampleWarnings(ibpb, thunk, true), "with IBPB on OLD:"), 1);
  EXPECT_EQ(count(SampleWarnings(thunk, thunk, true), "IBPB"), 0);
  EXPECT_EQ(count(SampleWarnings({thunk, ibpb, ibpb, thunk}, true),
                  "with IBPB on [2], [3]:"),
            1);
}

}  // namespace
}  // namespace exitbench
