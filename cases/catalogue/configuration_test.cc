#include "cases/catalogue/configuration.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "guest_blobs/blob.h"
#include "vmm/arch_guest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

const GuestBlob kBlob = {};

const Case kRows[] = {
    {.name = "t/guest", .modes = kUserMode, .blob = &kBlob},
    {.name = "t/fixed", .blob = &kBlob, .fixed_parts = kVmPmu | kVmSlots},
    {.name = "t/halts",
     .blob = &kBlob,
     .shape = {.vcpus = 2, .irqchip = true, .data_bytes = 1 << 21},
     .expect = {.claims = {{.counter = "halt_exits",
                            .or_none = true,
                            .with = 1,
                            .disabled_by = kHltExits},
                           {.counter = "exits", .per_event = 2}}}},
    {.name = "t/pit", .blob = &kBlob, .shape = {.irqchip = true, .pit = true}},
    {.name = "t/host"}};

VmConfiguration Parsed(absl::string_view text) {
  const auto parsed = ParseConfiguration(text, kAllVmParts);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.value_or(VmConfiguration());
}

std::string Refused(absl::string_view text, uint32_t parts = kAllVmParts) {
  return std::string(ParseConfiguration(text, parts).status().message());
}

std::vector<CaseInstance> With(absl::string_view text) {
  const auto cases = Configured(Instances(kRows), Parsed(text));
  EXPECT_TRUE(cases.ok()) << cases.status();
  return cases.value_or(std::vector<CaseInstance>());
}

TEST(Configuration, EachPartIsRead) {
  const VmConfiguration c = Parsed(
      "apic:split,pmu:off,exits_disabled:hlt,pause,cpuid:minimal,"
      "tsc_khz:2000000,vcpus:4,slots:100");
  EXPECT_EQ(c.apic, ApicHome::kSplit);
  EXPECT_EQ(c.pmu, false);
  EXPECT_EQ(c.exits_disabled, kHltExits | kPauseExits);
  EXPECT_EQ(c.cpuid, CpuidSet::kMinimal);
  EXPECT_EQ(c.tsc_khz, 2000000u);
  EXPECT_EQ(c.vcpus, 4u);
  EXPECT_EQ(c.slots, 100u);
  EXPECT_EQ(Parsed(""), VmConfiguration());
  EXPECT_EQ(Parsed("exits_disabled:cstate,mwait,hlt; pmu : on").exits_disabled,
            kHltExits | kMwaitExits | kCstateExits);
  EXPECT_EQ(Parsed("apic:kernel").apic, ApicHome::kKernel);
  EXPECT_EQ(Parsed("apic:user").apic, ApicHome::kUser);
  EXPECT_EQ(Parsed("cpuid:hyperv").cpuid, CpuidSet::kHyperv);
  EXPECT_EQ(Parsed("cpuid:full").cpuid, CpuidSet::kFull);
}

TEST(Configuration, WhatIsWrongIsSaidInOneLine) {
  EXPECT_EQ(Refused("pmu:of"), "--vm=pmu:of: give one of off, on");
  EXPECT_EQ(Refused("pmv:off"),
            "--vm=pmv: no such key; the keys are apic, pmu, exits_disabled, "
            "cpuid, tsc_khz, vcpus, slots; did you mean 'pmu'?");
  EXPECT_EQ(Refused("pmu"),
            "--vm=pmu: give KEY:VALUE, such as pmu:off; several are joined by "
            "commas");
  EXPECT_EQ(Refused("pmu:on,pmu:off"), "--vm=pmu:on,pmu:off: pmu is twice");
  EXPECT_EQ(Refused("pmu:on,off"), "--vm=pmu:on,off: give one of off, on");
  EXPECT_EQ(Refused("exits_disabled:hlt,puase"),
            "--vm=exits_disabled:puase: give one of hlt, pause, mwait, "
            "cstate; did you mean 'pause'?");
  EXPECT_EQ(Refused("vcpus:0"), "--vm=vcpus:0: give a number from 1 to 4096");
  for (const char* bad :
       {"pmu:", ":off", ",", "pmu:on,", "pmu:on,,slots:3", "vcpus:x",
        "vcpus:4097", "vcpus:2,3", "slots:-1", "slots:99999", "tsc_khz:499999",
        "tsc_khz:99999999999", "exits_disabled:", "apic:userland",
        "cpuid:minimal,full", "PMU:off"}) {
    const std::string message = Refused(bad);
    EXPECT_FALSE(message.empty()) << bad;
    EXPECT_FALSE(absl::StrContains(message, '\n')) << bad;
  }
}

TEST(Configuration, AnArchitectureHasOnlySomeParts) {
  EXPECT_EQ(Refused("apic:kernel", kVmPmu | kVmVcpus | kVmSlots),
            "--vm=apic: VMs of this architecture have no such choice; the "
            "keys are pmu, vcpus, slots");
  EXPECT_EQ(Refused("pmu:on", kVmPmu), "");
  // What every architecture has.
  EXPECT_EQ(ConfigurableParts() & (kVmPmu | kVmVcpus | kVmSlots),
            kVmPmu | kVmVcpus | kVmSlots);
}

TEST(Configuration, FactsSayWhatWasSet) {
  const auto facts =
      ConfigurationFacts(Parsed("slots:3;exits_disabled:pause,hlt"));
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(facts[0], (Fact{"vm.exits_disabled", "hlt,pause"}));
  EXPECT_EQ(facts[1], (Fact{"vm.slots", "3"}));
}

TEST(Configuration, UnsetChangesNothing) {
  const auto cases = With("");
  ASSERT_EQ(cases.size(), std::size(kRows));
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(cases[i].row, &kRows[i]);
    EXPECT_TRUE(cases[i].plain_name.empty());
  }
}

TEST(Configuration, ChangesNameAndShapeOfThoseThatObey) {
  const auto plain = Instances(kRows);
  const auto cases = With("pmu:off,exits_disabled:hlt,pause");
  const std::string guest = absl::StrCat("t/guest", ModeSuffix(kUserMode));
  EXPECT_EQ(cases[0].name, guest + ".pmu_off.exits_disabled_hlt_pause");
  EXPECT_EQ(cases[0].plain_name, guest);
  EXPECT_EQ(cases[0].row->shape.configuration.pmu, false);
  EXPECT_EQ(cases[1].name, "t/fixed.exits_disabled_hlt_pause");
  EXPECT_EQ(cases[1].row->shape.configuration.pmu, std::nullopt);
  EXPECT_EQ(cases[4].name, "t/host");
  EXPECT_TRUE(cases[4].plain_name.empty());
}

// Or diff would refuse to compare it with another configuration.
TEST(Configuration, KeepsTheCodeHash) {
  const auto plain = Instances(kRows);
  const auto cases = With(
      "apic:kernel,pmu:off,exits_disabled:hlt,cpuid:minimal,vcpus:9,"
      "slots:9");
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(CodeHash(cases[i]), CodeHash(plain[i])) << cases[i].name;
  }
}

TEST(Configuration, WithoutAnExitItsCounterStandsStill) {
  const auto cases = With("exits_disabled:hlt");
  const CounterClaim& halts = *cases[2].row->expect.claims.begin();
  EXPECT_EQ(halts.per_event, 0);
  EXPECT_EQ(halts.per_event_most, 0);
  EXPECT_FALSE(halts.or_none);
  EXPECT_EQ(halts.with, 0u);
  EXPECT_EQ((cases[2].row->expect.claims.begin() + 1)->per_event, 2);
  const auto others = With("exits_disabled:pause");
  EXPECT_EQ(others[2].row->expect.claims.begin()->per_event, 1);
}

TEST(Configuration, WhatTheCaseNeedsStays) {
  EXPECT_EQ(With("apic:user")[2].name, "t/halts");
  EXPECT_EQ(With("apic:split")[2].name, "t/halts.apic_split");
  EXPECT_EQ(With("apic:split")[3].name, "t/pit");
  EXPECT_EQ(With("apic:kernel")[3].name, "t/pit.apic_kernel");
  EXPECT_EQ(With("vcpus:1")[2].name, "t/halts");
  EXPECT_EQ(With("vcpus:3")[2].name, "t/halts.vcpus_3");
  EXPECT_EQ(With("slots:1")[2].name, "t/halts");
  EXPECT_EQ(With("slots:2")[2].name, "t/halts.slots_2");
}

TEST(Configuration, APartThatNoCaseObeysIsAnError) {
  const std::vector<CaseInstance> host = {Instances(kRows).back()};
  EXPECT_EQ(Configured(host, Parsed("pmu:off")).status().message(),
            "--vm=pmu:off: changes none of the selected cases");
}

TEST(Configuration, TheIrqchipFollowsTheChoice) {
  VmShape shape;
  EXPECT_FALSE(shape.HasIrqchip());
  shape.configuration.apic = ApicHome::kSplit;
  EXPECT_TRUE(shape.HasIrqchip());
  shape.irqchip = true;
  EXPECT_TRUE(shape.HasIrqchip());
  shape.configuration.apic = ApicHome::kUser;
  EXPECT_FALSE(shape.HasIrqchip());
}

}  // namespace
}  // namespace exitbench
