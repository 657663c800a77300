#include "vmm/x86_64/registers.h"

#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

struct OneMsr {
  kvm_msrs header;
  kvm_msr_entry entry;
};
static_assert(offsetof(OneMsr, entry) == sizeof(kvm_msrs));

}  // namespace

absl::StatusOr<kvm_regs> GetRegs(const Vcpu& vcpu) {
  kvm_regs regs = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(vcpu.fd(), KVM_GET_REGS, &regs, "").status());
  return regs;
}

absl::Status SetRegs(const Vcpu& vcpu, const kvm_regs& regs) {
  return EB_IOCTL(vcpu.fd(), KVM_SET_REGS, &regs, "").status();
}

absl::StatusOr<kvm_sregs> GetSregs(const Vcpu& vcpu) {
  kvm_sregs sregs = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(vcpu.fd(), KVM_GET_SREGS, &sregs, "").status());
  return sregs;
}

absl::Status SetSregs(const Vcpu& vcpu, const kvm_sregs& sregs) {
  return EB_IOCTL(vcpu.fd(), KVM_SET_SREGS, &sregs, "").status();
}

absl::Status SetMsr(const Vcpu& vcpu, uint32_t index, uint64_t value) {
  OneMsr msr = {};
  msr.header.nmsrs = 1;
  msr.entry.index = index;
  msr.entry.data = value;
  EB_ASSIGN_OR_RETURN(
      int done, EB_IOCTL(vcpu.fd(), KVM_SET_MSRS, &msr,
                         absl::StrFormat("MSR %#x value %#x", index, value)));
  if (done == 1) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrFormat("KVM_SET_MSRS refuses MSR %#x value %#x", index, value));
}

absl::StatusOr<uint64_t> GetMsr(const Vcpu& vcpu, uint32_t index) {
  OneMsr msr = {};
  msr.header.nmsrs = 1;
  msr.entry.index = index;
  EB_ASSIGN_OR_RETURN(int done, EB_IOCTL(vcpu.fd(), KVM_GET_MSRS, &msr,
                                         absl::StrFormat("MSR %#x", index)));
  if (done == 1) return msr.entry.data;
  return absl::UnimplementedError(
      absl::StrFormat("KVM_GET_MSRS refuses MSR %#x", index));
}

absl::StatusOr<kvm_lapic_state> GetLapic(const Vcpu& vcpu) {
  kvm_lapic_state lapic = {};
  EB_RETURN_IF_ERROR(EB_IOCTL(vcpu.fd(), KVM_GET_LAPIC, &lapic, "").status());
  return lapic;
}

absl::Status SetLapic(const Vcpu& vcpu, const kvm_lapic_state& lapic) {
  return EB_IOCTL(vcpu.fd(), KVM_SET_LAPIC, &lapic, "").status();
}

absl::StatusOr<kvm_vcpu_events> GetEvents(const Vcpu& vcpu) {
  kvm_vcpu_events events = {};
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vcpu.fd(), KVM_GET_VCPU_EVENTS, &events, "").status());
  return events;
}

}  // namespace exitbench
