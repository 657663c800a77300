// /dev/kvm itself: capabilities, new VMs, what kind of host it is.
#ifndef EXITBENCH_VMM_KVM_H_
#define EXITBENCH_VMM_KVM_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "vmm/arch_host.h"
#include "vmm/backend.h"
#include "vmm/feature_set.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Owns the system file descriptor. Outlives the VMs made from it, which need
// it only while they are created.
class Kvm {
 public:
  // kNotFound, kPermissionDenied: what to do about it is in the message.
  // kUnimplemented: not API version 12, or no KVM behind the device.
  static absl::StatusOr<Kvm> Open(const std::string& path = "/dev/kvm");

  Kvm(Kvm&&) = default;
  Kvm& operator=(Kvm&&) = default;

  // KVM_CHECK_EXTENSION (KVM API 4.4): 0 if the capability is missing.
  int Extension(int capability) const;

  // KVM_CREATE_VM (4.2): the new VM's file descriptor.
  absl::StatusOr<UniqueFd> CreateVmFd() const;

  // What the architecture keeps of it: vmm/x86_64/arch_kvm.h.
  const ArchKvm& arch() const { return *arch_; }

  size_t run_bytes() const { return run_bytes_; }
  const BackendInfo& backend() const { return backend_; }
  const FeatureSet& features() const { return features_; }
  int fd() const { return fd_.get(); }

 private:
  Kvm() = default;

  UniqueFd fd_;
  size_t run_bytes_ = 0;
  std::shared_ptr<const ArchKvm> arch_;
  BackendInfo backend_;
  FeatureSet features_;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_KVM_H_
