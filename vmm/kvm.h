// /dev/kvm: its capabilities, new VMs, and what kind of host it is on.
#ifndef EXITBENCH_VMM_KVM_H_
#define EXITBENCH_VMM_KVM_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "vmm/arch_host.h"
#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Owns the file descriptor of /dev/kvm. VMs need it only while they are made.
class Kvm {
 public:
  // Opens `path`. kNotFound and kPermissionDenied say in the message what to do
  // about it. kUnimplemented: the device is not KVM of API version 12.
  static absl::StatusOr<Kvm> Open(const std::string& path = "/dev/kvm");

  Kvm(Kvm&&) = default;
  Kvm& operator=(Kvm&&) = default;

  // Returns what KVM_CHECK_EXTENSION (KVM API 4.4) answers: 0 if the capability
  // is missing.
  int Extension(int capability) const;

  // Makes a VM by KVM_CREATE_VM (4.2). Returns its file descriptor.
  absl::StatusOr<UniqueFd> CreateVmFd() const;

  // What the architecture keeps of it: vmm/x86_64/arch_kvm.h,
  // vmm/arm64/arch_kvm.h.
  const ArchKvm& arch() const { return *arch_; }

  // Size of the kvm_run mapping of a vCPU.
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
