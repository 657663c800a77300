#include "results/sides/labels.h"

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

using Strings = std::vector<std::string>;

// A host of one kernel that boots with `words`.
Results HostOf(const std::string& words, std::vector<Fact> facts = {},
               const std::string& kernel = "6.1") {
  Results r = MakeResults(kernel, "a");
  r.host.facts = {{"cpu.vulnerabilities.l1tf", "Mitigation: flush"},
                  {"kernel.cmdline", "console=ttyS0 quiet " + words},
                  {"kernel.notes", "fnv1a:1"}};
  for (Fact& fact : facts) r.host.facts.push_back(fact);
  return r;
}

Results Polling(const std::string& ns) {
  return HostOf(ns == "200000" ? "" : "kvm.halt_poll_ns=" + ns,
                {{"module.kvm.halt_poll_ns", ns}});
}

SideLabels Label(const std::vector<Results>& all) {
  std::vector<Side> sides;
  for (const Results& r : all) {
    sides.push_back(
        MakeSide(r, std::string(1, static_cast<char>('a' + sides.size()))));
  }
  return LabelSides(sides);
}

TEST(LabelsTest, OneSettingOfOneKernel) {
  const SideLabels labels =
      Label({Polling("0"), Polling("50000"), Polling("200000")});
  EXPECT_EQ(labels.labels,
            (Strings{"kvm.halt_poll_ns=0", "kvm.halt_poll_ns=50000",
                     "kvm.halt_poll_ns=200000"}));
  EXPECT_EQ(labels.beside_kernel, labels.labels);
  EXPECT_TRUE(labels.one_kernel);
  ASSERT_EQ(labels.settings.size(), 1u);
  EXPECT_EQ(labels.settings[0].key, "module.kvm.halt_poll_ns");
  EXPECT_EQ(DefaultSide(labels.settings[0]), 2u);
}

TEST(LabelsTest, KernelsComeFirst) {
  Results b = Polling("0"), c = Polling("200000"), d = Polling("0");
  b.host.kernel_release = c.host.kernel_release = "7.2";
  d.host.kernel_release = "7.3";
  const SideLabels labels = Label({Polling("200000"), b, c, d});
  EXPECT_EQ(labels.labels, (Strings{"6.1", "7.2 kvm.halt_poll_ns=0",
                                    "7.2 kvm.halt_poll_ns=200000", "7.3"}));
  EXPECT_EQ(labels.beside_kernel,
            (Strings{"", "kvm.halt_poll_ns=0", "kvm.halt_poll_ns=200000", ""}));
  EXPECT_FALSE(labels.one_kernel);
}

TEST(LabelsTest, BuildsOfOneReleaseAreNamed) {
  Results b = HostOf("");
  b.host.kernel_version = "#2 SMP";
  const SideLabels labels = Label({HostOf(""), b});
  EXPECT_EQ(labels.labels, (Strings{"build #1 SMP", "build #2 SMP"}));
  EXPECT_FALSE(labels.one_kernel);
}

// Only the kernel's notes say that its code is another.
TEST(LabelsTest, AnotherBuildIsAnotherKernelWhateverItSays) {
  Results b = HostOf("");
  b.host.facts[2].value = "fnv1a:2";
  const SideLabels labels = Label({HostOf(""), b});
  EXPECT_FALSE(labels.one_kernel);
  EXPECT_EQ(labels.labels, (Strings{"a", "b"}));
}

TEST(LabelsTest, CausesBeforeConsequences) {
  const auto with = [](const std::string& word, const std::string& flush) {
    Results r = HostOf(word, {{"module.kvm.nx_huge_pages", flush},
                              {"module.kvm_intel.vmentry_l1d_flush", flush}});
    r.host.facts[0].value = flush;
    return r;
  };
  const SideLabels labels =
      Label({with("mitigations=auto", "Y"), with("mitigations=off", "N")});
  EXPECT_EQ(labels.labels, (Strings{"mitigations=auto", "mitigations=off"}));
  ASSERT_EQ(labels.settings.size(), 1u);
  EXPECT_EQ(SettingsChanged(labels), "mitigations auto -> off");
  // Nothing on the command line: the kernel's default.
  EXPECT_EQ(Label({with("", "Y"), with("mitigations=off", "N")}).labels,
            labels.labels);
  // Without their cause they count.
  EXPECT_EQ(Label({with("", "Y"), with("", "N")}).settings.size(), 2u);
}

TEST(LabelsTest, WhatWasAskedForIsNoConsequence) {
  const auto with = [](const std::string& words, const std::string& pages) {
    return HostOf(words, {{"module.kvm.nx_huge_pages", pages}});
  };
  const SideLabels labels =
      Label({with("", "Y"),
             with("mitigations=off kvm.nx_huge_pages=never", "never")});
  ASSERT_EQ(labels.settings.size(), 2u);
  EXPECT_EQ(labels.settings[0].key, "module.kvm.nx_huge_pages");
  EXPECT_EQ(labels.settings[1].key, "mitigations");
  EXPECT_EQ(SettingsChanged(labels),
            "kvm.nx_huge_pages 1 -> never, mitigations auto -> off");
}

// npt=0 has KVM turn tdp_mmu off, which comes first by its name.
TEST(LabelsTest, ParametersOfTheCommandLineComeFirst) {
  const auto with = [](const std::string& words, const std::string& value) {
    return HostOf(words, {{"module.kvm.a_consequence", value},
                          {"module.kvm.tdp_mmu", value},
                          {"module.kvm_amd.npt", value}});
  };
  const SideLabels labels =
      Label({with("kvm-amd.npt=1", "Y"), with("kvm-amd.npt=0", "N")});
  EXPECT_EQ(labels.labels, (Strings{"kvm_amd.npt=1", "kvm_amd.npt=0"}));
  ASSERT_EQ(labels.settings.size(), 2u);  // Nobody says that one follows.
  EXPECT_EQ(labels.settings[1].key, "module.kvm.a_consequence");
}

TEST(LabelsTest, TheFewestSettingsOfEachSide) {
  const SideLabels labels =
      Label({HostOf(""), HostOf("nosmt"), HostOf("isolcpus=2"),
             HostOf("isolcpus=2 nosmt mitigations=off")});
  EXPECT_EQ(labels.labels,
            (Strings{"no isolcpus no nosmt", "no isolcpus nosmt",
                     "isolcpus=2 no nosmt", "isolcpus=2 nosmt"}));
  const SideLabels grid =
      Label({HostOf("mitigations=off"), HostOf("mitigations=off nosmt"),
             HostOf("nosmt")});
  EXPECT_EQ(grid.labels,
            (Strings{"no nosmt", "mitigations=off nosmt", "mitigations=auto"}));
}

TEST(LabelsTest, FactsOfTheHostWhereNoSettingDiffers) {
  Results b = HostOf("", {{"thp.enabled", "always madvise [never]"}});
  const SideLabels labels =
      Label({HostOf("", {{"thp.enabled", "[always] madvise never"}}), b});
  EXPECT_EQ(labels.labels,
            (Strings{"thp.enabled=always", "thp.enabled=never"}));
  EXPECT_TRUE(labels.settings.empty());
  Results other_cpu = b;
  other_cpu.host.cpu_model = "Another CPU";
  other_cpu.host.facts[0].value = "Not affected";
  EXPECT_EQ(Label({b, other_cpu}).labels, (Strings{"Test CPU", "Another CPU"}));
}

TEST(LabelsTest, BootsOfOneSettingByTheirFiles) {
  EXPECT_EQ(Label({Polling("0"), Polling("0"), Polling("200000")}).labels,
            (Strings{"kvm.halt_poll_ns=0 a", "kvm.halt_poll_ns=0 b",
                     "kvm.halt_poll_ns=200000"}));
}

TEST(LabelsTest, OneFileTwiceIsCounted) {
  const Side side = MakeSide(Polling("0"), "a");
  EXPECT_EQ(LabelSides({side, side, side}).labels,
            (Strings{"a", "a (2)", "a (3)"}));
}

TEST(LabelsTest, UnknownCommandLinesTellNothing) {
  Results b = HostOf("nosmt");
  b.host.facts[1].value = "absent";
  EXPECT_EQ(Label({HostOf("mitigations=off"), b}).labels, (Strings{"a", "b"}));
}

// A parameter that only newer kernels have is no setting against older ones.
TEST(LabelsTest, ParametersThatAKernelLacks) {
  const auto with = [](const std::string& value) {
    Results r = HostOf("", {{"module.kvm.newer", value}});
    r.host.kernel_release = "7.2";
    return r;
  };
  const SideLabels labels = Label({HostOf(""), with("1"), with("0")});
  EXPECT_EQ(labels.labels,
            (Strings{"6.1", "7.2 kvm.newer=1", "7.2 kvm.newer=0"}));
}

TEST(LabelsTest, AllLabelsDiffer) {
  std::vector<Results> all;
  for (int i = 0; i < 64; ++i) {
    Results r = HostOf(i & 1 ? "nosmt" : "", {}, i & 2 ? "6.1" : "7.2");
    r.host.microcode = std::to_string(i & 4);
    r.host.facts.push_back({"thp.enabled", std::to_string(i & 8)});
    if (i & 16) r.host.kernel_version = "#2 SMP";
    all.push_back(r);
  }
  const SideLabels labels = Label(all);
  EXPECT_EQ(
      std::set<std::string>(labels.labels.begin(), labels.labels.end()).size(),
      64u);
}

}  // namespace
}  // namespace exitbench
