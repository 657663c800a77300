// The kinds of events that live_mix.S of x86-64 makes.
#ifndef EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_
#define EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_

#include <cstdint>

#include "guest_blobs/x86_64/abi.h"
#include "vmm/host/backend.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// In the order of the payload's arguments.
enum MixKind { kMixPio, kMixMmio, kMixCpuid, kMixHypercall, kMixFault };
inline constexpr int kMixKinds = 5;

struct MixKindSpec {
  const char* name;
  const char* case_name;  // Which measures just such events.
  bool to_userspace = false;
  // The statistic of KVM's that counts them, if one does; and the backends
  // where nothing does.
  const char* statistic = nullptr;
  uint32_t uncounted_by = 0;
};
inline constexpr MixKindSpec kMixKindSpecs[kMixKinds] = {
    // kvm_pvm emulates the instruction, and counts that alone.
    {"pio", "pio/out", true, "io_exits"},
    {"mmio", "mmio/write", true, "mmio_exits"},
    {"cpuid", "cpu/cpuid", false, nullptr, kBackendPvm},
    {"hypercall", "hypercall/kernel", false, "hypercalls", kBackendPvm},
    {"fault", "ept/violation_backed_write", false, "pf_fixed"}};

// Of which kind the exit of a doorbell is to KVM.
inline constexpr MixKind kDoorbellKind = kMixPio;

// How far apart the pages of faults are.
inline constexpr uint64_t kMixStrideBytes = 0x8000;

// What is added to args[6] of the payload: VMMCALL or VMCALL.
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
