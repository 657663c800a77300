#include "cases/support/notify.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// The ring fills a page of the host's.
uint32_t RingEntries() {
  return static_cast<uint32_t>(
      (HostPageBytes() - sizeof(kvm_coalesced_mmio_ring)) /
      sizeof(kvm_coalesced_mmio));
}

// Returns null if the kernel says that it lies beyond the vCPU's pages.
kvm_coalesced_mmio_ring* RingOf(Machine& machine) {
  // KVM_CHECK_EXTENSION answers with the page of the vCPU's mapping.
  const size_t offset =
      static_cast<size_t>(machine.kvm().Extension(KVM_CAP_COALESCED_MMIO)) *
      HostPageBytes();
  if (offset == 0 || offset + HostPageBytes() > machine.vcpu().run_bytes()) {
    return nullptr;
  }
  return reinterpret_cast<kvm_coalesced_mmio_ring*>(machine.vcpu().run_page() +
                                                    offset);
}

struct BoundEventfd {
  UniqueFd fd;
};

}  // namespace

absl::Status BindEventfd(Machine& machine, uint64_t address, uint32_t bytes,
                         uint32_t flags, uint64_t match) {
  UniqueFd fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("eventfd", "");
  kvm_ioeventfd binding = {};
  binding.addr = address;
  binding.len = bytes;
  binding.fd = fd.get();
  binding.flags = flags;
  binding.datamatch = match;
  EB_RETURN_IF_ERROR(EB_IOCTL(machine.vm().fd(), KVM_IOEVENTFD, &binding,
                              absl::StrFormat("at %#x, %u bytes, flags %#x",
                                              address, bytes, flags))
                         .status());
  machine.case_state<BoundEventfd>().fd = std::move(fd);
  return absl::OkStatus();
}

absl::Status ExpectSignals(Machine& machine, uint32_t events) {
  uint64_t signals = 0;
  const int fd = machine.case_state<BoundEventfd>().fd.get();
  const ssize_t n = sys::Read(fd, &signals, sizeof(signals));
  // Without a signal the read fails so.
  const bool none = n < 0 && errno == EAGAIN;
  if (n < 0 && !none) return ErrnoStatus("read", "eventfd");
  if (none) signals = 0;
  if (signals == events) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("%u events made %u signals on the eventfd%s", events,
                      signals, none ? " (read: EAGAIN)" : ""));
}

absl::Status Coalesce(Machine& machine, uint64_t address, bool is_port,
                      uint32_t bytes) {
  kvm_coalesced_mmio_zone zone = {};
  zone.addr = address;
  zone.size = bytes;
  zone.pio = is_port ? 1 : 0;
  return EB_IOCTL(machine.vm().fd(), KVM_REGISTER_COALESCED_MMIO, &zone,
                  absl::StrFormat("at %#x", address))
      .status();
}

absl::Status ExpectCoalesced(Machine& machine, uint64_t address,
                             uint32_t events) {
  kvm_coalesced_mmio_ring* ring = RingOf(machine);
  if (ring == nullptr) {
    return ErrnoStatus("KVM_CHECK_EXTENSION",
                       "KVM_CAP_COALESCED_MMIO: no ring in the vCPU's pages");
  }
  const uint32_t entries = RingEntries();
  const uint32_t first = ring->first, last = ring->last;
  if (first >= entries || last >= entries) {
    return absl::InternalError(absl::StrFormat(
        "the coalesced ring goes from %u to %u of %u", first, last, entries));
  }
  const uint32_t writes = (last + entries - first) % entries;
  if (writes != events) {
    return absl::InternalError(absl::StrFormat(
        "%u events left %u entries in the coalesced ring", events, writes));
  }
  for (uint32_t at = first; at != last; at = (at + 1) % entries) {
    const kvm_coalesced_mmio& entry = ring->coalesced_mmio[at];
    uint32_t value = 0;
    std::memcpy(&value, entry.data, sizeof(value));
    if (entry.phys_addr != address || entry.len != 4 || value != kNotifyValue) {
      return absl::InternalError(
          absl::StrFormat("a coalesced write of %#x, %u bytes, to %#x", value,
                          entry.len, entry.phys_addr));
    }
  }
  ring->first = last;
  return absl::OkStatus();
}

CoalescedWrites::CoalescedWrites(Machine& machine) : ring_(RingOf(machine)) {}

const kvm_coalesced_mmio* CoalescedWrites::Next() {
  if (ring_ == nullptr) return nullptr;
  const uint32_t entries = RingEntries();
  const uint32_t first = ring_->first;
  if (first == ring_->last || first >= entries) return nullptr;
  const kvm_coalesced_mmio* write = &ring_->coalesced_mmio[first];
  ring_->first = (first + 1) % entries;
  return write;
}

}  // namespace exitbench
