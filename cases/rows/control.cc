// control/: what measuring itself costs.
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/terms.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

absl::Status SetImmediateExit(Machine& machine) {
  machine.vcpu().run().immediate_exit = 1;
  return absl::OkStatus();
}

absl::Status ExpectEintr(Machine&, int result, int error) {
  if (result == -1 && error == EINTR) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("KVM_RUN returned ", result,
                                          " errno ", error,
                                          ", expected -1 and EINTR"));
}

// The signal is blocked here, and let through while KVM_RUN runs.
constexpr int kWaitingSignal = SIGUSR2;

sigset_t WaitingSignal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kWaitingSignal);
  return set;
}

// KVM_SET_SIGNAL_MASK (KVM API 4.21) takes the kernel's own sigset, 8 bytes.
struct OneSignalMask {
  kvm_signal_mask header;
  uint8_t mask[8];
};
static_assert(offsetof(OneSignalMask, mask) == sizeof(kvm_signal_mask));

absl::Status BlockWaitingSignal(Machine& machine) {
  const sigset_t waiting = WaitingSignal();
  if (pthread_sigmask(SIG_BLOCK, &waiting, nullptr) != 0) {
    return absl::InternalError("can't block a signal");
  }
  OneSignalMask nothing_blocked = {};
  nothing_blocked.header.len = sizeof(nothing_blocked.mask);
  return EB_IOCTL(machine.vcpu().fd(), KVM_SET_SIGNAL_MASK, &nothing_blocked,
                  "")
      .status();
}

absl::Status RaiseWaitingSignal(Machine&) {
  if (pthread_kill(pthread_self(), kWaitingSignal) != 0) {
    return absl::InternalError("can't raise a signal");
  }
  return absl::OkStatus();
}

absl::Status TakeWaitingSignal(Machine& machine, int result, int error) {
  const sigset_t waiting = WaitingSignal();
  const timespec at_once = {};
  if (sigtimedwait(&waiting, nullptr, &at_once) != kWaitingSignal) {
    return absl::InternalError("KVM_RUN lost the signal that broke it");
  }
  EB_RETURN_IF_ERROR(ExpectEintr(machine, result, error));
  if (machine.vcpu().run().exit_reason == KVM_EXIT_INTR) {
    return absl::OkStatus();
  }
  return absl::InternalError("KVM_RUN was broken, but not by the signal");
}

// Has a number that no vCPU knows.
constexpr unsigned long kNoSuchIoctl = _IO(KVMIO, 0xfe);

int CallNoSuchIoctl(Machine& machine) {
  return sys::Ioctl(machine.vcpu().fd(), "no such ioctl", kNoSuchIoctl, 0);
}

absl::Status ExpectRefusal(Machine&, int result, int error) {
  if (result == -1 && (error == EINVAL || error == ENOTTY)) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("an ioctl that KVM has not returned ",
                                          result, ": ", std::strerror(error)));
}

constexpr uint32_t kNative = kHardware | kBackendPvm;

constexpr Case kCases[] = {
    {.name = "control/idle",
     .measures = "two consecutive " EB_TERM_CLOCK
                 " stamps in the guest, nothing between",
     .modes = kBothModes,
     .blob = &blobs::idle,
     .expect = {.never_exits = kNative}},
    {.name = "control/empty_loop",
     .measures = "a counted loop of 32 passes with nothing in it, in the guest",
     .modes = kBothModes,
     .blob = &blobs::empty_loop,
     .expect = {.never_exits = kNative,
                // The MOV, and 32 times DEC and JNZ.
                .claims = {EmulatedPvmRing0(65)}},
     .native = true},
    {.name = "control/nop",
     .measures = "one NOP in the guest: an instruction that nobody intercepts",
     .modes = kBothModes,
     .blob = &blobs::nop,
     .expect = {.never_exits = kNative, .claims = {EmulatedPvmRing0(1)}},
     .native = true},
    {.name = "control/immediate_exit",
     .measures = "KVM_RUN with immediate_exit set: into the kernel and back, "
                 "the guest never entered (KVM API 5)",
     .host_loop = {.before = SetImmediateExit,
                   .timed = RunVcpu,
                   .after = ExpectEintr},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IMMEDIATE_EXIT)}}},
    {.name = "control/signal_exit",
     .measures = "KVM_RUN broken by a signal that waits for it: EINTR, "
                 "KVM_EXIT_INTR (KVM API 4.21)",
     .host_loop = {.before = RaiseWaitingSignal,
                   .timed = RunVcpu,
                   .after = TakeWaitingSignal},
     .expect = {.claims = {{.counter = "signal_exits"}}},
     .prepare = BlockWaitingSignal},
    {.name = "control/ioctl_floor",
     .measures = "an ioctl on the vCPU that fails at once: what every vCPU "
                 "ioctl costs at least",
     .host_loop = {.timed = CallNoSuchIoctl, .after = ExpectRefusal}},
};

}  // namespace

absl::Span<const Case> ControlCases() { return kCases; }

}  // namespace exitbench
