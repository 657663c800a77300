// shadow/: what a guest does to its own page tables. With shadow paging each of
// these costs the hypervisor, with second-level paging (EPT, NPT) none exits.
// These are the events of the shadow-paging tables of Xen's hardware VMs, on
// KVM.
//
// The guest edits its tables itself, since a shadow does not see what the host
// writes there.
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"
#include "vmm/x86_64/tables.h"

namespace exitbench {
namespace {

constexpr uint64_t kDataBytes = kHugePageBytes;
constexpr uint32_t kShadows = kHardwareShadow | kBackendPvm;

// Faults that keep a shadow in step with the guest's tables.
constexpr CounterClaim ShadowFaults(int faults) {
  return {.counter = "pf_taken",
          .per_event = static_cast<double>(faults),
          .backends = kHardwareShadow,
          .over_control = true};
}

// Exits on hardware that shadows. Some come from the CR3 load between events.
constexpr CounterClaim ShadowExits(int least, int most) {
  return {.counter = "exits",
          .per_event = static_cast<double>(least),
          .backends = kHardwareShadow,
          .per_event_most = static_cast<double>(most)};
}

constexpr CounterClaim kOneInvlpg = {.counter = "invlpg", .backends = kShadows};
constexpr CounterClaim kOneFlush = {.counter = "tlb_flush",
                                    .backends = kHardwareShadow};

uint64_t& Word(Machine& machine, uint64_t gpa) {
  uint8_t* at =
      gpa >= EB_DATA_GPA ? machine.data().At(gpa, 8) : machine.low().At(gpa, 8);
  return *reinterpret_cast<uint64_t*>(at);
}

// The payloads touch page 0, which can be mapped to page 8 too.
constexpr uint64_t kPageGpa = EB_DATA_GPA;
constexpr uint64_t kOtherPageGpa = EB_DATA_GPA + 8 * kPageBytes;

template <bool kRemap>
absl::Status PreparePteWrite(Machine& machine) {
  machine.data().Populate();
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = DataPteGpa(kPageGpa);
  block.args[1] = Word(machine, DataPteGpa(kRemap ? kOtherPageGpa : kPageGpa));
  block.args[2] = Word(machine, DataPteGpa(kPageGpa));
  block.args[3] = kPageGpa;
  return absl::OkStatus();
}

absl::Status PreparePteToggle(Machine& machine) {
  machine.data().Populate();
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = DataPteGpa(kPageGpa);
  block.args[1] = Word(machine, DataPteGpa(kPageGpa));
  block.args[2] = kPageGpa;
  return absl::OkStatus();
}

absl::Status PrepareInvlpg(Machine& machine) {
  machine.data().Populate();
  machine.parameters(0).args[0] = kPageGpa;
  return absl::OkStatus();
}

// The second root is a copy of the first, made before the guest has run.
template <bool kSwitch>
absl::Status PrepareCr3(Machine& machine) {
  machine.data().Populate();
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = block.args[1] = EB_PAGE_TABLES_GPA;
  block.args[2] = kPageGpa;
  if (!kSwitch) return absl::OkStatus();
  block.args[0] = kOtherPageGpa;
  Word(machine, kOtherPageGpa) = Word(machine, EB_PAGE_TABLES_GPA);
  return absl::OkStatus();
}

// Takes a page out of the guest's tables.
absl::Status PrepareGuestFault(Machine& machine) {
  machine.data().Populate();
  Word(machine, DataPteGpa(kPageGpa)) = 0;
  machine.parameters(0).args[0] = kPageGpa;
  return absl::OkStatus();
}

constexpr uint32_t kProcesses = 8;
constexpr uint32_t kProcessPages = 64;
constexpr uint64_t kProcessTableBytes = 4 * kPageBytes;

absl::Status PrepareMotion(Machine& machine) {
  machine.data().Populate();
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = kProcesses;
  block.args[2] = EB_DATA_GPA + kProcesses * kProcessTableBytes;
  block.args[3] = kProcessPages;
  return absl::OkStatus();
}
// As counted in memory_motion.S: 19 instructions, and the bodies of its three
// loops.
constexpr int kMotionInstructions = 19 + (5 + 4 + 4) * kProcessPages;
static_assert(kProcesses * kProcessTableBytes + kProcessPages * kPageBytes <=
              kDataBytes);

// What a guest does to tables that it uses. With second-level paging none of it
// exits.
struct TableEvent {
  absl::string_view name;
  absl::string_view measures;
  uint32_t modes = kKernelMode;
  const GuestBlob* blob = nullptr;
  Claims claims;
  absl::Status (*prepare)(Machine&) = nullptr;
};

constexpr Case OnTables(const TableEvent& event) {
  return {.name = event.name,
          .measures = event.measures,
          .modes = event.modes,
          .blob = event.blob,
          .shape = {.data_bytes = kDataBytes},
          .expect = {.never_exits = kTwoDimensional, .claims = event.claims},
          .prepare = event.prepare};
}

constexpr Case kCases[] = {
    OnTables(
        {.name = "shadow/pte_write_same",
         .measures = "store to a page-table entry in use, of the value it has",
         .blob = &blobs::pte_write,
         .claims = {EmulatedPvmRing0(1), ShadowFaults(1), ShadowExits(2, 3)},
         .prepare = PreparePteWrite<false>}),
    OnTables(
        {.name = "shadow/pte_write_remap",
         .measures = "store to a page-table entry in use that makes it map "
                     "another page",
         .blob = &blobs::pte_write,
         // The touch between events, through the new entry, is the second.
         .claims = {EmulatedPvmRing0(1), ShadowFaults(2), ShadowExits(3, 4)},
         .prepare = PreparePteWrite<true>}),
    OnTables(
        {.name = "shadow/pte_toggle_invlpg",
         .measures = "take a page-table entry away, put it back, INVLPG, touch",
         .blob = &blobs::pte_toggle_invlpg,
         .claims = {EmulatedPvmRing0(4), OneExitOn(kHardwareShadow),
                    kOneInvlpg},
         .prepare = PreparePteToggle}),
    OnTables({.name = "shadow/invlpg_touch",
              .measures = "INVLPG of a mapped page, and a load from it",
              .blob = &blobs::invlpg_touch,
              .claims = {EmulatedPvmRing0(2), OneExitOn(kHardwareShadow),
                         kOneInvlpg},
              .prepare = PrepareInvlpg}),
    OnTables(
        {.name = "shadow/cr3_reload",
         .measures = "load CR3 with the value it has, and a load from a page",
         .blob = &blobs::cr3_touch,
         .claims = {EmulatedPvmRing0(2), OneExitOn(kHardwareShadow), kOneFlush},
         .prepare = PrepareCr3<false>}),
    OnTables(
        {.name = "shadow/cr3_switch",
         .measures = "load CR3 with another root, two in turns, and a load "
                     "from a page",
         .blob = &blobs::cr3_touch,
         .claims = {EmulatedPvmRing0(2), OneExitOn(kHardwareShadow), kOneFlush},
         .prepare = PrepareCr3<true>}),
    OnTables({.name = "shadow/guest_page_fault",
              .measures = "load from a page that the guest's own tables do not "
                          "map, to the end of the guest's handler",
              .modes = kBothModes,
              .blob = &blobs::guest_page_fault,
              // The load, and three instructions of the handler.
              .claims = {EmulatedPvmRing0(4),
                         OneExitOn(kHardwareShadow),
                         {.counter = "pf_guest", .backends = kShadows}},
              .prepare = PrepareGuestFault}),
    {.name = "mem/memory_motion",
     .measures = "a short process: build an address space of 64 pages, load "
                 "CR3, write to each page, unmap them, load CR3",
     .blob = &blobs::memory_motion,
     .shape = {.data_bytes = kDataBytes},
     .expect =
         {.never_exits = kTwoDimensional,
          .claims = {EmulatedPvmRing0(kMotionInstructions),
                     ShadowExits(2, 40),
                     // Two CR3 loads, and whatever else has to be forgotten.
                     {.counter = "tlb_flush",
                      .per_event = 2,
                      .backends = kHardwareShadow,
                      .per_event_most = 20}}},
     .prepare = PrepareMotion,
     .per_event = {.items = kProcessPages, .item = "page"},
     .size = {.batch = 50, .max_events = 500}},
};

}  // namespace

absl::Span<const Case> ShadowCases() { return kCases; }

}  // namespace exitbench
