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

// Owns both.
class Vcpu {
 public:
  // Makes vCPU `index` by KVM_CREATE_VCPU (KVM API 4.7) and maps its kvm_run.
  // It can't run before InitVcpu() of vmm/arch_guest.h.
  static absl::StatusOr<Vcpu> Create(const Kvm& kvm, const Vm& vm, int index);

  Vcpu(Vcpu&&) = default;
  Vcpu& operator=(Vcpu&&) = default;

  // Calls KVM_RUN (4.10) and does nothing else, since callers time it. Returns
  // 0 at an exit to userspace, or -1 and sets errno.
  int Run() { return sys::Ioctl(fd_.get(), "KVM_RUN", KVM_RUN, 0); }

  // KVM_GET_MP_STATE and KVM_SET_MP_STATE (4.38, 4.39). With an in-kernel
  // interrupt controller, secondary vCPUs do not run until they are made
  // runnable.
  absl::StatusOr<uint32_t> GetMpState() const;
  absl::Status SetMpState(uint32_t state);

  kvm_run& run() const {
    return *reinterpret_cast<kvm_run*>(run_mapping_.begin());
  }
  // The mapping that begins with kvm_run. The coalesced ring, the dirty ring
  // and the data of exits lie at offsets in it.
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
