#include "cases/support/guest_calls.h"

#include <sys/eventfd.h>

#include <cerrno>

#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "guest_blobs/abi.h"
#include "vmm/arch_guest.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

struct CallState {
  UniqueFd irqfd;
  UniqueFd ended;
  UniqueFd call;
  uint64_t events = 0;  // Over the VM's life.
};

CallState& State(Machine& machine) { return machine.case_state<CallState>(); }

absl::Status Expect(const char* who, int index, uint64_t counted,
                    uint64_t events) {
  if (counted == events) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%s %d has counted %d of %d events", who, index, counted, events));
}

absl::StatusOr<UniqueFd> MakeEventfd(int flags) {
  UniqueFd fd(eventfd(0, flags | EFD_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("eventfd", "");
  return fd;
}

}  // namespace

absl::StatusOr<UniqueFd> NewCallEventfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(UniqueFd call, MakeEventfd(0));
  kvm_ioeventfd binding = {};
  binding.addr = EB_MMIO_GPA;
  binding.len = 4;
  binding.fd = call.get();
  EB_RETURN_IF_ERROR(EB_IOCTL(machine.vm().fd(), KVM_IOEVENTFD, &binding,
                              absl::StrFormat("at %#x", EB_MMIO_GPA))
                         .status());
  return call;
}

absl::Status MakeCallEventfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(State(machine).call, NewCallEventfd(machine));
  return absl::OkStatus();
}

int CallEventfd(Machine& machine) { return State(machine).call.get(); }

absl::StatusOr<int> NewIrqEventfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(State(machine).irqfd, MakeEventfd(EFD_NONBLOCK));
  return State(machine).irqfd.get();
}

absl::StatusOr<int> NewEndEventfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(State(machine).ended, MakeEventfd(EFD_NONBLOCK));
  return State(machine).ended.get();
}

absl::StatusOr<uint64_t> TakeEnds(Machine& machine) {
  uint64_t ends = 0;
  const ssize_t n = sys::Read(State(machine).ended.get(), &ends, sizeof(ends));
  // Without a signal the read fails so.
  if (n < 0 && errno != EAGAIN) return ErrnoStatus("read", "eventfd");
  return n < 0 ? 0 : ends;
}

const char* ServeByIrqfd(Machine& machine, uint64_t) {
  const uint64_t one = 1;
  const bool written =
      sys::Write(State(machine).irqfd.get(), &one, sizeof(one)) == sizeof(one);
  return written ? nullptr : "write to the irqfd";
}

const char* ServeByMailbox(Machine& machine, uint64_t number) {
  __atomic_store_n(&machine.parameters(0).args[7], number + 1,
                   __ATOMIC_RELEASE);
  return nullptr;
}

absl::Status ExpectArrived(Machine& machine, uint32_t events) {
  CallState& state = State(machine);
  state.events += events;
  return Expect("vCPU", 0, machine.parameters(0).results[1], state.events);
}

absl::Status ExpectArrivedAtSecondaries(Machine& machine, uint32_t events) {
  CallState& state = State(machine);
  state.events += events;
  for (int i = 1; i < machine.vcpus(); ++i) {
    EB_RETURN_IF_ERROR(
        Expect("vCPU", i, machine.parameters(i).results[0], state.events));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> GuestTicks(Machine& machine, uint32_t us) {
  EB_ASSIGN_OR_RETURN(const int64_t khz, GuestClockKhz(machine.vcpu()));
  return static_cast<uint64_t>(khz) * us / 1000;
}

}  // namespace exitbench
