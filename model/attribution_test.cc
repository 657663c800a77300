#include "model/attribution.h"

#include "gtest/gtest.h"
#include "model/testing.h"

namespace exitbench {
namespace {

// 2.5 GHz.
Results SomeCosts() {
  Results results = MakeResults("6.1.0", "boot", 1, 3);
  AddCost("pio/out", {2504}, results);
  AddCost("pio/in", {2704}, results);
  AddCost("mmio/read", {5004}, results);
  AddCost("cpu/cpuid", {1254}, results);
  AddCost("ept/violation_backed_write", {3004}, results);
  AddCost("ept/violation_unbacked_write", {6004}, results);
  return results;
}

const AttributedKind* Find(const Attribution& all, absl::string_view kind) {
  for (const AttributedKind& one : all.kinds) {
    if (one.kind == kind) return &one;
  }
  return nullptr;
}

Attribution Of(const Results& costs, const LiveCounts& counts) {
  return Attribute(counts, costs.host, Costs(costs));
}

TEST(AttributionTest, MultipliesCountsAndCosts) {
  const Attribution all = Of(SomeCosts(), MakeCounts({{"mmio_exits", 100000}}));
  const AttributedKind* mmio = Find(all, "MMIO to userspace");
  ASSERT_NE(mmio, nullptr);
  EXPECT_DOUBLE_EQ(mmio->per_second, 10000);
  // 10,000 a second, of 5,000 ticks each, of 2.5e9.
  ASSERT_TRUE(mmio->share.has_value());
  EXPECT_DOUBLE_EQ(mmio->share->value, 0.02);
  EXPECT_DOUBLE_EQ(all.virt.value, 0.02);
  EXPECT_DOUBLE_EQ(all.parts[static_cast<size_t>(Part::kIo)].value, 0.02);
  EXPECT_DOUBLE_EQ(all.parts[static_cast<size_t>(Part::kCpu)].value, 0);
}

TEST(AttributionTest, SeveralCasesGiveAMeanAndARange) {
  const Attribution all =
      Of(SomeCosts(), MakeCounts({{"fpu_reload", 1000}, {"io_exits", 1000}}));
  const AttributedKind* pio = Find(all, "PIO to userspace");
  ASSERT_NE(pio, nullptr);
  EXPECT_DOUBLE_EQ(pio->cost->ticks, 2600);
  EXPECT_DOUBLE_EQ(pio->cost->low, 2500);
  EXPECT_DOUBLE_EQ(pio->cost->high, 2700);
}

TEST(AttributionTest, PioToUserspaceIsWhatElseReturns) {
  // Of 1,000 returns 300 are MMIO and 100 signals.
  const Attribution all = Of(SomeCosts(), MakeCounts({{"fpu_reload", 1000},
                                                      {"mmio_exits", 300},
                                                      {"signal_exits", 100},
                                                      {"io_exits", 5000}}));
  EXPECT_DOUBLE_EQ(Find(all, "PIO to userspace")->per_second, 60);
  EXPECT_DOUBLE_EQ(Find(all, "PIO in KVM")->per_second, 440);
}

TEST(AttributionTest, WindowsTellOfReturnsThatAreNoIo) {
  LiveCounts counts = MakeCounts({{"fpu_reload", 1000}, {"io_exits", 5000}});
  counts.windows.windows = 1;
  counts.windows.open_ns = 1e9;
  counts.windows.userspace_reasons = {{"KVM_EXIT_IO", 30, 0},
                                      {"KVM_EXIT_DEBUG", 70, 9}};
  const Attribution all = Of(SomeCosts(), counts);
  EXPECT_DOUBLE_EQ(Find(all, "PIO to userspace")->per_second, 30);
  EXPECT_DOUBLE_EQ(Find(all, "PIO to userspace")->deviation_per_second, 3);
}

TEST(AttributionTest, ACaseMayBoundTheCostFromAbove) {
  const Attribution all = Of(SomeCosts(), MakeCounts({{"pf_fixed", 100000}}));
  const AttributedKind* faults = Find(all, "pages mapped");
  ASSERT_NE(faults, nullptr);
  EXPECT_DOUBLE_EQ(faults->cost->ticks, 3000);
  EXPECT_DOUBLE_EQ(faults->cost->high, 6000);
  EXPECT_EQ(faults->cost->at_most, "ept/violation_unbacked_write");
  EXPECT_DOUBLE_EQ(faults->share->high, 2 * faults->share->value);
}

TEST(AttributionTest, ExitsOfNoKindAreEta) {
  const Attribution all =
      Of(SomeCosts(), MakeCounts({{"exits", 50000}, {"mmio_exits", 20000}}));
  ASSERT_TRUE(all.eta.exits_per_second.has_value());
  EXPECT_DOUBLE_EQ(*all.eta.exits_per_second, 3000);
  // 3,000 a second of the 1,250 ticks of CPUID.
  EXPECT_EQ(all.eta.shortest, "cpu/cpuid");
  EXPECT_DOUBLE_EQ(*all.eta.share_at_least, 3000 * 1250 / 2.5e9);
}

TEST(AttributionTest, WithoutACostThereIsNoShare) {
  const Attribution all = Of(SomeCosts(), MakeCounts({{"hypercalls", 1000}}));
  const AttributedKind* calls = Find(all, "hypercalls");
  ASSERT_NE(calls, nullptr);
  EXPECT_FALSE(calls->share.has_value());
  EXPECT_EQ(calls->why_no_share, "hypercall/kernel is not in the file");
  EXPECT_DOUBLE_EQ(all.virt.value, 0);
  EXPECT_DOUBLE_EQ(*all.eta.share_at_least, 100 * 1250 / 2.5e9);
}

TEST(AttributionTest, ACostThatIsNotLinearIsNotMultiplied) {
  Results costs = SomeCosts();
  for (CaseResult& c : costs.cases) {
    if (c.name == "mmio/read") c.linearity = {{10, 100}, {40, 150}};
  }
  const Attribution all = Of(costs, MakeCounts({{"mmio_exits", 1000}}));
  EXPECT_FALSE(Find(all, "MMIO to userspace")->share.has_value());
  EXPECT_EQ(Find(all, "MMIO to userspace")->why_no_share,
            "its cost depends on how many there are: by 50%");
}

TEST(AttributionTest, WindowsGiveTheirPartOfAllExits) {
  LiveCounts counts = MakeCounts({{"exits", 100000}});
  counts.windows.windows = 10;
  counts.windows.open_ns = 0.5e9;
  counts.windows.exits = 1000;
  counts.windows.reasons = {{"CPUID", 400, 400}, {"HLT", 600, 0}};
  const Attribution all = Of(SomeCosts(), counts);
  const AttributedKind* cpuid = Find(all, "CPUID");
  ASSERT_NE(cpuid, nullptr);
  EXPECT_DOUBLE_EQ(cpuid->per_second, 4000);
  EXPECT_DOUBLE_EQ(cpuid->deviation_per_second, 200);
  // Two deviations to each side.
  EXPECT_DOUBLE_EQ(cpuid->share->low, cpuid->share->value * 0.9);
  EXPECT_DOUBLE_EQ(cpuid->share->high, cpuid->share->value * 1.1);
}

TEST(AttributionTest, GnrIsTheGuestsTimeOverItsOwnWork) {
  LiveCounts counts = MakeCounts({{"mmio_exits", 500000},
                                  {"halt_poll_success_ns", 1e9},
                                  {"halt_poll_fail_ns", 1e9}});
  counts.vcpu_threads = {1, 8e9, 5e9, 1e9, 0.5e9};
  const Attribution all = Of(SomeCosts(), counts);
  EXPECT_DOUBLE_EQ(all.virt.value, 0.1);
  EXPECT_DOUBLE_EQ(all.time.polling.value(), 0.2);
  EXPECT_EQ(all.time.halted, std::nullopt);
  EXPECT_DOUBLE_EQ(all.time.wait.value(), 0.05);
  // 0.8 less 0.2 of polling and 0.1 of the VMM: 0.5, of which 0.4 is direct.
  ASSERT_TRUE(all.gnr.has_value());
  EXPECT_DOUBLE_EQ(*all.gnr, 1.25);
}

TEST(AttributionTest, TimesThatNobodyCountsAreNotZero) {
  LiveCounts counts =
      MakeCounts({{"mmio_exits", 500000}, {"halt_poll_fail_ns", 1e9}});
  counts.vcpu_threads = {1, 8e9, 5e9, 1e9, 0, false};
  const Attribution all = Of(SomeCosts(), counts);
  EXPECT_EQ(all.time.polling, std::nullopt);
  EXPECT_EQ(all.time.wait, std::nullopt);
  // How long the guest ran is not known without the polling.
  EXPECT_GT(all.virt.value, 0);
  EXPECT_EQ(all.gnr, std::nullopt);
}

TEST(AttributionTest, EmulationThatOnlyStepsOverIsNoKind) {
  Results costs = SomeCosts();
  AddCost("mmio/apic_read", {3004}, costs);
  const LiveCounts counts =
      MakeCounts({{"insn_emulation", 1000}, {"mmio_exits", 100}});
  costs.host.facts = {{"cpu.flags", "fpu svm nrip_save"}};
  EXPECT_DOUBLE_EQ(Find(Of(costs, counts), "emulated in KVM")->per_second, 90);
  costs.host.facts = {{"cpu.flags", "fpu svm"}};
  EXPECT_EQ(Find(Of(costs, counts), "emulated in KVM"), nullptr);
}

TEST(AttributionTest, AGuestThatHardlyRunsHasNoRatio) {
  LiveCounts counts = MakeCounts({{"mmio_exits", 5000}});
  counts.vcpu_threads = {1, 0.05e9, 0, 0, 0};
  EXPECT_EQ(Of(SomeCosts(), counts).gnr, std::nullopt);
}

TEST(AttributionTest, PageTableWritesAreEmulatedFaultsThatAreNoMmio) {
  Results costs = SomeCosts();
  AddCost("shadow/pte_write_same", {5004}, costs);
  AddCost("mmio/apic_read", {3004}, costs);
  const LiveCounts counts = MakeCounts({{"pf_emulate", 500},
                                        {"mmio_exits", 200},
                                        {"mmu_pte_write", 9000},
                                        {"insn_emulation", 600}});
  EXPECT_EQ(Find(Of(costs, counts), "page-table writes"), nullptr);
  costs.host.paging = "shadow";
  const Attribution all = Of(costs, counts);
  EXPECT_DOUBLE_EQ(Find(all, "page-table writes")->per_second, 30);
  EXPECT_DOUBLE_EQ(Find(all, "emulated in KVM")->per_second, 10);
}

TEST(AttributionTest, PvmEmulatesManyInstructionsInOneExit) {
  Results costs = SomeCosts();
  AddCost("mmio/apic_read", {3004}, costs);
  costs.host.kvm_backend = "kvm_pvm";
  costs.host.paging = "shadow";
  // 1,000 exits: 300 returns, 100 interrupts, 200 faults, the rest emulates.
  LiveCounts counts = MakeCounts({{"exits", 1000},
                                  {"fpu_reload", 300},
                                  {"irq_exits", 100},
                                  {"pf_fixed", 200},
                                  {"mmu_pte_write", 50000},
                                  {"insn_emulation", 90000}});
  const Attribution all = Of(costs, counts);
  EXPECT_DOUBLE_EQ(Find(all, "emulated in KVM")->per_second, 40);
  EXPECT_EQ(Find(all, "page-table writes"), nullptr);
  // KVM emulates each HLT of the guest's kernel.
  counts.statistics.push_back({"halt_exits", 250});
  EXPECT_DOUBLE_EQ(Find(Of(costs, counts), "emulated in KVM")->per_second, 15);
}

TEST(AttributionTest, FaultsThatMapNothingAreIoeventfds) {
  Results costs = SomeCosts();
  AddCost("mmio/ioeventfd", {2004}, costs);
  LiveCounts counts = MakeCounts({{"exits", 1000},
                                  {"pf_taken", 100},
                                  {"insn_emulation", 900},
                                  {"mmio_exits", 50}});
  counts.windows.windows = 1;
  counts.windows.open_ns = 1e9;
  counts.windows.exits = 100;
  counts.windows.reasons = {{"npf", 80, 0}};
  // Of 800, 100 are faults and 50 went to userspace.
  costs.host.facts = {{"cpu.flags", "svm"}};
  EXPECT_DOUBLE_EQ(Find(Of(costs, counts), "MMIO by ioeventfd")->per_second,
                   65);
  // Of 800 misconfigurations 300 were emulated.
  costs.host.kvm_backend = "kvm_intel";
  counts.statistics[2].count = 300;
  counts.windows.reasons = {{"EPT_MISCONFIG", 80, 0}};
  EXPECT_DOUBLE_EQ(Find(Of(costs, counts), "MMIO by ioeventfd")->per_second,
                   50);
}

TEST(AttributionTest, Arm64FaultsAreAbortsThatAreNoMmio) {
  Results costs = SomeCosts();
  costs.host.architecture = "aarch64";
  costs.host.kvm_backend = "kvm_arm_vhe";
  LiveCounts counts = MakeCounts(
      {{"exits", 10000}, {"mmio_exit_user", 2000}, {"mmio_exit_kernel", 1000}});
  counts.windows.windows = 1;
  counts.windows.open_ns = 1e9;
  counts.windows.exits = 1000;
  counts.windows.reasons = {{"DABT_LOW", 500, 0}};
  const Attribution all = Of(costs, counts);
  EXPECT_DOUBLE_EQ(Find(all, "stage-2 faults")->per_second, 200);
  EXPECT_DOUBLE_EQ(Find(all, "MMIO to userspace")->per_second, 200);
}

TEST(AttributionTest, NothingWatchedIsNothingAttributed) {
  LiveCounts counts = MakeCounts({{"mmio_exits", 1000}});
  counts.watched_ns = 0;
  EXPECT_TRUE(Of(SomeCosts(), counts).kinds.empty());
}

}  // namespace
}  // namespace exitbench
