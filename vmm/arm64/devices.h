// The in-kernel devices of a VM: the vGICv3 with its ITS, and vCPUs' PMUs.
#ifndef EXITBENCH_VMM_ARM64_DEVICES_H_
#define EXITBENCH_VMM_ARM64_DEVICES_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vmm/vcpu.h"
#include "vmm/vm.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// Makes the vGICv3 and its ITS and puts them at the addresses of
// guest_blobs/arm64/abi.h (Documentation/virt/kvm/devices/arm-vgic-v3.rst and
// arm-vgic-its.rst). kUnimplemented: the host has none.
absl::Status CreateGic(Vm& vm);

// Makes them ready. No vCPU can be added any more.
absl::Status StartGic(const Vm& vm);

// Gives a vCPU that was made with KVM_ARM_VCPU_PMU_V3 its PMU
// (Documentation/virt/kvm/devices/vcpu.rst, 1). After StartGic().
absl::Status StartPmu(const Vm& vm, const Vcpu& vcpu);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_DEVICES_H_
