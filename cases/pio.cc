// pio/: port I/O. SDM vol. 3C 26.1.3 IN/OUT; APM vol. 2 15.10 IOIO.
#include "cases/claims.h"
#include "cases/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

const Case kCases[] = {
    {.name = "pio/out",
     .measures = "OUT of one byte, handled in userspace (KVM_EXIT_IO)",
     .rings = kBothRings,
     .blob = &blobs::pio_out,
     .exit = PioOut(EB_EVENT_PORT, 1),
     .claims = {kOneExitAnywhere, kOneIoExit}},
    {.name = "pio/in",
     .measures = "IN of one byte, handled in userspace (KVM_EXIT_IO)",
     .rings = kBothRings,
     .blob = &blobs::pio_in,
     .exit = PioIn(EB_EVENT_PORT, 1),
     .claims = {kOneExitAnywhere, kOneIoExit}},
};

}  // namespace

absl::Span<const Case> PioCases() { return kCases; }

}  // namespace exitbench
