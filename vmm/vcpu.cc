#include "vmm/vcpu.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"

namespace exitbench {
absl::StatusOr<Vcpu> Vcpu::Create(const Kvm& kvm, const Vm& vm, int index) {
  EB_ASSIGN_OR_RETURN(int raw_fd, EB_IOCTL(vm.fd(), KVM_CREATE_VCPU, index,
                                           absl::StrCat("vCPU ", index)));
  UniqueFd fd(raw_fd);
  void* run = sys::Map(nullptr, kvm.run_bytes(), PROT_READ | PROT_WRITE,
                       MAP_SHARED, fd.get(), 0);
  if (run == MAP_FAILED) {
    return ErrnoStatus("mmap", absl::StrCat("kvm_run of vCPU ", index));
  }
  return Vcpu(std::move(fd), Mapping(run, kvm.run_bytes()));
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

}  // namespace exitbench
