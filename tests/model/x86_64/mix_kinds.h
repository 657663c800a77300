// The kinds of events that live_mix.S of x86-64 makes.
#ifndef EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_
#define EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_

#include <cstdint>

#include "guest_blobs/x86_64/abi.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// In the order of the payload's arguments.
enum MixKind { kMixPio, kMixMmio, kMixCpuid, kMixHypercall, kMixFault };
inline constexpr int kMixKinds = 5;

struct MixKindSpec {
  const char* name;
  const char* case_name;    // Which measures just such events.
  bool to_userspace = false;
};
inline constexpr MixKindSpec kMixKindSpecs[kMixKinds] = {
    {"pio", "pio/out", true},
    {"mmio", "mmio/write", true},
    {"cpuid", "cpu/cpuid"},
    {"hypercall", "hypercall/kernel"},
    {"fault", "ept/violation_backed_write"}};

// How far apart the pages of faults are.
inline constexpr uint64_t kMixStrideBytes = 0x8000;

// args[6] of the payload.
inline uint64_t MixArchArgument(const Kvm& kvm) {
  return (kvm.backend().backend & kBackendVmx) == 0;
}

// Returns the kind of an exit to userspace; -1 if it is none of the mix's.
inline int MixKindOf(const kvm_run& run) {
  if (run.exit_reason == KVM_EXIT_IO && run.io.port == EB_EVENT_PORT) {
    return kMixPio;
  }
  if (run.exit_reason == KVM_EXIT_MMIO && run.mmio.phys_addr == EB_MMIO_GPA) {
    return kMixMmio;
  }
  return -1;
}

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_
