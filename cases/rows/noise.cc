// noise/: a fixed quantum of work, over and over. Batches of the guest's
// alternate with batches of this process, on the same CPU. What a quantum takes
// longer than the others is a detour: somebody else's work.
#include "cases/arch/terms.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// So many take long against a stamp, and are short against a detour of some
// microseconds.
constexpr uint32_t kPasses = 16384;
// Few, so that detours and exits are counted against each other closely.
constexpr uint32_t kBatch = 50;

absl::Status Prepare(Machine& machine) {
  machine.parameters(0).args[0] = kPasses;
  return absl::OkStatus();
}

constexpr KnownLimitation kPvmRing0 = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason = "kvm_pvm emulates ring 0: the quantum would be the emulator's"};

constexpr Case kCases[] = {
    {.name = "noise/fixed_work",
     .measures =
         "16384 passes of " EB_TERM_PASS
         ", in the guest and in this process in turn: how even they are",
     .modes = kBothModes,
     .blob = &blobs::quantum,
     .expect = {.never_exits = kHardware | kBackendPvm},
     .host = {.limitations = {kPvmRing0}},
     .prepare = Prepare,
     .quantum_passes = kPasses,
     .size = {.max_batch = kBatch}},
};

}  // namespace

absl::Span<const Case> NoiseCases() { return kCases; }

}  // namespace exitbench
