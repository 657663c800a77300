// control/: what measuring itself costs.
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "cases/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

absl::Status SetImmediateExit(Machine& machine) {
  machine.vcpu().run().immediate_exit = 1;
  return absl::OkStatus();
}

int RunVcpu(Machine& machine) { return machine.vcpu().Run(); }

absl::Status ExpectEintr(Machine&, int result, int error) {
  if (result == -1 && error == EINTR) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "KVM_RUN with immediate_exit returned ", result, " errno ", error));
}

constexpr Case kCases[] = {
    {.name = "control/idle",
     .measures = "two consecutive TSC stamps in the guest, nothing between",
     .rings = kBothRings,
     .blob = &blobs::idle,
     .never_exits = kHardware},
    {.name = "control/immediate_exit",
     .measures = "KVM_RUN with immediate_exit set: into the kernel and back, "
                 "the guest never entered",
     .host_loop = {.before = SetImmediateExit,
                   .timed = RunVcpu,
                   .after = ExpectEintr}},
};

}  // namespace

absl::Span<const Case> ControlCases() { return kCases; }

}  // namespace exitbench
