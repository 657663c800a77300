// ipi/: interrupts between vCPUs, and from a vCPU to itself. They are SGIs,
// sent by a write of ICC_SGI1R_EL1 (Arm IHI 0069).
//
// `guest` is the round trip: from the write until the sender sees that the
// receiver's handler has counted it. `one_way` ends at that handler's first
// instruction.
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// What the receivers do: args[0] of their payload.
enum Target : uint64_t { kWaiting = 0, kRunning = 1 };

// Between two events the receiver has so long to leave its handler and to wait,
// or spin, again.
constexpr uint32_t kRestUs = 40;
// Where all vCPUs share a CPU, an event can take a time slice.
constexpr uint32_t kMostTogether = 30;
constexpr uint32_t kMostWaiting = 300;
constexpr int kBroadcastVcpus = 3;
// What goes to ICC_SGI1R_EL1: the INTID, and vCPU 1 or all others.
constexpr uint64_t kSgi = uint64_t{EB_IPI_INTID} << 24;
constexpr uint64_t kToVcpu1 = 1 << 1;
constexpr uint64_t kToOthers = uint64_t{1} << 40;

template <Target target, bool by_hardware>
absl::Status PrepareIpi(Machine& machine) {
  ParameterBlock& sender = machine.parameters(0);
  const uint64_t receivers = static_cast<uint64_t>(machine.vcpus() - 1);
  sender.args[0] = kSgi | (receivers > 1 ? kToOthers : kToVcpu1);
  sender.args[2] = receivers;
  EB_ASSIGN_OR_RETURN(sender.args[3], GuestTicks(machine, kRestUs));
  sender.args[4] = by_hardware;
  for (int i = 1; i < machine.vcpus(); ++i) {
    machine.parameters(i).args[0] = target;
  }
  return absl::OkStatus();
}

// The guest has asked, and says whether it was granted.
absl::Status ExpectHardwareSgis(Machine& machine, uint32_t events) {
  if (machine.parameters(0).results[2] == 1) {
    return ExpectArrivedAtSecondaries(machine, events);
  }
  return absl::UnimplementedError(
      "no SGIs that the hardware delivers: they take a GICv4.1, and "
      "kvm-arm.vgic_v4_enable=1");
}

absl::Status PrepareToken(Machine& machine) {
  machine.parameters(0).args[7] = 0;
  for (int i = 0; i < machine.vcpus(); ++i) {
    machine.parameters(i).args[0] = static_cast<uint64_t>(machine.vcpus());
  }
  return absl::OkStatus();
}

// An SGI to other vCPUs. Each of them counts it.
struct Ipi {
  absl::string_view name;
  absl::string_view measures;
  int vcpus = 2;
  Place place = Place::kNowhere;
  Claims claims;
  uint32_t max_events = 0;
};

template <Target target, bool by_hardware = false>
constexpr Case Send(const Ipi& ipi) {
  return {.name = ipi.name,
          .measures = ipi.measures,
          .blob = &blobs::ipi_sgi,
          .shape = {.vcpus = ipi.vcpus, .irqchip = true},
          .expect = {.claims = ipi.claims,
                     .verifies =
                         "interrupts sent, as many counted by each receiver"},
          .host = {.needs = {kIrqchip}},
          .prepare = PrepareIpi<target, by_hardware>,
          .verify_batch =
              by_hardware ? ExpectHardwareSgis : ExpectArrivedAtSecondaries,
          .stamps = Stamps::kArrivals,
          .place = ipi.place,
          .size = {.max_events = ipi.max_events}};
}

// An SGI of a vCPU to itself, taken once it lets interrupts in.
struct SelfIpi {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  Claims claims = kOneTrap;
};

constexpr Case SendToSelf(const SelfIpi& ipi) {
  return {.name = ipi.name,
          .measures = ipi.measures,
          .blob = ipi.blob,
          .shape = {.irqchip = true},
          .expect =
              {.claims = ipi.claims,
               .verifies =
                   "interrupts sent to itself, as many counted by its handler"},
          .host = {.needs = {kIrqchip}},
          .verify_batch = ExpectArrived};
}

constexpr Claims kToWaiting = {kWfiOrPending};

constexpr Case kCases[] = {
    Send<kWaiting>({.name = "ipi/halted.sgi.apart",
                    .measures = "SGI to a vCPU in WFI, a physical CPU each",
                    .place = Place::kApart,
                    .claims = kToWaiting,
                    .max_events = kMostWaiting}),
    Send<kWaiting>({.name = "ipi/halted.sgi.together",
                    .measures = "SGI to a vCPU in WFI, all on one physical "
                                "CPU, so with the host's switch between them",
                    .place = Place::kTogether,
                    .claims = kToWaiting,
                    .max_events = kMostWaiting}),
    Send<kRunning>({.name = "ipi/running.sgi.apart",
                    .measures = "SGI to a vCPU that spins, a physical CPU each",
                    .place = Place::kApart}),
    Send<kRunning>({.name = "ipi/running.sgi.together",
                    .measures = "SGI to a vCPU that spins, all on one physical "
                                "CPU, so with the host's switch between them",
                    .place = Place::kTogether,
                    .max_events = kMostTogether}),
    Send<kRunning, true>(
        {.name = "ipi/running.hardware_sgi.apart",
         .measures = "SGI to a vCPU that spins, a physical CPU each, which the "
                     "hardware delivers (GICv4.1, GICD_CTLR.nASSGIreq; Arm IHI "
                     "0069)",
         .place = Place::kApart}),
    Send<kWaiting>({.name = "ipi/broadcast.apart",
                    .measures = "SGI to both other vCPUs, in WFI, a physical "
                                "CPU each, until both have it",
                    .vcpus = kBroadcastVcpus,
                    .place = Place::kApart,
                    .max_events = kMostWaiting}),
    Send<kWaiting>({.name = "ipi/broadcast.together",
                    .measures = "SGI to both other vCPUs, in WFI, all on one "
                                "physical CPU, until both have it",
                    .vcpus = kBroadcastVcpus,
                    .place = Place::kTogether,
                    .max_events = kMostWaiting}),
    SendToSelf({.name = "ipi/self.sgi.unmask",
                .measures = "SGI to itself, taken when PSTATE lets interrupts "
                            "in, until its handler has returned",
                .blob = &blobs::self_sgi_unmask}),
    SendToSelf({.name = "ipi/self.sgi.wfi",
                .measures = "SGI to itself, taken when PSTATE lets interrupts "
                            "in after WFI, until its handler has returned",
                .blob = &blobs::self_sgi_wfi,
                .claims = {{.counter = "exits",
                            .backends = kHardware,
                            .per_event_most = 2},
                           kWfiOrPending}}),
    SendToSelf({.name = "ipi/self.sgi.pmr",
                .measures = "SGI to itself, taken at raising the priority mask "
                            "(ICC_PMR_EL1), until its handler has returned",
                .blob = &blobs::self_sgi_pmr}),
    {.name = "ipi/wfe_round_robin.apart",
     .measures = "a token passed to another vCPU and back, each waiting by "
                 "WFE for the other's store, a physical CPU each",
     .modes = kBothModes,
     .blob = &blobs::wfe_pass,
     .shape = {.vcpus = 2},
     .expect = {.verifies =
                    "rounds, as many passes counted by each other vCPU"},
     .prepare = PrepareToken,
     .verify_batch = ExpectArrivedAtSecondaries,
     .place = Place::kApart},
    {.name = "ipi/wfe_round_robin.together",
     .measures = "a token passed to another vCPU and back, each waiting by "
                 "WFE for the other's store, all on one physical CPU: the "
                 "host's scheduler, or KVM's yield at a trapped WFE, decides",
     .modes = kBothModes,
     .blob = &blobs::wfe_pass,
     .shape = {.vcpus = 2},
     .expect = {.verifies =
                    "rounds, as many passes counted by each other vCPU"},
     .prepare = PrepareToken,
     .verify_batch = ExpectArrivedAtSecondaries,
     .place = Place::kTogether,
     .size = {.max_events = kMostTogether}},
};

}  // namespace

absl::Span<const Case> IpiCases() { return kCases; }

}  // namespace exitbench
