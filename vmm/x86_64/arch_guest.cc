#include "vmm/arch_guest.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "vmm/exit_name.h"
#include "vmm/x86_64/guest_cpuid.h"
#include "vmm/x86_64/registers.h"
#include "vmm/x86_64/tables.h"

namespace exitbench {
namespace {

static_assert(kMwaitExits == KVM_X86_DISABLE_EXITS_MWAIT);
static_assert(kHltExits == KVM_X86_DISABLE_EXITS_HLT);
static_assert(kPauseExits == KVM_X86_DISABLE_EXITS_PAUSE);
static_assert(kCstateExits == KVM_X86_DISABLE_EXITS_CSTATE);

// Interrupt routes that a split irqchip keeps for the IOAPIC of userspace.
constexpr uint64_t kIoapicPins = 24;

constexpr uint32_t kIa32Tsc = 0x10;

absl::Status Missing(absl::string_view what) {
  return absl::UnimplementedError(absl::StrCat("no ", what));
}

kvm_device_attr TscOffsetAttribute(int64_t* offset_ticks) {
  kvm_device_attr attribute = {};
  attribute.group = KVM_VCPU_TSC_CTRL;
  attribute.attr = KVM_VCPU_TSC_OFFSET;
  attribute.addr = reinterpret_cast<uint64_t>(offset_ticks);
  return attribute;
}

// Has the vCPU's TSC run at `khz`.
absl::Status ScaleClock(const Vcpu& vcpu, uint32_t khz) {
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vcpu.fd(), KVM_SET_TSC_KHZ, khz, absl::StrCat(khz, " kHz"))
          .status());
  // KVM keeps the offset that had the host's frequency begin at 0. With a lower
  // one the TSC would be far below 0, and would pass it at some time.
  if (GuestClockOffset(vcpu).ok()) return SetGuestClockOffset(vcpu, 0);
  return SetMsr(vcpu, kIa32Tsc, 0);
}

absl::Status CreateIrqchip(Vm& vm, bool split) {
  // Intel hosts without unrestricted guest keep a TSS in three pages of guest
  // memory (KVM API 4.30). These are above every slot of ours, as is the page
  // of the identity map at its default address (4.45).
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vm.fd(), KVM_SET_TSS_ADDR, 0xfffbd000ul, "0xfffbd000").status());
  if (split) return vm.EnableCap(KVM_CAP_SPLIT_IRQCHIP, kIoapicPins);
  return EB_IOCTL(vm.fd(), KVM_CREATE_IRQCHIP, 0, "").status();
}

absl::Status CreatePit(const Vm& vm) {
  kvm_pit_config config = {};
  return EB_IOCTL(vm.fd(), KVM_CREATE_PIT2, &config, "").status();
}

}  // namespace

size_t PageTableBytes(const VmShape& shape) {
  return PageTableBytes(shape.data_bytes, shape.data_page);
}

uint64_t WriteTables(const GuestMemory& low, const VmShape& shape,
                     absl::Span<const PayloadHandler> handlers) {
  WriteDescriptorTables(low, shape.vcpus, handlers);
  return WritePageTables(low, shape.data_bytes, shape.data_page);
}

uint32_t ConfigurableParts() { return kAllVmParts; }

absl::Status CheckConfiguration(const Kvm& kvm, const VmShape& shape) {
  const VmConfiguration& c = shape.configuration;
  if (c.apic == ApicHome::kKernel && !kvm.Extension(KVM_CAP_IRQCHIP)) {
    return Missing("KVM_CAP_IRQCHIP");
  }
  if (c.apic == ApicHome::kSplit && !kvm.Extension(KVM_CAP_SPLIT_IRQCHIP)) {
    return Missing("KVM_CAP_SPLIT_IRQCHIP");
  }
  if (c.pmu.has_value() &&
      !(kvm.Extension(KVM_CAP_PMU_CAPABILITY) & KVM_PMU_CAP_DISABLE)) {
    return Missing(
        "KVM_PMU_CAP_DISABLE of KVM_CAP_PMU_CAPABILITY: it takes Linux 5.18 "
        "and a PMU for guests");
  }
  const uint32_t can =
      static_cast<uint32_t>(kvm.Extension(KVM_CAP_X86_DISABLE_EXITS));
  const struct {
    uint32_t exit;
    const char* name;
  } exits[] = {{kHltExits, "HLT"},
               {kPauseExits, "PAUSE"},
               {kMwaitExits, "MWAIT"},
               {kCstateExits, "CSTATE"}};
  for (const auto& [exit, name] : exits) {
    if (c.exits_disabled & exit & ~can) {
      return Missing(absl::StrCat("KVM_X86_DISABLE_EXITS_", name,
                                  " of KVM_CAP_X86_DISABLE_EXITS"));
    }
  }
  if ((c.exits_disabled & kHltExits) && kvm.backend().backend == kBackendPvm) {
    return absl::UnimplementedError(
        "kvm_pvm has KVM_X86_DISABLE_EXITS_HLT of KVM_CAP_X86_DISABLE_EXITS, "
        "but emulates HLT all the same");
  }
  if (c.cpuid == CpuidSet::kHyperv && !kvm.Extension(KVM_CAP_HYPERV_CPUID)) {
    return Missing("KVM_CAP_HYPERV_CPUID");
  }
  if (c.tsc_khz > 0 && !kvm.Extension(KVM_CAP_TSC_CONTROL)) {
    return Missing("KVM_CAP_TSC_CONTROL: this host can't scale a guest's TSC");
  }
  return absl::OkStatus();
}

absl::Status CreateDevices(Vm& vm, const VmShape& shape) {
  const VmConfiguration& c = shape.configuration;
  if (c.pmu == false) {
    EB_RETURN_IF_ERROR(
        vm.EnableCap(KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE));
  }
  if (c.exits_disabled != 0) {
    EB_RETURN_IF_ERROR(
        vm.EnableCap(KVM_CAP_X86_DISABLE_EXITS, c.exits_disabled));
  }
  if (shape.HasIrqchip()) {
    EB_RETURN_IF_ERROR(CreateIrqchip(vm, c.apic == ApicHome::kSplit));
  }
  return shape.pit ? CreatePit(vm) : absl::OkStatus();
}

absl::Status InitVcpu(const Kvm& kvm, const Vm&, const VmShape& shape,
                      const Vcpu& vcpu, int index) {
  const VmConfiguration& c = shape.configuration;
  if (c.tsc_khz > 0) EB_RETURN_IF_ERROR(ScaleClock(vcpu, c.tsc_khz));
  EB_ASSIGN_OR_RETURN(const std::vector<kvm_cpuid_entry2> entries,
                      GuestCpuid(kvm, vcpu, c, index));
  return SetCpuid(vcpu, entries);
}

absl::Status StartDevices(const Vm&, const VmShape&, absl::Span<const Vcpu>) {
  return absl::OkStatus();
}

absl::Status EnterPayload(const Vcpu& vcpu, GuestMode mode, int index,
                          uint64_t tables, uint64_t entry_gpa) {
  EB_ASSIGN_OR_RETURN(kvm_sregs sregs, GetSregs(vcpu));
  SetSregsForMode(mode, index, tables, sregs);
  EB_RETURN_IF_ERROR(SetSregs(vcpu, sregs));
  return SetRegs(vcpu, EntryRegs(mode, index, entry_gpa));
}

absl::StatusOr<int64_t> GuestClockOffset(const Vcpu& vcpu) {
  int64_t offset_ticks = 0;
  kvm_device_attr attribute = TscOffsetAttribute(&offset_ticks);
  if (!EB_IOCTL(vcpu.fd(), KVM_HAS_DEVICE_ATTR, &attribute, "TSC offset")
           .ok()) {
    return absl::UnimplementedError(
        "KVM_VCPU_TSC_OFFSET is missing (Linux 5.16 added it)");
  }
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vcpu.fd(), KVM_GET_DEVICE_ATTR, &attribute, "TSC offset")
          .status());
  return offset_ticks;
}

absl::Status SetGuestClockOffset(const Vcpu& vcpu, int64_t offset_ticks) {
  kvm_device_attr attribute = TscOffsetAttribute(&offset_ticks);
  return EB_IOCTL(vcpu.fd(), KVM_SET_DEVICE_ATTR, &attribute,
                  absl::StrCat("TSC offset ", offset_ticks))
      .status();
}

absl::StatusOr<int64_t> GuestClockKhz(const Vcpu& vcpu) {
  EB_ASSIGN_OR_RETURN(int khz, EB_IOCTL(vcpu.fd(), KVM_GET_TSC_KHZ, 0, ""));
  return khz;
}

std::string DescribeArchExit(const kvm_run& run) {
  const std::string name = ExitReasonName(run.exit_reason);
  switch (run.exit_reason) {
    case KVM_EXIT_IO:
      return absl::StrFormat("%s %s port %#x size %d count %u", name,
                             run.io.direction == KVM_EXIT_IO_OUT ? "out" : "in",
                             run.io.port, run.io.size, run.io.count);
    case KVM_EXIT_HYPERCALL:
      return absl::StrFormat("%s nr %u args %#x %#x %#x", name,
                             run.hypercall.nr, run.hypercall.args[0],
                             run.hypercall.args[1], run.hypercall.args[2]);
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
      return absl::StrFormat("%s MSR %#x why %u", name, run.msr.index,
                             static_cast<uint32_t>(run.msr.reason));
    case KVM_EXIT_DEBUG:
      return absl::StrFormat("%s vector %u pc %#x dr6 %#x", name,
                             run.debug.arch.exception, run.debug.arch.pc,
                             run.debug.arch.dr6);
    case KVM_EXIT_SHUTDOWN:
      return absl::StrCat(name, " (triple fault)");
    default:
      return "";
  }
}

}  // namespace exitbench
