#include "tests/census/behaviour.h"

#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

// A turn of a vCPU is an OUT to the doorbell (vmx.c: handle_io, svm.c:
// io_interception; PVM: #GP by the TSS's bitmap). The counters are those of the
// first VM.
Behaviour TurnsBehaviour(absl::string_view name) {
  Behaviour b;
  if (absl::StartsWith(name, "switch/threads.")) return b;
  const bool two = absl::StartsWith(name, "switch/vcpus.") ||
                   name == "switch/vcpu.one_thread";
  b.event.exits = two ? 2 : 1;
  return b;
}

}  // namespace

std::optional<Behaviour> HostCallBehaviour(const Situation& s) {
  // kvm_main.c: ioctls that enter no guest, and KVM_RUN with immediate_exit
  // (kvm_arch_vcpu_ioctl_run), move none of the counters.
  for (const char* prefix : {"vm/", "slot/", "checkpoint/", "dirty/"}) {
    if (absl::StartsWith(s.name, prefix)) return Behaviour();
  }
  // Each window of scale/ is many events, which its own hooks count.
  if (absl::StartsWith(s.name, "scale/")) return Behaviour();
  if (absl::StartsWith(s.name, "switch/")) return TurnsBehaviour(s.name);
  for (const char* name : {"control/immediate_exit", "control/ioctl_floor"}) {
    if (s.name == name) return Behaviour();
  }
  if (s.name == "control/signal_exit") {
    // linux/kvm_host.h: kvm_handle_signal_exit.
    Behaviour b;
    b.event.signal_exits = 1;
    return b;
  }
  return std::nullopt;
}

std::optional<Behaviour> BehaviourOf(const Situation& s) {
  for (const auto by_group :
       {CpuBehaviour, IoBehaviour, UserspaceExitBehaviour, MemoryBehaviour,
        ShadowBehaviour, InterruptBehaviour, PvBehaviour, NestedBehaviour,
        HostCallBehaviour}) {
    if (std::optional<Behaviour> b = by_group(s)) return b;
  }
  return std::nullopt;
}

}  // namespace exitbench
