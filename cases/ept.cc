// ept/: second-level page faults. EPT violation (SDM vol. 3C 29.3.3), nested
// page fault (APM vol. 2 15.25.6); on a host that shadows, shadow faults.
#include "cases/claims.h"
#include "cases/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// Shadow paging fills eight entries at a fault; a stride of eight pages makes
// each touch a fault of its own on every backend.
constexpr uint64_t kStrideBytes = 8 * 4096;
constexpr uint32_t kPages = 1024;

absl::Status Prepare(Machine& machine) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = kStrideBytes;
  machine.data().PopulateStride(kStrideBytes);
  return absl::OkStatus();
}

// Taking the slot away drops every second-level entry for it, and leaves the
// host's pages where they are.
absl::Status ForgetMappings(Machine& machine, uint32_t) {
  absl::Status status = machine.RemoveDataSlot();
  if (!status.ok()) return status;
  return machine.AddDataSlot(0);
}

constexpr CounterClaim kFixed = {.counter = "pf_fixed", .per_event = 1};
constexpr CounterClaim kTaken = {.counter = "pf_taken", .per_event = 1};
constexpr Limit kPvmRing0 = {
    .backends = kBackendPvm,
    .rings = kRing0,
    .reason = "kvm_pvm emulates ring 0 loads and stores: no shadow fault"};

const Case kCases[] = {
    {.name = "ept/violation",
     .measures = "first store to a page that the host has backed and the "
                 "guest has never touched",
     .rings = kBothRings,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kPages * kStrideBytes},
     .claims = {kTaken, kFixed, kOneExit},
     .limits = {kPvmRing0},
     .prepare = Prepare,
     .before_batch = ForgetMappings,
     .max_batch = kPages,
     // Removing the slot drops all mappings, the payload's own pages' too.
     .batch_slack = 32},
};

}  // namespace

absl::Span<const Case> EptCases() { return kCases; }

}  // namespace exitbench
