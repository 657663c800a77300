// mmio/: memory-mapped I/O on a GPA that no slot backs. EPT violation or
// misconfiguration (SDM vol. 3C 29.3.3), nested page fault (APM vol. 2 15.25).
#include "cases/claims.h"
#include "cases/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

const Case kCases[] = {
    {.name = "mmio/write",
     .measures = "4-byte store to unbacked memory, handled in userspace "
                 "(KVM_EXIT_MMIO)",
     .rings = kBothRings,
     .blob = &blobs::mmio_write,
     .exit = MmioWrite(EB_MMIO_GPA, 4),
     .claims = {kOneExitAnywhere, kOneMmioExit}},
    {.name = "mmio/read",
     .measures = "4-byte load from unbacked memory, handled in userspace "
                 "(KVM_EXIT_MMIO)",
     .rings = kBothRings,
     .blob = &blobs::mmio_read,
     .exit = MmioRead(EB_MMIO_GPA, 4),
     .claims = {kOneExitAnywhere, kOneMmioExit}},
};

}  // namespace

absl::Span<const Case> MmioCases() { return kCases; }

}  // namespace exitbench
