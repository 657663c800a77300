// vm/: calls that wire eventfds into a VM, as a VMM does for each queue of each
// device, and the end of a VM. KVM API 4.59 and 4.75.
//
// KVM_IOEVENTFD publishes a copy of the VM's I/O bus and waits until no vCPU
// reads the old one (virt/kvm/kvm_main.c, kvm_io_bus_register_dev), KVM_IRQFD
// takes locks alone when it adds and waits when it removes
// (virt/kvm/eventfd.c). So a running vCPU counts.
#include <fcntl.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/running_vcpu.h"
#include "guest_blobs/payloads.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// A call may wait for the rest of the host (RCU), for milliseconds.
constexpr uint32_t kMostCalls = 100;
constexpr uint32_t kGsi = 24;

enum class Wire { kIoeventfd, kIrqfd };

struct Wiring {
  UniqueFd event;
  kvm_ioeventfd ioeventfd = {};
  kvm_irqfd irqfd = {};
  RunningVcpu running;  // Last, so that it ends first.
};

template <Wire kWire, bool kRunning>
absl::Status Prepare(Machine& machine) {
  Wiring& wiring = machine.case_state<Wiring>();
  wiring.event = UniqueFd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wiring.event.valid()) return ErrnoStatus("eventfd", "");
  wiring.ioeventfd.addr = EB_MMIO_GPA;
  wiring.ioeventfd.len = 4;
  wiring.ioeventfd.fd = wiring.event.get();
  wiring.irqfd.fd = static_cast<uint32_t>(wiring.event.get());
  wiring.irqfd.gsi = kGsi;
  return kRunning ? wiring.running.Start(machine) : absl::OkStatus();
}

template <Wire kWire, bool kAdd>
int Rewire(Machine& machine) {
  Wiring& wiring = machine.case_state<Wiring>();
  if (kWire == Wire::kIoeventfd) {
    wiring.ioeventfd.flags = kAdd ? 0 : KVM_IOEVENTFD_FLAG_DEASSIGN;
    return Call(machine.vm().fd(), "KVM_IOEVENTFD", KVM_IOEVENTFD,
                &wiring.ioeventfd);
  }
  wiring.irqfd.flags = kAdd ? 0 : KVM_IRQFD_FLAG_DEASSIGN;
  return Call(machine.vm().fd(), "KVM_IRQFD", KVM_IRQFD, &wiring.irqfd);
}

constexpr const char* NameOf(Wire wire) {
  return wire == Wire::kIoeventfd ? "KVM_IOEVENTFD" : "KVM_IRQFD";
}

template <Wire kWire>
absl::Status Add(Machine& machine) {
  EB_RETURN_IF_ERROR(machine.case_state<Wiring>().running.status());
  if (Rewire<kWire, true>(machine) == 0) return absl::OkStatus();
  return ErrnoStatus(NameOf(kWire), "add");
}

template <Wire kWire>
absl::Status Added(Machine& machine, int result, int error) {
  if (result != 0) return Refused(NameOf(kWire), result, error);
  EB_RETURN_IF_ERROR(machine.case_state<Wiring>().running.status());
  if (Rewire<kWire, false>(machine) == 0) return absl::OkStatus();
  return ErrnoStatus(NameOf(kWire), "remove");
}

template <Wire kWire>
absl::Status Removed(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  return Refused(NameOf(kWire), result, error);
}

absl::StatusOr<Conclusion> FinishRunning(Machine& machine) {
  return machine.case_state<Wiring>().running.Finish();
}

struct Named {
  absl::string_view name;
  absl::string_view measures;
};

template <Wire kWire, bool kAdd, bool kRunning = false>
constexpr Case Wired(const Named& named) {
  Case row = {.name = named.name,
              .measures = named.measures,
              .host_loop = {.guest = kRunning ? &blobs::spin : nullptr,
                            .before = kAdd ? nullptr : Add<kWire>,
                            .timed = Rewire<kWire, kAdd>,
                            .after = kAdd ? Added<kWire> : Removed<kWire>,
                            .guest_beside = kRunning},
              .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
              .prepare = Prepare<kWire, kRunning>,
              .finish = kRunning ? FinishRunning : nullptr,
              .size = {.max_events = kMostCalls}};
  if (kWire == Wire::kIrqfd) {
    row.shape.irqchip = true;
    row.host.needs = {EB_NEED_CAP(KVM_CAP_IRQFD)};
  }
  return row;
}

// The end of a VM.

struct Closing {
  UniqueFd vm;
  UniqueFd vcpu;
  int numbers[2] = {-1, -1};  // Of both, once they are closed.
};

absl::Status MakeVm(Machine& machine) {
  Closing& closing = machine.case_state<Closing>();
  EB_ASSIGN_OR_RETURN(closing.vm, machine.kvm().CreateVmFd());
  kvm_userspace_memory_region region = {};
  region.memory_size = machine.low().bytes();
  region.userspace_addr = reinterpret_cast<uint64_t>(machine.low().host());
  EB_RETURN_IF_ERROR(
      EB_IOCTL(closing.vm.get(), KVM_SET_USER_MEMORY_REGION, &region, "slot 0")
          .status());
  EB_ASSIGN_OR_RETURN(const int vcpu,
                      EB_IOCTL(closing.vm.get(), KVM_CREATE_VCPU, 0, "vCPU 0"));
  closing.vcpu = UniqueFd(vcpu);
  closing.numbers[0] = closing.vm.get();
  closing.numbers[1] = vcpu;
  return absl::OkStatus();
}

int CloseVm(Machine& machine) {
  Closing& closing = machine.case_state<Closing>();
  closing.vcpu = UniqueFd();
  closing.vm = UniqueFd();
  return 0;
}

absl::Status Closed(Machine& machine, int, int) {
  for (int fd : machine.case_state<Closing>().numbers) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) {
      return absl::InternalError(
          absl::StrCat("descriptor ", fd, " is still open"));
    }
  }
  return absl::OkStatus();
}

constexpr Case kCases[] = {
    {.name = "vm/close_vm",
     .measures = "close(2) of the last descriptors of a VM with one slot and "
                 "one vCPU that has not run (KVM API 3)",
     .host_loop = {.before = MakeVm, .timed = CloseVm, .after = Closed},
     .size = {.max_events = kMostVms}},
    Wired<Wire::kIoeventfd, true>(
        {"vm/ioeventfd_add",
         "KVM_IOEVENTFD that adds an MMIO address (KVM API 4.59)"}),
    Wired<Wire::kIoeventfd, true, true>(
        {"vm/ioeventfd_add.running",
         "the same while a vCPU runs in the VM (KVM API 4.59)"}),
    Wired<Wire::kIoeventfd, false>(
        {"vm/ioeventfd_remove",
         "KVM_IOEVENTFD that removes an MMIO address (KVM API 4.59)"}),
    Wired<Wire::kIoeventfd, false, true>(
        {"vm/ioeventfd_remove.running",
         "the same while a vCPU runs in the VM (KVM API 4.59)"}),
    Wired<Wire::kIrqfd, true>(
        {"vm/irqfd_add", "KVM_IRQFD that adds an eventfd (KVM API 4.75)"}),
    Wired<Wire::kIrqfd, true, true>(
        {"vm/irqfd_add.running",
         "the same while a vCPU runs in the VM (KVM API 4.75)"}),
    Wired<Wire::kIrqfd, false>(
        {"vm/irqfd_remove",
         "KVM_IRQFD that removes an eventfd (KVM API 4.75)"}),
    Wired<Wire::kIrqfd, false, true>(
        {"vm/irqfd_remove.running",
         "the same while a vCPU runs in the VM (KVM API 4.75)"}),
};

}  // namespace

absl::Span<const Case> VmWiringCases() { return kCases; }

}  // namespace exitbench
