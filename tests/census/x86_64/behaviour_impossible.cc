// Events that can't be made: what a limit, a need or a probe is to keep from
// being tried. kvm_pvm's are as seen with Linux 6.18.
#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {

const char* WhyImpossible(const Situation& s) {
  if (s.IsPvmRing0()) {
    if (absl::StartsWith(s.name, "hypercall/") || IsPvHypercall(s.name)) {
      return "VMCALL and VMMCALL of ring 0 are executed again for ever";
    }
    for (const char* name :
         {"cpu/rdtscp", "cpu/int3", "exit/debug_sw_breakpoint"}) {
      if (s.name == name) return "the emulator has no such instruction";
    }
    if (s.name == "exit/memory_fault") {
      return "an access by the emulator becomes MMIO";
    }
    if (s.name == "exit/set_tpr") {
      return "MOV to CR8 is emulated to its end";
    }
  }
  if (s.IsPvmRing3() && absl::StartsWith(s.name, "exit/debug_")) {
    return "the guest takes the exception";
  }
  // VMX and SVM, as they are in hardware, can do all of them; what QEMU's SVM
  // and Bochs lack is seen where they run.
  return nullptr;
}

}  // namespace exitbench
