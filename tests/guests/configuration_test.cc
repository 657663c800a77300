// Configured VMs are what their configuration says, and cases see it.
#include "cases/catalogue/configuration.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "harness/clock/arch/timer.h"
#include "harness/settings/probe.h"
#include "tests/guests/kvm_test_base.h"
#include "vmm/arch_guest.h"
#include "vmm/x86_64/guest_cpuid.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;

const Case kIdle = {.name = "t/idle", .blob = &blobs::idle};

class ConfigurationTest : public KvmTest {
 protected:
  CaseInstance Named(const std::string& name, const std::string& text) {
    const auto configuration = ParseConfiguration(text, ConfigurableParts());
    EXPECT_TRUE(configuration.ok()) << configuration.status();
    for (CaseInstance& instance : AllCases()) {
      if (instance.name != name) continue;
      auto configured = Configured({instance}, *configuration);
      EXPECT_TRUE(configured.ok()) << configured.status();
      if (configured.ok()) return configured->front();
    }
    ADD_FAILURE() << "no case " << name;
    return {&kIdle, kKernelMode, "t/idle"};
  }

  CaseResult Run(const CaseInstance& instance) {
    RunSettings settings = CalibratedSettings(20);
    settings.cannot_run = ProbeCases(kvm(), {instance});
    return RunCase(kvm(), instance, settings, tools_);
  }

  // Makes an idle VM so configured. Skips the test where the host can't.
  void Make(const std::string& text) {
    VmShape shape = kIdle.shape;
    const auto configuration = ParseConfiguration(text, ConfigurableParts());
    ASSERT_TRUE(configuration.ok()) << configuration.status();
    shape.configuration = *configuration;
    if (absl::Status s = CheckConfiguration(kvm(), shape); !s.ok()) {
      GTEST_SKIP() << "SKIPPED, " << text << ": " << s.message();
    }
    auto machine =
        Machine::Create(kvm(), shape, kKernelMode,
                        blobs::idle.event[static_cast<int>(StampKind::kPlain)]);
    ASSERT_TRUE(machine.ok()) << machine.status();
    machine_.emplace(*std::move(machine));
  }

  // Returns errno of making vCPU `index`, or 0.
  int MakeVcpu(int index) {
    const int fd = ioctl(machine_->vm().fd(), KVM_CREATE_VCPU, index);
    if (fd < 0) return errno;
    close(fd);
    return 0;
  }

  std::optional<Machine> machine_;
};

TEST_F(ConfigurationTest, LocalApicsAreInTheKernelWhereChosen) {
  Make("apic:user");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_FALSE(GetLapic(machine_->vcpu()).ok());
  Make("apic:kernel");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_TRUE(GetLapic(machine_->vcpu()).ok());
  kvm_irqchip chip = {};
  chip.chip_id = KVM_IRQCHIP_IOAPIC;
  EXPECT_EQ(ioctl(machine_->vm().fd(), KVM_GET_IRQCHIP, &chip), 0);
}

TEST_F(ConfigurationTest, ASplitIrqchipHasNoIoapic) {
  Make("apic:split");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_TRUE(GetLapic(machine_->vcpu()).ok());
  kvm_irqchip chip = {};
  chip.chip_id = KVM_IRQCHIP_IOAPIC;
  EXPECT_EQ(ioctl(machine_->vm().fd(), KVM_GET_IRQCHIP, &chip), -1);
}

TEST_F(ConfigurationTest, IdleVcpusAndSlotsAreThere) {
  Make("vcpus:3,slots:5");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(machine_->vcpus(), 1);
  EXPECT_EQ(MakeVcpu(2), EEXIST);
  EXPECT_EQ(MakeVcpu(3), 0);
  // Slot 0, and four more. A fifth would lie at a free address.
  kvm_userspace_memory_region region = {};
  region.slot = 7;
  region.memory_size = 4096;
  region.userspace_addr = reinterpret_cast<uint64_t>(machine_->low().host());
  for (uint64_t i = 0; i < 4; ++i) {
    region.guest_phys_addr = (1ull << 32) + i * 8192;
    EXPECT_EQ(ioctl(machine_->vm().fd(), KVM_SET_USER_MEMORY_REGION, &region),
              -1);
    EXPECT_EQ(errno, EEXIST);
  }
  region.guest_phys_addr = (1ull << 32) + 4 * 8192;
  EXPECT_EQ(ioctl(machine_->vm().fd(), KVM_SET_USER_MEMORY_REGION, &region), 0);
}

uint32_t HighestLeaf(const Machine& machine, uint32_t from) {
  const auto entries = GetCpuid(const_cast<Machine&>(machine).vcpu());
  if (!entries.ok()) return 0;
  for (const kvm_cpuid_entry2& e : *entries) {
    if (e.function == from) return e.eax;
  }
  return 0;
}

TEST_F(ConfigurationTest, MinimalCpuidIsTheVcpus) {
  Make("cpuid:minimal");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(HighestLeaf(*machine_, 0), 1u);
  EXPECT_EQ(HighestLeaf(*machine_, kHypervisorLeaf), 0u);
}

TEST_F(ConfigurationTest, HypervCpuidNamesHyperv) {
  Make("cpuid:hyperv");
  if (IsSkipped() || HasFatalFailure()) return;
  const auto entries = GetCpuid(machine_->vcpu());
  ASSERT_TRUE(entries.ok()) << entries.status();
  bool found = false;
  for (const kvm_cpuid_entry2& e : *entries) {
    // "Micr"osoft Hv, or "Linu"x KVM Hv.
    found |= e.function == kHypervisorLeaf &&
             (e.ebx == 0x7263694d || e.ebx == 0x756e694c);
  }
  EXPECT_TRUE(found);
}

TEST_F(ConfigurationTest, AScaledTscIsNeverBelowZero) {
  Make("tsc_khz:700000");
  if (IsSkipped() || HasFatalFailure()) return;
  constexpr uint32_t kIa32Tsc = 0x10;
  const double host = static_cast<double>(StampFirst());
  const absl::StatusOr<uint64_t> guest = GetMsr(machine_->vcpu(), kIa32Tsc);
  ASSERT_TRUE(guest.ok()) << guest.status();
  EXPECT_LT(*guest, uint64_t{1} << 63);
  if (!GuestClockOffset(machine_->vcpu()).ok()) return;
  EXPECT_NEAR(
      static_cast<double>(*guest) * machine_->host_ticks_per_guest_tick(), host,
      0.01 * host);
}

TEST_F(ConfigurationTest, CasesRunOrSayWhatIsMissing) {
  for (const char* text :
       {"apic:kernel", "apic:split", "pmu:off", "pmu:on",
        "exits_disabled:pause", "exits_disabled:hlt", "cpuid:minimal",
        "cpuid:hyperv", "vcpus:4", "slots:64", "tsc_khz:700000"}) {
    for (const char* name :
         {"pio/out", "mmio/write.ring3", "cpu/cpuid.leaf_1", "cpu/pause"}) {
      const CaseInstance instance = Named(name, text);
      EXPECT_THAT(instance.name, HasSubstr(instance.plain_name + "."));
      const CaseResult result = Run(instance);
      if (result.outcome == Outcome::kSkipped) {
        EXPECT_THAT(result.reason, HasSubstr("KVM_CAP_")) << instance.name;
      } else {
        EXPECT_EQ(result.outcome, Outcome::kOk)
            << instance.name << ": " << result.reason;
      }
      EXPECT_EQ(result.plain_name, name);
    }
  }
}

// Where a tick of the host's clock is an instruction, its handler takes one.
TEST_F(ConfigurationTest, ASlowTscMayTakeBothStampsInATick) {
  const CaseResult result = Run(Named("irq/irq_window", "tsc_khz:700000"));
  if (result.outcome == Outcome::kSkipped) {
    GTEST_SKIP() << "SKIPPED, " << result.reason;
  }
  EXPECT_EQ(result.outcome, Outcome::kOk) << result.reason;
}

TEST_F(ConfigurationTest, WhatNoHostHasIsSkipped) {
  const int most = kvm().Extension(KVM_CAP_MAX_VCPUS);
  if (most >= 4096) return;
  const CaseResult result = Run(Named("pio/out", "vcpus:4096"));
  EXPECT_EQ(result.outcome, Outcome::kSkipped);
  EXPECT_EQ(result.reason,
            absl::StrCat("no 4096 vCPUs: KVM_CAP_MAX_VCPUS is ", most));
}

// The configuration claims that HLT makes no exit, and here it does.
TEST_F(ConfigurationTest, AnExitThatIsNotDisabledIsFound) {
  if (!kvm().Extension(KVM_CAP_IRQCHIP)) GTEST_SKIP() << "SKIPPED, no irqchip";
  const CaseInstance instance = Named("irq/apic_timer", "exits_disabled:hlt");
  Case row = *instance.row;
  row.shape.configuration = VmConfiguration();
  const CaseInstance wrong = {&row, instance.mode, "bad/halts"};
  const CaseResult result = Run(wrong);
  if (result.outcome == Outcome::kSkipped) {
    GTEST_SKIP() << "SKIPPED, " << result.reason;
  }
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("halt_exits moved by"));
}

TEST_F(ConfigurationTest, AnAnswerOfAnotherLeafIsFound) {
  for (const CaseInstance& instance : AllCases()) {
    if (instance.name != "cpu/cpuid.leaf_1") continue;
    Case row = *instance.row;
    row.blob = &blobs::bad_cpuid_leaf;
    const CaseResult result = Run({&row, kKernelMode, "bad/cpuid_leaf"});
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_THAT(result.reason, HasSubstr("CPUID of leaf 0x1 gave the guest"));
  }
}

}  // namespace
}  // namespace exitbench
