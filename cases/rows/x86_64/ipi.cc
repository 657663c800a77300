// ipi/: interrupts between vCPUs, and from a vCPU to itself. With x2APIC one
// write to an MSR sends it, the local APIC's ICR (SDM vol. 3A 11.12.9, APM vol.
// 2 16.13). With xAPIC it takes two writes to the memory window (SDM vol.
// 3A 11.6.1, APM vol. 2 16.5). To itself an x2APIC sends by a register of its
// own, SELF_IPI (SDM vol. 3A 11.12.11).
//
// `guest` is the round trip: from the ICR's write until the sender sees that
// the receiver's handler has counted it. `one_way` ends at that handler's first
// instruction.
#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

// What the receivers do: args[0] of their payload.
enum Target : uint64_t { kHalted = 0, kRunning = 1, kPausing = 2 };

// Between two events the receiver has so long to leave its handler and to halt,
// or spin, again.
constexpr uint32_t kRestUs = 40;
// Where all vCPUs share a CPU, an event can take a time slice.
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
  // The destination is local APIC 1, which xAPIC has in the top byte.
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
                                    .per_event = kBroadcastReceivers,
                                    .disabled_by = kHltExits};

// A receiver that halts has to be in ring 0. One that spins is in ring 3, where
// every backend runs it natively.
constexpr VmShape Vcpus(int vcpus, Target target) {
  return {.vcpus = vcpus,
          .secondary_mode = target == kHalted ? kKernelMode : kUserMode,
          .irqchip = true};
}

// An IPI to other vCPUs. Each of them counts it.
struct Ipi {
  absl::string_view name;
  absl::string_view measures;
  int vcpus = 2;
  Place place = Place::kNowhere;
  Claims claims;
  uint32_t max_events = 0;
};

template <ApicMode mode, Target target>
constexpr Case Send(const Ipi& ipi) {
  constexpr bool kIsXapic = mode == ApicMode::kXapic;
  return {.name = ipi.name,
          .measures = ipi.measures,
          .modes = kIsXapic ? kBothModes : kKernelMode,
          .blob = kIsXapic ? &blobs::ipi_xapic : &blobs::ipi_x2apic,
          .shape = Vcpus(ipi.vcpus, target),
          .expect = {.claims = ipi.claims,
                     .verifies =
                         "interrupts sent, as many counted by each receiver"},
          .host = {.needs = {kIrqchip, kX2apic}},
          .prepare = PrepareIpi<mode, target>,
          .verify_batch = ExpectArrivedAtSecondaries,
          .stamps = Stamps::kArrivals,
          .place = ipi.place,
          .size = {.max_events = ipi.max_events},
          .revision = 2};
}

// An IPI of a vCPU to itself, taken once it lets interrupts in.
struct SelfIpi {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  Claims claims = {kOneInjection};
};

template <ApicMode mode>
constexpr Case SendToSelf(const SelfIpi& ipi) {
  return {.name = ipi.name,
          .measures = ipi.measures,
          .modes = kKernelMode,
          .blob = ipi.blob,
          .shape = {.irqchip = true},
          .expect =
              {.claims = ipi.claims,
               .verifies =
                   "interrupts sent to itself, as many counted by its handler"},
          .host = {.needs = {kIrqchip, kX2apic}},
          .prepare = PrepareSelf<mode>,
          .verify_batch = ExpectArrived,
          .size = {.max_events = kMostHalted}};
}

constexpr Claims kToHalted = {kOneInjection, kOneHalt};
constexpr Claims kToSpinning = {kOneInjection};
constexpr Claims kToTwoHalted = {kTwoInjections, kTwoHalts};
// At HLT the interrupt is pending already.
constexpr Claims kByHlt = {kOneInjection, kOneHaltUnlessPending,
                           kOneHaltOrPending};

constexpr Case kCases[] = {
    Send<ApicMode::kX2apic, kHalted>(
        {.name = "ipi/halted.x2apic.apart",
         .measures = "IPI by x2APIC to a halted vCPU, a physical CPU each",
         .place = Place::kApart,
         .claims = kToHalted,
         .max_events = kMostHalted}),
    Send<ApicMode::kX2apic, kHalted>(
        {.name = "ipi/halted.x2apic.together",
         .measures = "IPI by x2APIC to a halted vCPU, all on one physical CPU, "
                     "so with the host's switch between them",
         .place = Place::kTogether,
         .claims = kToHalted,
         .max_events = kMostHalted}),
    Send<ApicMode::kXapic, kHalted>(
        {.name = "ipi/halted.xapic.apart",
         .measures = "IPI by xAPIC to a halted vCPU, a physical CPU each",
         .place = Place::kApart,
         .claims = kToHalted,
         .max_events = kMostHalted}),
    Send<ApicMode::kXapic, kHalted>(
        {.name = "ipi/halted.xapic.together",
         .measures = "IPI by xAPIC to a halted vCPU, all on one physical CPU, "
                     "so with the host's switch between them",
         .place = Place::kTogether,
         .claims = kToHalted,
         .max_events = kMostHalted}),
    Send<ApicMode::kX2apic, kRunning>(
        {.name = "ipi/running.x2apic.apart",
         .measures = "IPI by x2APIC to a vCPU that spins, a physical CPU each",
         .place = Place::kApart,
         .claims = kToSpinning}),
    Send<ApicMode::kX2apic, kRunning>(
        {.name = "ipi/running.x2apic.together",
         .measures = "IPI by x2APIC to a vCPU that spins, all on one physical "
                     "CPU, so with the host's switch between them",
         .place = Place::kTogether,
         .claims = kToSpinning,
         .max_events = kMostTogether}),
    Send<ApicMode::kXapic, kRunning>(
        {.name = "ipi/running.xapic.apart",
         .measures = "IPI by xAPIC to a vCPU that spins, a physical CPU each",
         .place = Place::kApart,
         .claims = kToSpinning}),
    Send<ApicMode::kXapic, kRunning>(
        {.name = "ipi/running.xapic.together",
         .measures = "IPI by xAPIC to a vCPU that spins, all on one physical "
                     "CPU, so with the host's switch between them",
         .place = Place::kTogether,
         .claims = kToSpinning,
         .max_events = kMostTogether}),
    Send<ApicMode::kX2apic, kPausing>(
        {.name = "ipi/pausing.x2apic.apart",
         .measures = "IPI by x2APIC to a vCPU that spins with PAUSE, a "
                     "physical CPU each",
         .place = Place::kApart,
         .claims = kToSpinning}),
    Send<ApicMode::kX2apic, kPausing>(
        {.name = "ipi/pausing.x2apic.together",
         .measures = "IPI by x2APIC to a vCPU that spins with PAUSE, all on "
                     "one physical CPU, so with the host's switch between them",
         .place = Place::kTogether,
         .claims = kToSpinning,
         .max_events = kMostTogether}),
    Send<ApicMode::kXapic, kPausing>(
        {.name = "ipi/pausing.xapic.apart",
         .measures = "IPI by xAPIC to a vCPU that spins with PAUSE, a physical "
                     "CPU each",
         .place = Place::kApart,
         .claims = kToSpinning}),
    Send<ApicMode::kXapic, kPausing>(
        {.name = "ipi/pausing.xapic.together",
         .measures = "IPI by xAPIC to a vCPU that spins with PAUSE, all on one "
                     "physical CPU, so with the host's switch between them",
         .place = Place::kTogether,
         .claims = kToSpinning,
         .max_events = kMostTogether}),
    Send<ApicMode::kX2apic, kHalted>(
        {.name = "ipi/broadcast.apart",
         .measures = "IPI by x2APIC to both other vCPUs, halted, a physical "
                     "CPU each, until both have it",
         .vcpus = kBroadcastVcpus,
         .place = Place::kApart,
         .claims = kToTwoHalted,
         .max_events = kMostHalted}),
    Send<ApicMode::kX2apic, kHalted>(
        {.name = "ipi/broadcast.together",
         .measures = "IPI by x2APIC to both other vCPUs, halted, all on one "
                     "physical CPU, until both have it",
         .vcpus = kBroadcastVcpus,
         .place = Place::kTogether,
         .claims = kToTwoHalted,
         .max_events = kMostHalted}),
    SendToSelf<ApicMode::kX2apic>(
        {.name = "ipi/self.x2apic.sti_nop",
         .measures = "IPI to itself by x2apic, taken at STI and NOP, until its "
                     "handler has returned",
         .blob = &blobs::self_ipi_x2apic_sti_nop}),
    SendToSelf<ApicMode::kX2apic>(
        {.name = "ipi/self.x2apic.sti_hlt",
         .measures = "IPI to itself by x2apic, taken at STI and HLT, until its "
                     "handler has returned",
         .blob = &blobs::self_ipi_x2apic_sti_hlt,
         .claims = kByHlt}),
    SendToSelf<ApicMode::kX2apic>(
        {.name = "ipi/self.x2apic.tpr",
         .measures = "IPI to itself by x2apic, taken at lowering the task "
                     "priority (CR8), until its handler has returned",
         .blob = &blobs::self_ipi_x2apic_tpr}),
    SendToSelf<ApicMode::kX2apic>(
        {.name = "ipi/self.x2apic.tpr_sti_nop",
         .measures = "IPI to itself by x2apic, taken at STI and NOP, the task "
                     "priority lowered before, until its handler has returned",
         .blob = &blobs::self_ipi_x2apic_tpr_sti_nop}),
    SendToSelf<ApicMode::kX2apic>(
        {.name = "ipi/self.x2apic.tpr_sti_hlt",
         .measures = "IPI to itself by x2apic, taken at STI and HLT, the task "
                     "priority lowered before, until its handler has returned",
         .blob = &blobs::self_ipi_x2apic_tpr_sti_hlt,
         .claims = kByHlt}),
    SendToSelf<ApicMode::kXapic>(
        {.name = "ipi/self.xapic.sti_nop",
         .measures = "IPI to itself by xapic, taken at STI and NOP, until its "
                     "handler has returned",
         .blob = &blobs::self_ipi_xapic_sti_nop}),
    SendToSelf<ApicMode::kXapic>(
        {.name = "ipi/self.xapic.sti_hlt",
         .measures = "IPI to itself by xapic, taken at STI and HLT, until its "
                     "handler has returned",
         .blob = &blobs::self_ipi_xapic_sti_hlt,
         .claims = kByHlt}),
    SendToSelf<ApicMode::kXapic>(
        {.name = "ipi/self.xapic.tpr",
         .measures = "IPI to itself by xapic, taken at lowering the task "
                     "priority (CR8), until its handler has returned",
         .blob = &blobs::self_ipi_xapic_tpr}),
    SendToSelf<ApicMode::kXapic>(
        {.name = "ipi/self.xapic.tpr_sti_nop",
         .measures = "IPI to itself by xapic, taken at STI and NOP, the task "
                     "priority lowered before, until its handler has returned",
         .blob = &blobs::self_ipi_xapic_tpr_sti_nop}),
    SendToSelf<ApicMode::kXapic>(
        {.name = "ipi/self.xapic.tpr_sti_hlt",
         .measures = "IPI to itself by xapic, taken at STI and HLT, the task "
                     "priority lowered before, until its handler has returned",
         .blob = &blobs::self_ipi_xapic_tpr_sti_hlt,
         .claims = kByHlt}),
    {.name = "ipi/eoi.x2apic",
     .measures = "end of interrupt by x2APIC, none being in service",
     .blob = &blobs::eoi_x2apic,
     .shape = {.irqchip = true},
     .expect = {.claims = {OneExitOrNoneOn(kHardware), EmulatedPvmRing0(4)}},
     .host = {.needs = {kIrqchip, kX2apic}},
     .prepare = PrepareSelf<ApicMode::kX2apic>},
    {.name = "ipi/eoi.xapic",
     .measures = "end of interrupt by xAPIC, none being in service",
     .modes = kBothModes,
     .blob = &blobs::eoi_xapic,
     .shape = {.irqchip = true},
     .expect = {.claims = {OneExitOrNoneOn(kHardware), EmulatedPvmRing0(2),
                           kOneExitPvmRing3}},
     .host = {.needs = {kIrqchip}},
     .prepare = PrepareSelf<ApicMode::kXapic>},
    {.name = "ipi/ple_round_robin.apart",
     .measures = "a token passed to another vCPU and back, each waiting by "
                 "PAUSE, a physical CPU each: no exit but pause-loop exits",
     .modes = kBothModes,
     .blob = &blobs::token_pass,
     .shape = {.vcpus = 2, .irqchip = true},
     .expect = {.claims = {kNoExitButOfPauses},
                .verifies =
                    "rounds, as many passes counted by each other vCPU"},
     .host = {.needs = {kIrqchip}},
     .prepare = PrepareToken,
     .verify_batch = ExpectArrivedAtSecondaries,
     .place = Place::kApart},
    {.name = "ipi/ple_round_robin.together",
     .measures = "a token passed to another vCPU and back, each waiting by "
                 "PAUSE, all on one physical CPU: the host's scheduler, or its "
                 "yield at a pause-loop exit, decides",
     .modes = kBothModes,
     .blob = &blobs::token_pass,
     .shape = {.vcpus = 2, .irqchip = true},
     .expect = {.verifies =
                    "rounds, as many passes counted by each other vCPU"},
     .host = {.needs = {kIrqchip}},
     .prepare = PrepareToken,
     .verify_batch = ExpectArrivedAtSecondaries,
     .place = Place::kTogether,
     .size = {.max_events = kMostTogether}},
};

}  // namespace

absl::Span<const Case> IpiCases() { return kCases; }

}  // namespace exitbench
