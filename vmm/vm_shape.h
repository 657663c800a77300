// What a VM consists of, as data.
#ifndef EXITBENCH_VMM_VM_SHAPE_H_
#define EXITBENCH_VMM_VM_SHAPE_H_

#include <cstdint>
#include <optional>

#include "vmm/guest_memory.h"
#include "vmm/guest_mode.h"
#include "vmm/vm_configuration.h"

namespace exitbench {

struct VmShape {
  int vcpus = 1;
  // The mode of the secondary vCPUs. Absent: that of vCPU 0.
  std::optional<GuestMode> secondary_mode;
  // In-kernel interrupt controller. On arm64 each VM has one unless no_irqchip
  // is set, if the host offers one. With irqchip it is needed.
  bool irqchip = false;
  bool no_irqchip = false;
  bool pit = false;  // In-kernel interval timer. Needs irqchip.
  // Further features of each vCPU, 1 << KVM_ARM_VCPU_*. Only arm64 has any.
  // KVM_ARM_VCPU_POWER_OFF is that of the secondary vCPUs: they are off until
  // the guest turns them on.
  uint32_t vcpu_features = 0;

  // Case memory at EB_DATA_GPA in slot 1. 0: none.
  uint64_t data_bytes = 0;
  Backing data_backing = Backing::k4K;
  MemorySource data_source = MemorySource::kAnon;
  GuestPage data_page = GuestPage::k4K;
  uint32_t data_flags = 0;  // KVM_MEM_*
  bool data_slot = true;    // False: mapped on the host, but not yet a slot.

  // Size of each vCPU's ring of dirty pages (KVM_CAP_DIRTY_LOG_RING, KVM API
  // 8.29). 0: no rings.
  uint32_t dirty_ring_bytes = 0;

  // The user's choice.
  VmConfiguration configuration;

  // Returns whether local APICs are in the kernel, by the user's choice or by
  // the case's.
  bool HasIrqchip() const {
    return configuration.apic.has_value()
               ? *configuration.apic != ApicHome::kUser
               : irqchip;
  }
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_VM_SHAPE_H_
