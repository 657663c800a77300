// The seam to the architecture, for the host: which KVM it has and what its
// processor can do. The folder of the architecture defines each function
// (vmm/x86_64/arch_host.cc). They change nothing on the host.
#ifndef EXITBENCH_VMM_ARCH_HOST_H_
#define EXITBENCH_VMM_ARCH_HOST_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "vmm/guest_mode.h"
#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"

namespace exitbench {

// Detects the backend of this host by its processor, /sys and /proc.
BackendInfo HostBackend();

// Detects the features of this host, whose backend is `backend`. `kvm_fd` is
// the descriptor of /dev/kvm.
FeatureSet HostFeatures(const BackendInfo& backend, int kvm_fd);

// Returns the features that hosts of this architecture can have, in the order
// of their bits.
absl::Span<const FeatureName> AllFeatures();

// Returns the signature of the hypervisor that this host itself runs under, as
// "KVMKVMKVM". "unnamed" if it has none, empty on bare metal.
std::string HypervisorSignature();

// What the architecture keeps of an open /dev/kvm. Only its own code looks at
// it.
struct ArchKvm;
// Asks `kvm_fd`, the descriptor of /dev/kvm, for it.
absl::StatusOr<std::shared_ptr<const ArchKvm>> ReadArchKvm(int kvm_fd);

// Returns the type of VM that KVM_CREATE_VM makes (KVM API 4.2).
unsigned long VmType(const ArchKvm& arch);

// Returns what to do where there is no /dev/kvm.
absl::string_view NoKvmAdvice();

// Returns the number of a mode in results files: 3 for user mode on x86-64, 0
// on arm64.
int ModeNumber(GuestMode mode);
// Returns the name of a mode in messages: "ring 3", "EL0".
absl::string_view ModeName(GuestMode mode);
// Returns the suffix of a mode in names of cases: ".ring3", ".el0". Empty for
// kernel mode.
absl::string_view ModeSuffix(GuestMode mode);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARCH_HOST_H_
