#include "results/sides/compatibility.h"

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

Side TestSide(const std::function<void(Results&)>& change = nullptr) {
  Results results = MakeResults("6.1", "a");
  results.host.facts = {{"cpu.smt", "on"},
                        {"kernel.cmdline", "BOOT_IMAGE=/a quiet"},
                        {"kernel.config", "1"}};
  AddCase("pio/out", std::vector<double>(15, 1000), results);
  if (change) change(results);
  return MakeSide(results, "side");
}

void SetFact(Results& results, const std::string& key,
             const std::string& value) {
  for (Fact& fact : results.host.facts) {
    if (fact.key == key) {
      fact.value = value;
      return;
    }
  }
  results.host.facts.push_back({key, value});
}

TEST(CompatibilityTest, AHostIsLikeItself) {
  EXPECT_TRUE(CompareHosts(TestSide(), TestSide()).empty());
}

TEST(CompatibilityTest, EachDifferenceHasItsAction) {
  struct Row {
    const char* what;
    Action action;
    std::function<void(Results&)> change;
  };
  const Row rows[] = {
      {"architecture", Action::kRefuse,
       [](Results& r) { r.host.architecture = "aarch64"; }},
      {"what is counted", Action::kRefuse,
       [](Results& r) { r.host.tick = Tick::kInstruction; }},
      {"CPU model", Action::kRefuseUnlessForced,
       [](Results& r) { r.host.cpu_model = "x"; }},
      {"KVM backend", Action::kRefuseUnlessForced,
       [](Results& r) { r.host.kvm_backend = "kvm_intel"; }},
      {"paging", Action::kRefuseUnlessForced,
       [](Results& r) { r.host.paging = "shadow"; }},
      {"host", Action::kRefuseUnlessForced,
       [](Results& r) { r.host.virtual_machine = true; }},
      {"emulator", Action::kRefuseUnlessForced,
       [](Results& r) { r.host.emulator = "qemu"; }},
      {"TSC kHz", Action::kRefuseUnlessForced,
       [](Results& r) { r.host.tsc_khz *= 1.002; }},
      {"settings of the cases", Action::kRefuseUnlessForced,
       [](Results& r) {
         r.sessions[0].settings = {{"pages", "2m"}};
       }},
      {"microcode", Action::kWarn,
       [](Results& r) { r.host.microcode = "0x2"; }},
      {"pinned to CPUs", Action::kWarn,
       [](Results& r) {
         for (Session& s : r.sessions) s.cpus = "none";
       }},
      {"events per run", Action::kWarn,
       [](Results& r) {
         for (Session& s : r.sessions) s.events = 5;
       }},
      {"cpu.smt", Action::kWarn,
       [](Results& r) { SetFact(r, "cpu.smt", "off"); }},
      {"kernel.cmdline", Action::kWarn,
       [](Results& r) {
         SetFact(r, "kernel.cmdline", "BOOT_IMAGE=/b quiet mitigations=off");
       }},
      {"kernel.config", Action::kNote,
       [](Results& r) { SetFact(r, "kernel.config", "2"); }},
      {"kernel", Action::kNote,
       [](Results& r) { r.host.kernel_release = "6.2"; }},
      {"exitbench", Action::kNote, [](Results& r) { r.tool_version = "2.0"; }},
      {"feature.cpuid_faulting", Action::kNote,
       [](Results& r) { SetFact(r, "feature.cpuid_faulting", "yes"); }},
      {"module.kvm.only_here", Action::kNote,
       [](Results& r) { SetFact(r, "module.kvm.only_here", "1"); }},
      {"cpu.vulnerabilities.brand_new", Action::kWarn,
       [](Results& r) {
         SetFact(r, "cpu.vulnerabilities.brand_new", "Mitigation: slow");
       }},
      {"cpu.vulnerabilities.not_here", Action::kNote,
       [](Results& r) {
         SetFact(r, "cpu.vulnerabilities.not_here", "Not affected");
       }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const std::vector<Difference> found =
        CompareHosts(TestSide(), TestSide(row.change));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].what, row.what);
    EXPECT_EQ(found[0].action, row.action);
  }
}

TEST(CompatibilityTest, WhatAKernelSaysWithoutAVmIsNoMitigation) {
  const auto side = [](const char* state) {
    return TestSide([&](Results& r) {
      SetFact(r, "cpu.vulnerabilities.itlb_multihit", state);
    });
  };
  const Side without_vm = side("KVM: Mitigation: VMX disabled");
  const Side split = side("KVM: Mitigation: Split huge pages");
  EXPECT_TRUE(CompareHosts(without_vm, split).empty());
  EXPECT_TRUE(CompareHosts(split, without_vm).empty());
  ASSERT_EQ(CompareHosts(side("KVM: Vulnerable"), split).size(), 1u);
}

// It has a warning of its own.
TEST(CompatibilityTest, TheKernelsCompilerIsNoDifference) {
  EXPECT_TRUE(CompareHosts(TestSide([](Results& r) {
                             SetFact(r, kKernelCompilerFact, "gcc-12");
                           }),
                           TestSide([](Results& r) {
                             SetFact(r, kKernelCompilerFact, "gcc-14");
                           }))
                  .empty());
}

TEST(CompatibilityTest, WorstFirst) {
  const std::vector<Difference> found =
      CompareHosts(TestSide(), TestSide([](Results& r) {
                     r.host.kernel_release = "6.2";
                     r.host.microcode = "x";
                     r.host.paging = "shadow";
                     r.host.tick = Tick::kInstruction;
                   }));
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].action, Action::kRefuse);
  EXPECT_EQ(found[1].action, Action::kRefuseUnlessForced);
  EXPECT_EQ(found[2].action, Action::kWarn);
  EXPECT_EQ(found[3].action, Action::kNote);
}

TEST(CompatibilityTest, OfTwoArchitecturesNothingElseIsSaid) {
  const std::vector<Difference> found =
      CompareHosts(TestSide(), TestSide([](Results& r) {
                     r.host.architecture = "aarch64";
                     r.host.tick = Tick::kCounter;
                     r.host.cpu_model = "Arm Neoverse-N1 r3p1";
                     r.host.tsc_khz = 25000;
                   }));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].action, Action::kRefuse);
  EXPECT_EQ(found[0].what, "architecture");
  EXPECT_EQ(found[0].baseline, "x86_64");
  EXPECT_EQ(found[0].candidate, "aarch64");
}

TEST(CompatibilityTest, WhoDoesNotSayIsX86) {
  EXPECT_TRUE(CompareHosts(TestSide(), TestSide([](Results& r) {
                             r.host.architecture = "";
                           }))
                  .empty());
}

TEST(CompatibilityTest, ArmsClockAndPagesAreNamed) {
  const auto arm = [](double khz, const char* page_bytes) {
    return TestSide([=](Results& r) {
      r.host.architecture = "aarch64";
      r.host.tsc_khz = khz;
      SetFact(r, "memory.page_bytes", page_bytes);
    });
  };
  std::vector<Difference> found =
      CompareHosts(arm(25000, "4096"), arm(24000, "4096"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "CNTVCT kHz");
  EXPECT_EQ(found[0].action, Action::kRefuseUnlessForced);
  found = CompareHosts(arm(25000, "4096"), arm(25000, "65536"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "memory.page_bytes");
  EXPECT_EQ(found[0].action, Action::kWarn);
}

TEST(CompatibilityTest, SmallTscDifferencesAreRecalibration) {
  EXPECT_TRUE(CompareHosts(TestSide(), TestSide([](Results& r) {
                             r.host.tsc_khz *= 1.00005;
                           }))
                  .empty());
}

TEST(CompatibilityTest, WhatChangesByTheMinuteIsLeftOut) {
  EXPECT_TRUE(
      CompareHosts(
          TestSide(), TestSide([](Results& r) {
            r.sessions[0].facts = {{"loadavg", "3.0"}, {"uptime", "77"}};
          }))
          .empty());
}

TEST(CompatibilityTest, SpellingsOfOneMeaningAreTheSame) {
  const auto with = [](const char* parameter, const char* cpus) {
    return TestSide([=](Results& r) {
      SetFact(r, "module.kvm_amd.npt", parameter);
      SetFact(r, "cpu.nohz_full", cpus);
    });
  };
  EXPECT_TRUE(CompareHosts(with("1", "(null)"), with("Y", "none")).empty());
  EXPECT_EQ(CompareHosts(with("1", ""), with("N", "none")).size(), 1u);
  EXPECT_EQ(CompareHosts(with("1", ""), with("1", "2-3")).size(), 1u);
}

TEST(CompatibilityTest, AControlGroupIsWhatItLimits) {
  const auto in_group = [](const std::string& path, const std::string& depth,
                           const std::string& quota) {
    return TestSide([&](Results& r) {
      for (Session& s : r.sessions) {
        s.facts = {{"cgroup.cpu_quota", quota},
                   {"cgroup.depth", depth},
                   {"cgroup.path", path}};
      }
    });
  };
  const std::string slice = "/user.slice/user-0.slice/session-";
  const Side login = in_group(slice + "12.scope", "2", "none");
  EXPECT_TRUE(
      CompareHosts(login, in_group(slice + "7.scope", "2", "none")).empty());
  const auto limited =
      CompareHosts(login, in_group("/docker", "1", "50000/100000"));
  ASSERT_EQ(limited.size(), 2u);
  EXPECT_EQ(limited[0].what, "cgroup.cpu_quota");
  EXPECT_EQ(limited[0].action, Action::kWarn);
  EXPECT_EQ(limited[0].baseline, "none");
  EXPECT_EQ(limited[0].candidate, "50000/100000");
  EXPECT_EQ(limited[1].what, "cgroup.depth");
  // A file of an older version, and a process that sees no groups.
  EXPECT_TRUE(CompareHosts(login, TestSide()).empty());
  EXPECT_TRUE(CompareHosts(TestSide(), login).empty());
  EXPECT_TRUE(
      CompareHosts(login, in_group("absent", "absent", "absent")).empty());
}

TEST(CompatibilityTest, ErrataThatOneMayNotReadAreNoDifference) {
  const auto with = [](const char* errata) {
    return TestSide([=](Results& r) { SetFact(r, "cpu.errata", errata); });
  };
  EXPECT_TRUE(
      CompareHosts(with("ARM erratum 1418040"), with("absent")).empty());
  EXPECT_TRUE(CompareHosts(TestSide(), with("ARM erratum 1418040")).empty());
  const std::vector<Difference> found =
      CompareHosts(with("ARM erratum 1418040"), with("none"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "cpu.errata");
  EXPECT_EQ(found[0].action, Action::kWarn);
}

TEST(CompatibilityTest, AFeatureThatOneLacksIsNamed) {
  const auto with = [](const char* presence) {
    return TestSide(
        [=](Results& r) { SetFact(r, "feature.cpuid_faulting", presence); });
  };
  const std::vector<Difference> found = CompareHosts(with("yes"), with("no"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].action, Action::kWarn);
  EXPECT_EQ(found[0].what, "feature.cpuid_faulting");
}

TEST(CompatibilityTest, OnlyTheDifferentWordsOfTheCommandLine) {
  const std::vector<Difference> found = CompareHosts(
      TestSide(), TestSide([](Results& r) {
        SetFact(r, "kernel.cmdline", "BOOT_IMAGE=/b mitigations=off quiet");
      }));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].baseline, "");
  EXPECT_EQ(found[0].candidate, "mitigations=off");
}

}  // namespace
}  // namespace exitbench
