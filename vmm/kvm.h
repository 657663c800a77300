// /dev/kvm itself: capabilities, supported CPUID, new VMs.
#ifndef EXITBENCH_VMM_KVM_H_
#define EXITBENCH_VMM_KVM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "vmm/backend.h"
#include "vmm/kvm_uapi.h"
#include "vmm/x86_64/host_features.h"

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

  // What KVM_GET_SUPPORTED_CPUID (4.46) says.
  const std::vector<kvm_cpuid_entry2>& cpuid() const { return cpuid_; }
  // Whether CPUID leaf `function`, index 0, has `bit` of register 0..3
  // (EAX..EDX) in what guests are given.
  bool GuestHasCpuidBit(uint32_t function, int reg, int bit) const;

  size_t run_bytes() const { return run_bytes_; }
  const BackendInfo& backend() const { return backend_; }
  const FeatureSet& features() const { return features_; }
  int fd() const { return fd_.get(); }

 private:
  Kvm() = default;

  UniqueFd fd_;
  size_t run_bytes_ = 0;
  std::vector<kvm_cpuid_entry2> cpuid_;
  BackendInfo backend_;
  FeatureSet features_;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_KVM_H_
