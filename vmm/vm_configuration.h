// How a VM is configured where that is the user's choice: --vm of run. What a
// case needs of its VM is in VmShape.
#ifndef EXITBENCH_VMM_VM_CONFIGURATION_H_
#define EXITBENCH_VMM_VM_CONFIGURATION_H_

#include <cstdint>
#include <optional>

namespace exitbench {

// The parts of a configuration, as bits.
enum VmPart : uint32_t {
  kVmApic = 1u << 0,
  kVmPmu = 1u << 1,
  kVmExitsDisabled = 1u << 2,
  kVmCpuid = 1u << 3,
  kVmTscKhz = 1u << 4,
  kVmVcpus = 1u << 5,
  kVmSlots = 1u << 6,
};
inline constexpr uint32_t kAllVmParts = (1u << 7) - 1;

// Where interrupt controllers are.
enum class ApicHome : uint8_t {
  kKernel,  // All in the kernel (KVM_CREATE_IRQCHIP, KVM API 4.24).
  kSplit,   // Local APICs in the kernel (KVM_CAP_SPLIT_IRQCHIP, 7.5).
  kUser,    // None in the kernel.
};

// What the guest's CPUID has.
enum class CpuidSet : uint8_t {
  kFull,  // All that KVM supports. The default.
  // Leaves 0, 1, 0x80000000, 0x80000001 and 0x80000008 alone.
  kMinimal,
  kHyperv,  // As kFull, but Hyper-V's leaves in place of KVM's own.
};

// Exits that the guest is to do without, as bits. KVM_X86_DISABLE_EXITS_* have
// the same numbers.
enum DisabledExit : uint32_t {
  kMwaitExits = 1u << 0,
  kHltExits = 1u << 1,
  kPauseExits = 1u << 2,
  kCstateExits = 1u << 3,
};

// What is not set is as the case has it.
struct VmConfiguration {
  std::optional<ApicHome> apic;
  std::optional<bool> pmu;
  uint32_t exits_disabled = 0;  // DisabledExit bits.
  std::optional<CpuidSet> cpuid;
  uint32_t tsc_khz = 0;
  // vCPUs and memory slots of the VM in all. Those that the case does not have
  // are made, and never used.
  uint32_t vcpus = 0;
  uint32_t slots = 0;

  bool operator==(const VmConfiguration&) const = default;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_VM_CONFIGURATION_H_
