#include "vmm/arch_guest.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "vmm/exit_name.h"
#include "vmm/x86_64/arch_kvm.h"
#include "vmm/x86_64/registers.h"
#include "vmm/x86_64/tables.h"

namespace exitbench {
namespace {

constexpr uint32_t kCpuidTscDeadline = 1u << 24;

absl::Status HandOnCpuid(const Kvm& kvm, int fd, int index) {
  const std::vector<kvm_cpuid_entry2>& entries = kvm.arch().cpuid;
  std::vector<uint8_t> buffer(sizeof(kvm_cpuid2) +
                              entries.size() * sizeof(kvm_cpuid_entry2));
  auto* cpuid = reinterpret_cast<kvm_cpuid2*>(buffer.data());
  cpuid->nent = static_cast<uint32_t>(entries.size());
  auto* first =
      reinterpret_cast<kvm_cpuid_entry2*>(buffer.data() + sizeof(kvm_cpuid2));
  for (size_t i = 0; i < entries.size(); ++i) {
    kvm_cpuid_entry2 entry = entries[i];
    const uint32_t apic_id = static_cast<uint32_t>(index);
    if (entry.function == 1) {
      entry.ebx = (entry.ebx & 0x00ffffff) | (apic_id << 24);
      // KVM reports the deadline mode of the APIC timer as a capability and
      // leaves the CPUID bit to userspace (KVM API 4.46).
      if (kvm.Extension(KVM_CAP_TSC_DEADLINE_TIMER) != 0) {
        entry.ecx |= kCpuidTscDeadline;
      }
    } else if (entry.function == 0xb || entry.function == 0x1f) {
      entry.edx = apic_id;
    }
    first[i] = entry;
  }
  return EB_IOCTL(fd, KVM_SET_CPUID2, cpuid,
                  absl::StrCat("vCPU ", index, ", ", cpuid->nent, " entries"))
      .status();
}

kvm_device_attr TscOffsetAttribute(int64_t* offset_ticks) {
  kvm_device_attr attribute = {};
  attribute.group = KVM_VCPU_TSC_CTRL;
  attribute.attr = KVM_VCPU_TSC_OFFSET;
  attribute.addr = reinterpret_cast<uint64_t>(offset_ticks);
  return attribute;
}

absl::Status CreateIrqchip(const Vm& vm) {
  // Intel hosts without unrestricted guest keep a TSS in three pages of guest
  // memory (KVM API 4.30). These are above every slot of ours, as is the page
  // of the identity map at its default address (4.45).
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vm.fd(), KVM_SET_TSS_ADDR, 0xfffbd000ul, "0xfffbd000").status());
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

absl::Status CreateDevices(Vm& vm, const VmShape& shape) {
  if (shape.irqchip) EB_RETURN_IF_ERROR(CreateIrqchip(vm));
  return shape.pit ? CreatePit(vm) : absl::OkStatus();
}

absl::Status InitVcpu(const Kvm& kvm, const Vm&, const VmShape&,
                      const Vcpu& vcpu, int index) {
  return HandOnCpuid(kvm, vcpu.fd(), index);
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
