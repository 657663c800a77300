#include "gtest/gtest.h"
#include "harness/host/arch/quiet_host.h"
#include "harness/host/doctor.h"

namespace exitbench {
namespace {

// Returns the finding on `subject` of a quiet host whose fact `key` is `value`.
Finding Of(const std::string& subject, const std::string& key,
           const std::string& value) {
  Host host = QuietArchHost();
  std::erase_if(host.facts, [&](const Fact& fact) { return fact.key == key; });
  host.facts.push_back({key, value});
  for (const Finding& f : Diagnose(host, {})) {
    if (f.subject == subject) return f;
  }
  ADD_FAILURE() << "no finding on " << subject;
  return {};
}

Finding OfBackend(const std::string& backend) {
  Host host = QuietArchHost();
  host.kvm_backend = backend;
  return Diagnose(host, {})[1];
}

TEST(ArmFindings, ACoarseCounterIsNoted) {
  const Finding fine = Of("counter", "clock.cntfrq_hz", "1000000000");
  EXPECT_EQ(fine.level, Finding::kGood);
  EXPECT_EQ(fine.found, "1000 MHz, a tick is 1 ns");
  const Finding coarse = Of("counter", "clock.cntfrq_hz", "25000000");
  EXPECT_EQ(coarse.level, Finding::kNote);
  EXPECT_EQ(coarse.found, "25 MHz, a tick is 40 ns");
  EXPECT_EQ(Of("counter", "clock.cntfrq_hz", "121875000").found,
            "121.875 MHz, a tick is 8.21 ns");
  EXPECT_EQ(Of("counter", "clock.cntfrq_hz", "absent").level, Finding::kNote);
}

TEST(ArmFindings, LargePagesAreNoted) {
  EXPECT_EQ(Of("page size", "memory.page_bytes", "4096").level, Finding::kGood);
  EXPECT_EQ(Of("page size", "memory.page_bytes", "65536").found, "64 KiB");
  EXPECT_EQ(Of("page size", "memory.page_bytes", "16384").level,
            Finding::kNote);
}

TEST(ArmFindings, WorkaroundsAreNamedOrNotVisible) {
  EXPECT_EQ(Of("errata workarounds", "cpu.errata", "none").level,
            Finding::kGood);
  const Finding some =
      Of("errata workarounds", "cpu.errata", "ARM erratum 1418040");
  EXPECT_EQ(some.level, Finding::kNote);
  EXPECT_EQ(some.found, "ARM erratum 1418040");
  EXPECT_EQ(Of("errata workarounds", "cpu.errata", "absent").found,
            "not visible");
}

TEST(ArmFindings, OldInterruptControllersAreNoted) {
  EXPECT_EQ(Of("interrupt controller", "gic", "GICv3").level, Finding::kGood);
  EXPECT_EQ(Of("interrupt controller", "gic", "GICv2").level, Finding::kNote);
  EXPECT_EQ(Of("interrupt controller", "gic", "absent").found, "not visible");
}

TEST(ArmFindings, AClockThatTheKernelDoesNotUseIsWarnedOf) {
  EXPECT_EQ(Of("clocksource", "clocksource", "arch_sys_counter").level,
            Finding::kGood);
  EXPECT_EQ(Of("clocksource", "clocksource", "jiffies").level,
            Finding::kWarning);
}

TEST(ArmFindings, ParametersAreWordsOfTheCommandLine) {
  EXPECT_EQ(Of("KVM parameters", "kernel.cmdline",
               "quiet kvm-arm.mode=nvhe mitigations=off")
                .found,
            "kvm-arm.mode=nvhe");
  EXPECT_EQ(Of("KVM parameters", "kernel.cmdline", "quiet").level,
            Finding::kNote);
}

TEST(ArmFindings, EachBackendIsJudged) {
  EXPECT_EQ(OfBackend("kvm_arm_vhe").level, Finding::kGood);
  EXPECT_EQ(OfBackend("kvm_arm_nvhe").level, Finding::kNote);
  EXPECT_EQ(OfBackend("kvm_arm_pkvm").level, Finding::kNote);
  EXPECT_NE(OfBackend("kvm_arm_nvhe").effect, OfBackend("kvm_arm_pkvm").effect);
  EXPECT_EQ(OfBackend("unknown").level, Finding::kNote);
}

}  // namespace
}  // namespace exitbench
