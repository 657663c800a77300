// One VM: its file descriptor and its memory slots.
#ifndef EXITBENCH_VMM_VM_H_
#define EXITBENCH_VMM_VM_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// The write by which a device raises a message-signalled interrupt.
struct MsiMessage {
  uint32_t address = 0;
  uint32_t data = 0;
};

// Owns the descriptors of the VM and of its devices, not the memory of its
// slots.
class Vm {
 public:
  static absl::StatusOr<Vm> Create(const Kvm& kvm);

  Vm(Vm&&) = default;
  Vm& operator=(Vm&&) = default;

  // Sets a memory slot (KVM_SET_USER_MEMORY_REGION, KVM API 4.35). `bytes` 0
  // deletes it. The caller owns the memory at `host`, which outlives the VM.
  absl::Status SetSlot(uint32_t slot, uint64_t gpa, uint64_t bytes,
                       const void* host, uint32_t flags);

  // Makes a guest_memfd of so many bytes, which the host can map too
  // (KVM_CREATE_GUEST_MEMFD, 4.142; Linux 6.18). Returns its descriptor.
  absl::StatusOr<UniqueFd> CreateGuestMemfd(uint64_t bytes);
  // As SetSlot(), of a slot whose pages are those of `guest_memfd`, from its
  // begin (KVM_SET_USER_MEMORY_REGION2, 4.140).
  absl::Status SetGuestMemfdSlot(uint32_t slot, uint64_t gpa, uint64_t bytes,
                                 const void* host, uint32_t flags,
                                 int guest_memfd);

  // Enables a capability of the VM (KVM_ENABLE_CAP, 4.37).
  absl::Status EnableCap(uint32_t capability, uint64_t arg0);

  // Routes `gsi` as `msi` and drops all other routes (KVM_SET_GSI_ROUTING,
  // 4.52).
  absl::Status RouteOnlyMsi(uint32_t gsi, const MsiMessage& msi);
  // Has writes to the eventfd `event` raise `gsi` (KVM_IRQFD, 4.75).
  absl::Status BindIrqfd(int event, uint32_t gsi);

  // Makes an in-kernel device, KVM_DEV_TYPE_* (KVM_CREATE_DEVICE, 4.79), and
  // keeps its descriptor. kUnimplemented: the host has no such device.
  absl::Status CreateDevice(uint32_t type);
  // Returns the descriptor of the device of this type. -1 if there is none.
  int device(uint32_t type) const;

  int fd() const { return fd_.get(); }

 private:
  explicit Vm(UniqueFd fd) : fd_(std::move(fd)) {}

  struct Device {
    uint32_t type;
    UniqueFd fd;
  };

  UniqueFd fd_;
  std::vector<Device> devices_;
};

// Sets an attribute of a device, vCPU or VM (KVM_SET_DEVICE_ATTR, 4.80).
// `value` is of the attribute's own type and may be null.
absl::Status SetDeviceAttr(int fd, uint32_t group, uint64_t attr,
                           const void* value);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_VM_H_
