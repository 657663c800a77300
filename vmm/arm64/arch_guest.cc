#include "vmm/arch_guest.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/arm64/counter.h"
#include "vmm/arm64/devices.h"
#include "vmm/arm64/exception_name.h"
#include "vmm/arm64/registers.h"
#include "vmm/arm64/tables.h"
#include "vmm/exit_name.h"

namespace exitbench {
namespace {

constexpr uint32_t Bit(int feature) { return 1u << feature; }

// Returns the features that the case needs and the user chose.
uint32_t FeaturesOf(const VmShape& shape) {
  const bool pmu = shape.configuration.pmu == true;
  return shape.vcpu_features | (pmu ? Bit(KVM_ARM_VCPU_PMU_V3) : 0);
}

// Has the guest's counters be the host's, where the kernel can (Linux 6.4). A
// kernel that can't gives each VM an offset that it does not tell.
void ZeroCounterOffset(const Vm& vm) {
  kvm_arm_counter_offset offset = {};
  (void)EB_IOCTL(vm.fd(), KVM_ARM_SET_COUNTER_OFFSET, &offset, "0");
}

}  // namespace

size_t PageTableBytes(const VmShape& shape) {
  return PageTableBytes(shape.data_bytes, shape.data_page);
}

uint64_t WriteTables(const GuestMemory& low, const VmShape& shape,
                     absl::Span<const PayloadHandler> handlers) {
  WriteVectors(low, handlers);
  return WritePageTables(low, shape.data_bytes, shape.data_page);
}

uint32_t ConfigurableParts() { return kVmPmu | kVmVcpus | kVmSlots; }

absl::Status CheckConfiguration(const Kvm& kvm, const VmShape& shape) {
  if (shape.configuration.pmu == true && !kvm.Extension(KVM_CAP_ARM_PMU_V3)) {
    return absl::UnimplementedError("no KVM_CAP_ARM_PMU_V3");
  }
  // The redistributors of so many vCPUs fit in front of the ITS.
  if (shape.configuration.vcpus > EB_MAX_VCPUS) {
    return absl::UnimplementedError(absl::StrCat(
        "guests have room for the redistributors of ", EB_MAX_VCPUS, " vCPUs"));
  }
  return absl::OkStatus();
}

absl::Status CreateDevices(Vm& vm, const VmShape& shape) {
  ZeroCounterOffset(vm);
  if (shape.no_irqchip) return absl::OkStatus();
  const absl::Status made = CreateGic(vm);
  if (absl::IsUnimplemented(made) && !shape.irqchip) return absl::OkStatus();
  return made;
}

absl::Status InitVcpu(const Kvm&, const Vm& vm, const VmShape& shape,
                      const Vcpu& vcpu, int index) {
  kvm_vcpu_init init = {};
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vm.fd(), KVM_ARM_PREFERRED_TARGET, &init, "").status());
  uint32_t features = FeaturesOf(shape) | Bit(KVM_ARM_VCPU_PSCI_0_2);
  if (index == 0) features &= ~Bit(KVM_ARM_VCPU_POWER_OFF);
  init.features[0] |= features;
  const absl::Status made =
      EB_IOCTL(vcpu.fd(), KVM_ARM_VCPU_INIT, &init,
               absl::StrFormat("vCPU %d, features %#x", index, features))
          .status();
  if (!made.ok() && errno == EINVAL && FeaturesOf(shape) != 0) {
    return absl::UnimplementedError(made.message());
  }
  EB_RETURN_IF_ERROR(made);
  if (!(features & Bit(KVM_ARM_VCPU_SVE))) return absl::OkStatus();
  int sve = KVM_ARM_VCPU_SVE;
  return EB_IOCTL(vcpu.fd(), KVM_ARM_VCPU_FINALIZE, &sve, "SVE").status();
}

absl::Status StartDevices(const Vm& vm, const VmShape& shape,
                          absl::Span<const Vcpu> vcpus) {
  if (vm.device(KVM_DEV_TYPE_ARM_VGIC_V3) >= 0) {
    EB_RETURN_IF_ERROR(StartGic(vm));
  }
  if (!(FeaturesOf(shape) & Bit(KVM_ARM_VCPU_PMU_V3))) {
    return absl::OkStatus();
  }
  for (const Vcpu& vcpu : vcpus) EB_RETURN_IF_ERROR(StartPmu(vm, vcpu));
  return absl::OkStatus();
}

absl::Status EnterPayload(const Vcpu& vcpu, GuestMode mode, int index,
                          uint64_t tables, uint64_t entry_gpa) {
  for (const RegisterValue& r :
       EntryRegisters(mode, index, tables, entry_gpa)) {
    EB_RETURN_IF_ERROR(SetReg(vcpu, r.id, r.value));
  }
  return absl::OkStatus();
}

// No kernel tells the offset. But a VM whose offset was set to zero has the
// host's count, and any other VM began with a count of zero, so that one look
// tells the two apart.
absl::StatusOr<int64_t> GuestClockOffset(const Vcpu& vcpu) {
  const uint64_t before = ReadCounter();
  EB_ASSIGN_OR_RETURN(const uint64_t guest,
                      GetReg(vcpu, KVM_REG_ARM_TIMER_CNT));
  const uint64_t after = ReadCounter();
  if (before <= guest && guest <= after) return 0;
  return absl::UnimplementedError(
      "KVM_ARM_SET_COUNTER_OFFSET is missing (Linux 6.4 added it)");
}

absl::Status SetGuestClockOffset(const Vcpu&, int64_t offset_ticks) {
  return absl::UnimplementedError(absl::StrCat(
      "no counter offset of ", offset_ticks,
      ": a VM gets its offset when it is made, and it is 0 where that works"));
}

absl::StatusOr<int64_t> GuestClockKhz(const Vcpu&) {
  return static_cast<int64_t>(CounterHz() / 1000);
}

std::string DescribeArchExit(const kvm_run& run) {
  const std::string name = ExitReasonName(run.exit_reason);
  switch (run.exit_reason) {
    case KVM_EXIT_HYPERCALL:
      return absl::StrFormat("%s function %#x", name, run.hypercall.nr);
    case KVM_EXIT_ARM_NISV:
      return absl::StrFormat("%s gpa %#x, syndrome %#x", name,
                             run.arm_nisv.fault_ipa, run.arm_nisv.esr_iss);
    case KVM_EXIT_DEBUG:
      return absl::StrFormat("%s %s, syndrome %#x, address %#x", name,
                             ExceptionClassName(run.debug.arch.hsr),
                             run.debug.arch.hsr, run.debug.arch.far);
    case KVM_EXIT_SYSTEM_EVENT:
      return absl::StrFormat(
          "%s type %u%s", name, run.system_event.type,
          run.system_event.type == KVM_SYSTEM_EVENT_SHUTDOWN ? " (shutdown)"
          : run.system_event.type == KVM_SYSTEM_EVENT_RESET  ? " (reset)"
                                                             : "");
    default:
      return "";
  }
}

}  // namespace exitbench
