// One vCPU: its file descriptor and its shared kvm_run page.
#ifndef EXITBENCH_VMM_VCPU_H_
#define EXITBENCH_VMM_VCPU_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "base/sys.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"
#include "vmm/vm.h"

namespace exitbench {

class Vcpu {
 public:
  // KVM_CREATE_VCPU (KVM API 4.7), its kvm_run mapped, the supported CPUID
  // handed on with this vCPU's APIC id.
  static absl::StatusOr<Vcpu> Create(const Kvm& kvm, const Vm& vm, int index);

  Vcpu(Vcpu&&) = default;
  Vcpu& operator=(Vcpu&&) = default;

  // KVM_RUN, bare: what it returned; errno on -1. Timed by callers, so it does
  // nothing else.
  int Run() { return sys::Ioctl(fd_.get(), "KVM_RUN", KVM_RUN, 0); }

  absl::StatusOr<kvm_regs> GetRegs() const;
  absl::Status SetRegs(const kvm_regs& regs);
  absl::StatusOr<kvm_sregs> GetSregs() const;
  absl::Status SetSregs(const kvm_sregs& sregs);
  absl::Status SetMsr(uint32_t index, uint64_t value);
  absl::StatusOr<uint64_t> GetMsr(uint32_t index) const;

  // KVM_GET/SET_MP_STATE (4.38): with an irqchip, vCPUs beside the first wait
  // for a start-up IPI until they are made runnable.
  absl::StatusOr<uint32_t> GetMpState() const;
  absl::Status SetMpState(uint32_t state);
  // KVM_GET/SET_LAPIC (4.57): the in-kernel local APIC's registers.
  absl::StatusOr<kvm_lapic_state> GetLapic() const;
  absl::Status SetLapic(const kvm_lapic_state& lapic);
  // KVM_GET_VCPU_EVENTS (4.31): what is pending or being injected.
  absl::StatusOr<kvm_vcpu_events> GetEvents() const;

  // Ticks to add to the host's TSC to get this vCPU's (attribute
  // KVM_VCPU_TSC_OFFSET, Linux 5.16; devices/vcpu.rst). kUnimplemented where
  // the kernel has no such attribute.
  absl::StatusOr<int64_t> GetTscOffset() const;
  absl::Status SetTscOffset(int64_t offset_ticks);
  // KVM_GET_TSC_KHZ (4.56).
  absl::StatusOr<int64_t> GetTscKhz() const;

  kvm_run& run() const {
    return *reinterpret_cast<kvm_run*>(run_mapping_.begin());
  }
  // Offset of the coalesced ring, dirty ring and pio data within this.
  uint8_t* run_page() const { return run_mapping_.begin(); }
  size_t run_bytes() const { return run_mapping_.bytes(); }
  int fd() const { return fd_.get(); }

 private:
  Vcpu(UniqueFd fd, Mapping run_mapping)
      : fd_(std::move(fd)), run_mapping_(std::move(run_mapping)) {}

  UniqueFd fd_;
  Mapping run_mapping_;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_VCPU_H_
