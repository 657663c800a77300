#include "tests/census/behaviour.h"

#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {

std::optional<Behaviour> HostCallBehaviour(const Situation& s) {
  // kvm_main.c: ioctls that enter no guest, and KVM_RUN with immediate_exit
  // (kvm_arch_vcpu_ioctl_run), move none of the counters.
  for (const char* prefix : {"vm/", "slot/", "checkpoint/", "dirty/"}) {
    if (absl::StartsWith(s.name, prefix)) return Behaviour();
  }
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
