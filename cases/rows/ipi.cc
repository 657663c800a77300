// ipi/: interrupts between vCPUs, and from a vCPU to itself. The local APIC's
// ICR by MSR (x2APIC: SDM vol. 3A 11.12.9, APM vol. 2 16.13) or by its memory
// window (xAPIC: SDM vol. 3A 11.6.1, APM vol. 2 16.5): two writes. To itself an
// x2APIC has a register of its own, SELF_IPI (SDM vol. 3A 11.12.11).
//
// `guest` is the round trip: from the ICR's write to the sender seeing that
// the receiver's handler has counted it. `one_way` ends at that handler's first
// instruction.
#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// What the receivers do; args[0] of their payload.
enum Target : uint64_t { kHalted = 0, kRunning = 1, kPausing = 2 };

// Between two events, for the receiver to be out of its handler and where the
// case is to find it: halted, or spinning.
constexpr uint32_t kRestUs = 40;
// Where all vCPUs share a CPU an event can take a time slice.
constexpr uint32_t kMostTogether = 30;
constexpr uint32_t kMostHalted = 300;
constexpr int kBroadcastVcpus = 3;
constexpr uint32_t kIcrOthers = 0xc0000;

template <ApicMode mode, Target target>
absl::Status PrepareIpi(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, mode));
  ParameterBlock& sender = machine.parameters(0);
  const uint64_t receivers = static_cast<uint64_t>(machine.vcpus() - 1);
  sender.args[0] = EB_IPI_VECTOR | (receivers > 1 ? kIcrOthers : 0);
  // The destination is local APIC 1; xAPIC has it in the top byte.
  const uint64_t destination = receivers > 1 ? 0 : 1;
  sender.args[1] = mode == ApicMode::kXapic ? destination << 24 : destination;
  sender.args[2] = receivers;
  EB_ASSIGN_OR_RETURN(sender.args[3], GuestTicks(machine, kRestUs));
  for (int i = 1; i < machine.vcpus(); ++i) {
    machine.parameters(i).args[0] = target;
  }
  return absl::OkStatus();
}

template <ApicMode mode>
absl::Status PrepareSelf(Machine& machine) {
  return StartApics(machine, mode);
}

absl::Status PrepareToken(Machine& machine) {
  machine.parameters(0).args[7] = 0;
  for (int i = 0; i < machine.vcpus(); ++i) {
    machine.parameters(i).args[0] = static_cast<uint64_t>(machine.vcpus());
    if (i > 0) {
      EB_RETURN_IF_ERROR(machine.vcpu(i).SetMpState(KVM_MP_STATE_RUNNABLE));
    }
  }
  return absl::OkStatus();
}

constexpr int kBroadcastReceivers = kBroadcastVcpus - 1;
constexpr CounterClaim kTwoInjections = {.counter = "irq_injections",
                                         .per_event = kBroadcastReceivers,
                                         .or_none = true};
constexpr CounterClaim kTwoHalts = {.counter = "halt_exits",
                                    .per_event = kBroadcastReceivers};

// A receiver that halts is in ring 0. One that spins is in ring 3, where every
// backend runs it as it is.
constexpr VmShape Vcpus(int vcpus, Target target) {
  return {
      .vcpus = vcpus, .side_ring = target == kHalted ? 0 : 3, .irqchip = true};
}

#define EB_IPI_ROW(ROW_NAME, TEXT, MODE, BLOB, TARGET, VCPUS, PLACE, MOST,    \
                   RINGS, ...)                                                \
  {                                                                           \
    .name = ROW_NAME, .measures = TEXT, .rings = RINGS, .blob = &blobs::BLOB, \
    .shape = Vcpus(VCPUS, TARGET), .claims = {__VA_ARGS__},                   \
    .needs = {kIrqchip, kX2apic},                                             \
    .prepare = PrepareIpi<ApicMode::MODE, TARGET>, .sides_stamp = true,       \
    .place = PLACE, .verify_batch = ExpectArrivedAtSides,                     \
    .verifies = "interrupts sent, as many counted by each receiver",          \
    .max_events = MOST, .revision = 2                                         \
  }

// One kind of receiver: by x2APIC and xAPIC, on CPUs apart and together.
#define EB_IPI_ROWS(KIND, TEXT, TARGET, VCPUS, MOST, MOST_TOGETHER, ...)    \
  EB_IPI_ROW("ipi/" KIND ".x2apic.apart",                                   \
             "IPI by x2APIC to " TEXT ", a physical CPU each", kX2apic,     \
             ipi_x2apic, TARGET, VCPUS, Place::kApart, MOST, kRing0,        \
             __VA_ARGS__),                                                  \
      EB_IPI_ROW("ipi/" KIND ".x2apic.together",                            \
                 "IPI by x2APIC to " TEXT                                   \
                 ", all on one physical CPU, so with "                      \
                 "the host's switch between them",                          \
                 kX2apic, ipi_x2apic, TARGET, VCPUS, Place::kTogether,      \
                 MOST_TOGETHER, kRing0, __VA_ARGS__),                       \
      EB_IPI_ROW("ipi/" KIND ".xapic.apart",                                \
                 "IPI by xAPIC to " TEXT ", a physical CPU each", kXapic,   \
                 ipi_xapic, TARGET, VCPUS, Place::kApart, MOST, kBothRings, \
                 __VA_ARGS__),                                              \
      EB_IPI_ROW("ipi/" KIND ".xapic.together",                             \
                 "IPI by xAPIC to " TEXT                                    \
                 ", all on one physical CPU, so with "                      \
                 "the host's switch between them",                          \
                 kXapic, ipi_xapic, TARGET, VCPUS, Place::kTogether,        \
                 MOST_TOGETHER, kBothRings, __VA_ARGS__)

#define EB_SELF_ROW(MODE, LOWER, BLOB, KIND, TEXT, ...)                      \
  {                                                                          \
    .name = "ipi/self." LOWER "." KIND,                                      \
    .measures = "IPI to itself by " LOWER ", taken at " TEXT                 \
                ", until its handler has returned",                          \
    .rings = kRing0, .blob = &blobs::self_ipi_##BLOB,                        \
    .shape = {.irqchip = true}, .claims = {__VA_ARGS__},                     \
    .needs = {kIrqchip, kX2apic}, .prepare = PrepareSelf<ApicMode::MODE>,    \
    .verify_batch = ExpectArrived,                                           \
    .verifies = "interrupts sent to itself, as many counted by its handler", \
    .max_events = kMostHalted                                                \
  }

#define EB_SELF_ROWS(MODE, LOWER, PREFIX)                                   \
  EB_SELF_ROW(MODE, LOWER, PREFIX##_sti_nop, "sti_nop", "STI and NOP",      \
              kOneInjection),                                               \
      EB_SELF_ROW(MODE, LOWER, PREFIX##_sti_hlt, "sti_hlt", "STI and HLT",  \
                  kOneInjection, kOneHaltUnlessPending, kOneHaltOrPending), \
      EB_SELF_ROW(MODE, LOWER, PREFIX##_tpr, "tpr",                         \
                  "lowering the task priority (CR8)", kOneInjection),       \
      EB_SELF_ROW(MODE, LOWER, PREFIX##_tpr_sti_nop, "tpr_sti_nop",         \
                  "STI and NOP, the task priority lowered before",          \
                  kOneInjection),                                           \
      EB_SELF_ROW(MODE, LOWER, PREFIX##_tpr_sti_hlt, "tpr_sti_hlt",         \
                  "STI and HLT, the task priority lowered before",          \
                  kOneInjection, kOneHaltUnlessPending, kOneHaltOrPending)

const Case kCases[] = {
    EB_IPI_ROWS("halted", "a halted vCPU", kHalted, 2, kMostHalted, kMostHalted,
                kOneInjection, kOneHalt),
    EB_IPI_ROWS("running", "a vCPU that spins", kRunning, 2, 0, kMostTogether,
                kOneInjection),
    EB_IPI_ROWS("pausing", "a vCPU that spins with PAUSE", kPausing, 2, 0,
                kMostTogether, kOneInjection),
    EB_IPI_ROW("ipi/broadcast.apart",
               "IPI by x2APIC to both other vCPUs, halted, a physical CPU "
               "each, until both have it",
               kX2apic, ipi_x2apic, kHalted, kBroadcastVcpus, Place::kApart,
               kMostHalted, kRing0, kTwoInjections, kTwoHalts),
    EB_IPI_ROW("ipi/broadcast.together",
               "IPI by x2APIC to both other vCPUs, halted, all on one physical "
               "CPU, until both have it",
               kX2apic, ipi_x2apic, kHalted, kBroadcastVcpus, Place::kTogether,
               kMostHalted, kRing0, kTwoInjections, kTwoHalts),
    EB_SELF_ROWS(kX2apic, "x2apic", x2apic),
    EB_SELF_ROWS(kXapic, "xapic", xapic),
    {.name = "ipi/eoi.x2apic",
     .measures = "end of interrupt by x2APIC, none being in service",
     .blob = &blobs::eoi_x2apic,
     .shape = {.irqchip = true},
     .claims = {OneExitOrNoneOn(kHardware), EmulatedPvmRing0(4)},
     .needs = {kIrqchip, kX2apic},
     .prepare = PrepareSelf<ApicMode::kX2apic>},
    {.name = "ipi/eoi.xapic",
     .measures = "end of interrupt by xAPIC, none being in service",
     .rings = kBothRings,
     .blob = &blobs::eoi_xapic,
     .shape = {.irqchip = true},
     .claims = {OneExitOrNoneOn(kHardware), EmulatedPvmRing0(2),
                kOneExitPvmRing3},
     .needs = {kIrqchip},
     .prepare = PrepareSelf<ApicMode::kXapic>},
    {.name = "ipi/ple_round_robin.apart",
     .measures = "a token passed to another vCPU and back, each waiting by "
                 "PAUSE, a physical CPU each: no exit but pause-loop exits",
     .rings = kBothRings,
     .blob = &blobs::token_pass,
     .shape = {.vcpus = 2, .irqchip = true},
     .claims = {kNoExitButOfPauses},
     .needs = {kIrqchip},
     .prepare = PrepareToken,
     .place = Place::kApart,
     .verify_batch = ExpectArrivedAtSides,
     .verifies = "rounds, as many passes counted by each other vCPU"},
    {.name = "ipi/ple_round_robin.together",
     .measures = "a token passed to another vCPU and back, each waiting by "
                 "PAUSE, all on one physical CPU: the host's scheduler, or its "
                 "yield at a pause-loop exit, decides",
     .rings = kBothRings,
     .blob = &blobs::token_pass,
     .shape = {.vcpus = 2, .irqchip = true},
     .needs = {kIrqchip},
     .prepare = PrepareToken,
     .place = Place::kTogether,
     .verify_batch = ExpectArrivedAtSides,
     .verifies = "rounds, as many passes counted by each other vCPU",
     .max_events = kMostTogether},
};

}  // namespace

absl::Span<const Case> IpiCases() { return kCases; }

}  // namespace exitbench
