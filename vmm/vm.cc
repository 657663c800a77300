#include "vmm/vm.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"

namespace exitbench {

absl::StatusOr<Vm> Vm::Create(const Kvm& kvm) {
  EB_ASSIGN_OR_RETURN(UniqueFd fd, kvm.CreateVmFd());
  return Vm(std::move(fd));
}

absl::Status Vm::SetSlot(uint32_t slot, uint64_t gpa, uint64_t bytes,
                         const void* host, uint32_t flags) {
  kvm_userspace_memory_region region = {};
  region.slot = slot;
  region.flags = flags;
  region.guest_phys_addr = gpa;
  region.memory_size = bytes;
  region.userspace_addr = reinterpret_cast<uint64_t>(host);
  return EB_IOCTL(fd(), KVM_SET_USER_MEMORY_REGION, &region,
                  absl::StrFormat("slot %u gpa %#x bytes %#x flags %#x", slot,
                                  gpa, bytes, flags))
      .status();
}

absl::StatusOr<UniqueFd> Vm::CreateGuestMemfd(uint64_t bytes) {
  kvm_create_guest_memfd create = {};
  create.size = bytes;
  create.flags = GUEST_MEMFD_FLAG_MMAP | GUEST_MEMFD_FLAG_INIT_SHARED;
  EB_ASSIGN_OR_RETURN(const int made,
                      EB_IOCTL(fd(), KVM_CREATE_GUEST_MEMFD, &create,
                               absl::StrCat(bytes, " bytes")));
  return UniqueFd(made);
}

absl::Status Vm::SetGuestMemfdSlot(uint32_t slot, uint64_t gpa, uint64_t bytes,
                                   const void* host, uint32_t flags,
                                   int guest_memfd) {
  kvm_userspace_memory_region2 region = {};
  region.slot = slot;
  region.flags = flags | KVM_MEM_GUEST_MEMFD;
  region.guest_phys_addr = gpa;
  region.memory_size = bytes;
  region.userspace_addr = reinterpret_cast<uint64_t>(host);
  region.guest_memfd = static_cast<uint32_t>(guest_memfd);
  return EB_IOCTL(
             fd(), KVM_SET_USER_MEMORY_REGION2, &region,
             absl::StrFormat("slot %u gpa %#x bytes %#x flags %#x guest_memfd",
                             slot, gpa, bytes, region.flags))
      .status();
}

absl::Status Vm::EnableCap(uint32_t capability, uint64_t arg0) {
  kvm_enable_cap cap = {};
  cap.cap = capability;
  cap.args[0] = arg0;
  return EB_IOCTL(fd(), KVM_ENABLE_CAP, &cap,
                  absl::StrFormat("cap %u arg %#x", capability, arg0))
      .status();
}

absl::Status Vm::CreateDevice(uint32_t type) {
  kvm_create_device create = {};
  create.type = type;
  const absl::Status made = EB_IOCTL(fd(), KVM_CREATE_DEVICE, &create,
                                     absl::StrCat("device type ", type))
                                .status();
  if (!made.ok() && errno == ENODEV) {
    return absl::UnimplementedError(made.message());
  }
  EB_RETURN_IF_ERROR(made);
  devices_.push_back({type, UniqueFd(static_cast<int>(create.fd))});
  return absl::OkStatus();
}

int Vm::device(uint32_t type) const {
  for (const Device& device : devices_) {
    if (device.type == type) return device.fd.get();
  }
  return -1;
}

absl::Status Vm::RouteOnlyMsi(uint32_t gsi, const MsiMessage& msi) {
  struct {
    kvm_irq_routing header;
    kvm_irq_routing_entry entry;
  } routing = {};
  routing.header.nr = 1;
  routing.entry.gsi = gsi;
  routing.entry.type = KVM_IRQ_ROUTING_MSI;
  routing.entry.u.msi.address_lo = msi.address;
  routing.entry.u.msi.data = msi.data;
  return EB_IOCTL(fd(), KVM_SET_GSI_ROUTING, &routing,
                  absl::StrFormat("gsi %u, MSI data %u", gsi, msi.data))
      .status();
}

absl::Status Vm::BindIrqfd(int event, uint32_t gsi) {
  kvm_irqfd irqfd = {};
  irqfd.fd = static_cast<uint32_t>(event);
  irqfd.gsi = gsi;
  return EB_IOCTL(fd(), KVM_IRQFD, &irqfd, absl::StrFormat("gsi %u", gsi))
      .status();
}

absl::Status SetDeviceAttr(int fd, uint32_t group, uint64_t attr,
                           const void* value) {
  kvm_device_attr attribute = {};
  attribute.group = group;
  attribute.attr = attr;
  attribute.addr = reinterpret_cast<uint64_t>(value);
  return EB_IOCTL(fd, KVM_SET_DEVICE_ATTR, &attribute,
                  absl::StrFormat("group %u attr %#x", group, attr))
      .status();
}

}  // namespace exitbench
