#include "vmm/vcpu.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

constexpr uint32_t kCpuidTscDeadline = 1u << 24;

absl::Status HandOnCpuid(const Kvm& kvm, int fd, int index) {
  const std::vector<kvm_cpuid_entry2>& entries = kvm.cpuid();
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
      // KVM reports the timer's deadline mode by capability and leaves its bit
      // to userspace (KVM API 4.46).
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

struct OneMsr {
  kvm_msrs header;
  kvm_msr_entry entry;
};
static_assert(offsetof(OneMsr, entry) == sizeof(kvm_msrs));

kvm_device_attr TscOffsetAttribute(int64_t* offset_ticks) {
  kvm_device_attr attribute = {};
  attribute.group = KVM_VCPU_TSC_CTRL;
  attribute.attr = KVM_VCPU_TSC_OFFSET;
  attribute.addr = reinterpret_cast<uint64_t>(offset_ticks);
  return attribute;
}

}  // namespace

absl::StatusOr<Vcpu> Vcpu::Create(const Kvm& kvm, const Vm& vm, int index) {
  EB_ASSIGN_OR_RETURN(int raw_fd, EB_IOCTL(vm.fd(), KVM_CREATE_VCPU, index,
                                           absl::StrCat("vCPU ", index)));
  UniqueFd fd(raw_fd);
  void* run = sys::Map(nullptr, kvm.run_bytes(), PROT_READ | PROT_WRITE,
                       MAP_SHARED, fd.get(), 0);
  if (run == MAP_FAILED) {
    return ErrnoStatus("mmap", absl::StrCat("kvm_run of vCPU ", index));
  }
  Vcpu vcpu(std::move(fd), Mapping(run, kvm.run_bytes()));
  EB_RETURN_IF_ERROR(HandOnCpuid(kvm, vcpu.fd(), index));
  return vcpu;
}

absl::StatusOr<kvm_regs> Vcpu::GetRegs() const {
  kvm_regs regs = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(fd(), KVM_GET_REGS, &regs, "").status());
  return regs;
}

absl::Status Vcpu::SetRegs(const kvm_regs& regs) {
  return EB_IOCTL(fd(), KVM_SET_REGS, &regs, "").status();
}

absl::StatusOr<kvm_sregs> Vcpu::GetSregs() const {
  kvm_sregs sregs = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(fd(), KVM_GET_SREGS, &sregs, "").status());
  return sregs;
}

absl::Status Vcpu::SetSregs(const kvm_sregs& sregs) {
  return EB_IOCTL(fd(), KVM_SET_SREGS, &sregs, "").status();
}

absl::Status Vcpu::SetMsr(uint32_t index, uint64_t value) {
  OneMsr msr = {};
  msr.header.nmsrs = 1;
  msr.entry.index = index;
  msr.entry.data = value;
  EB_ASSIGN_OR_RETURN(
      int done, EB_IOCTL(fd(), KVM_SET_MSRS, &msr,
                         absl::StrFormat("MSR %#x value %#x", index, value)));
  if (done == 1) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrFormat("KVM_SET_MSRS refuses MSR %#x value %#x", index, value));
}

absl::StatusOr<uint64_t> Vcpu::GetMsr(uint32_t index) const {
  OneMsr msr = {};
  msr.header.nmsrs = 1;
  msr.entry.index = index;
  EB_ASSIGN_OR_RETURN(int done, EB_IOCTL(fd(), KVM_GET_MSRS, &msr,
                                         absl::StrFormat("MSR %#x", index)));
  if (done == 1) return msr.entry.data;
  return absl::UnimplementedError(
      absl::StrFormat("KVM_GET_MSRS refuses MSR %#x", index));
}

absl::StatusOr<uint32_t> Vcpu::GetMpState() const {
  kvm_mp_state state = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(fd(), KVM_GET_MP_STATE, &state, "").status());
  return state.mp_state;
}

absl::Status Vcpu::SetMpState(uint32_t state) {
  kvm_mp_state mp_state = {};
  mp_state.mp_state = state;
  return EB_IOCTL(fd(), KVM_SET_MP_STATE, &mp_state, absl::StrCat(state))
      .status();
}

absl::StatusOr<kvm_lapic_state> Vcpu::GetLapic() const {
  kvm_lapic_state lapic = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(fd(), KVM_GET_LAPIC, &lapic, "").status());
  return lapic;
}

absl::Status Vcpu::SetLapic(const kvm_lapic_state& lapic) {
  return EB_IOCTL(fd(), KVM_SET_LAPIC, &lapic, "").status();
}

absl::StatusOr<kvm_vcpu_events> Vcpu::GetEvents() const {
  kvm_vcpu_events events = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(fd(), KVM_GET_VCPU_EVENTS, &events, "").status());
  return events;
}

absl::StatusOr<int64_t> Vcpu::GetTscOffset() const {
  int64_t offset_ticks = 0;
  kvm_device_attr attribute = TscOffsetAttribute(&offset_ticks);
  if (!EB_IOCTL(fd(), KVM_HAS_DEVICE_ATTR, &attribute, "TSC offset").ok()) {
    return absl::UnimplementedError(
        "KVM_VCPU_TSC_OFFSET is missing (Linux 5.16 added it)");
  }
  EB_RETURN_IF_ERROR(
      EB_IOCTL(fd(), KVM_GET_DEVICE_ATTR, &attribute, "TSC offset").status());
  return offset_ticks;
}

absl::Status Vcpu::SetTscOffset(int64_t offset_ticks) {
  kvm_device_attr attribute = TscOffsetAttribute(&offset_ticks);
  return EB_IOCTL(fd(), KVM_SET_DEVICE_ATTR, &attribute,
                  absl::StrCat("TSC offset ", offset_ticks))
      .status();
}

absl::StatusOr<int64_t> Vcpu::GetTscKhz() const {
  EB_ASSIGN_OR_RETURN(int khz, EB_IOCTL(fd(), KVM_GET_TSC_KHZ, 0, ""));
  return khz;
}

}  // namespace exitbench
