// The kinds of events that live_mix.S of x86-64 makes.
#ifndef EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_
#define EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_

#include <cstdint>

#include "guest_blobs/x86_64/abi.h"
#include "vmm/host/backend.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

enum MixKind {
  kMixPio,
  kMixPioRead,
  kMixMmio,
  kMixMmioRead,
  kMixCpuid,
  kMixHypercall,
  kMixFault
};
inline constexpr int kMixKinds = 7;

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
    {"pio", "pio/out", 0, true, "io_exits"},
    {"pio_read", "pio/in", 1, true, "io_exits"},
    {"mmio", "mmio/write", 2, true, "mmio_exits"},
    {"mmio_read", "mmio/read", 3, true, "mmio_exits"},
    // kvm_pvm emulates the instruction, and counts that alone.
    {"cpuid", "cpu/cpuid", 4, false, nullptr, kBackendPvm},
    {"hypercall", "hypercall/kernel", 6, false, "hypercalls", kBackendPvm},
    {"fault", "ept/violation_backed_write", 8, false, "pf_fixed"}};

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
    return run.io.direction == KVM_EXIT_IO_IN ? kMixPioRead : kMixPio;
  }
  if (run.exit_reason == KVM_EXIT_MMIO && run.mmio.phys_addr == EB_MMIO_GPA) {
    return run.mmio.is_write ? kMixMmio : kMixMmioRead;
  }
  return -1;
}

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_MODEL_X86_64_MIX_KINDS_H_
