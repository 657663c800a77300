// The seam to the architecture, host's half: what this host is. Each function
// is defined in the folder of the architecture that is built for
// (vmm/x86_64/arch_host.cc). All read only.
#ifndef EXITBENCH_VMM_ARCH_HOST_H_
#define EXITBENCH_VMM_ARCH_HOST_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "vmm/backend.h"
#include "vmm/feature_set.h"
#include "vmm/guest_mode.h"

namespace exitbench {

// Returns the backend of this host, by its processor and /sys/module.
BackendInfo HostBackend();

// Returns which features this host has, for `backend`.
FeatureSet HostFeatures(const BackendInfo& backend);

// Returns the features that hosts of this architecture can have, by value.
absl::Span<const FeatureName> AllFeatures();

// Returns the signature of the hypervisor that this host itself runs under:
// "KVMKVMKVM"; "unnamed" if it hides; empty on bare metal.
std::string HypervisorSignature();

// What the architecture keeps of an open /dev/kvm, for its own code alone.
struct ArchKvm;
absl::StatusOr<std::shared_ptr<const ArchKvm>> ReadArchKvm(int kvm_fd);

// How results files, messages and the names of cases call a mode: 3, "ring 3",
// ".ring3". Kernel mode's suffix is empty.
int ModeNumber(GuestMode mode);
absl::string_view ModeName(GuestMode mode);
absl::string_view ModeSuffix(GuestMode mode);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARCH_HOST_H_
