// The kinds of events that live_mix.S of arm64 makes.
#ifndef EXITBENCH_TESTS_MODEL_ARM64_MIX_KINDS_H_
#define EXITBENCH_TESTS_MODEL_ARM64_MIX_KINDS_H_

#include <cstdint>

#include "guest_blobs/arm64/abi.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

enum MixKind { kMixMmio, kMixMmioRead, kMixSysreg, kMixHypercall, kMixFault };
inline constexpr int kMixKinds = 5;

struct MixKindSpec {
  const char* name;
  const char* case_name;  // Which measures just such events.
  // Where the payload's arguments have its count, from the first of them on:
  // two to an argument, the second one in its upper half.
  int place = 0;
  bool to_userspace = false;
  // The statistic of KVM's that counts them, with others of the same statistic,
  // if one does; and the backends where nothing does.
  const char* statistic = nullptr;
  uint32_t uncounted_by = 0;
};
inline constexpr MixKindSpec kMixKindSpecs[kMixKinds] = {
    {"mmio", "mmio/write", 0, true, "mmio_exit_user"},
    {"mmio_read", "mmio/read", 1, true, "mmio_exit_user"},
    {"sysreg", "sysreg/id_read", 2},
    {"hypercall", "hypercall/kernel", 4, false, "hvc_exit_stat"},
    {"fault", "ept/violation_backed_write", 6}};

// Of which kind the exit of a doorbell is to KVM.
inline constexpr MixKind kDoorbellKind = kMixMmio;

// How far apart the pages of faults are.
inline constexpr uint64_t kMixStrideBytes = 0x10000;

// What is added to args[6] of the payload.
inline uint64_t MixArchArgument(const Kvm&) { return 0; }

// Returns the kind of an exit to userspace; -1 if it is none of the mix's.
inline int MixKindOf(const kvm_run& run) {
  if (run.exit_reason == KVM_EXIT_MMIO && run.mmio.phys_addr == EB_MMIO_GPA) {
    return run.mmio.is_write ? kMixMmio : kMixMmioRead;
  }
  return -1;
}

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_MODEL_ARM64_MIX_KINDS_H_
