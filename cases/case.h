// A case: one guest payload, and the facts of what running it must look like.
// Plain data; the harness owns everything that is the same for every case.
#ifndef EXITBENCH_CASES_CASE_H_
#define EXITBENCH_CASES_CASE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "guest_blobs/blob.h"
#include "results/model/model.h"
#include "vmm/backend.h"
#include "vmm/feature_set.h"
#include "vmm/guest_mode.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// A short list in a row: written in braces, or set from a list that has a name,
// which an array could not be.
template <typename T, size_t kMost>
class RowList {
 public:
  constexpr RowList() = default;
  constexpr RowList(std::initializer_list<T> items) {  // NOLINT: implicit.
    EB_CHECK(items.size() <= kMost);
    for (const T& item : items) items_[size_++] = item;
  }

  constexpr const T* begin() const { return items_; }
  constexpr const T* end() const { return items_ + size_; }
  constexpr T* begin() { return items_; }
  constexpr T* end() { return items_ + size_; }
  constexpr bool empty() const { return size_ == 0; }

 private:
  T items_[kMost] = {};
  size_t size_ = 0;
};

// Which exit to userspace each event makes.
struct ExpectedExit {
  // No exit: the kernel handles the event, or nothing does.
  static constexpr uint32_t kNone = ~0u;

  // KVM_RUN fails with run_errno. Older kernels say no reason beside it, so
  // none is looked at.
  static constexpr uint32_t kErrno = ~0u - 1;

  uint32_t reason = kNone;  // KVM_EXIT_*
  bool is_write = false;    // Of a port, of memory.
  uint8_t size_bytes = 0;   // Of one element.
  uint64_t address = 0;     // GPA, or number of the port.
  // Any address in [address, address + address_bytes) is right.
  uint64_t address_bytes = 1;
  uint64_t number = 0;  // Of a hypercall, of a register.
  // Elements per event: REP OUTS of 26 bytes is one exit of 26 elements on one
  // backend and 26 exits of one on another. Both are 26 elements.
  uint32_t elements = 1;
  // KVM_RUN fails with this errno instead of returning 0.
  int run_errno = 0;
};

constexpr ExpectedExit MmioWrite(uint64_t gpa, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_MMIO,
          .is_write = true,
          .size_bytes = size_bytes,
          .address = gpa};
}

constexpr ExpectedExit MmioRead(uint64_t gpa, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_MMIO,
          .is_write = false,
          .size_bytes = size_bytes,
          .address = gpa};
}

// Each event goes to another address below gpa + span_bytes.
constexpr ExpectedExit MmioWriteWithin(uint64_t gpa, uint64_t span_bytes,
                                       uint8_t size_bytes) {
  return {.reason = KVM_EXIT_MMIO,
          .is_write = true,
          .size_bytes = size_bytes,
          .address = gpa,
          .address_bytes = span_bytes};
}

// `exit`, but of so many elements for each event.
constexpr ExpectedExit OfElements(uint32_t elements, ExpectedExit exit) {
  exit.elements = elements;
  return exit;
}

constexpr ExpectedExit ExitOf(uint32_t reason) { return {.reason = reason}; }

constexpr ExpectedExit RunFails(int run_errno) {
  return {.reason = ExpectedExit::kErrno, .run_errno = run_errno};
}

// A claim on one of the kernel's counters (KVM_GET_STATS_FD): by how much it
// moves per event, and where that is known to hold. Elsewhere the counter is
// one that the backend lacks, and the proof says so.
struct CounterClaim {
  const char* counter = nullptr;
  double per_event = 1;
  uint32_t backends = kAnyBackend;
  uint32_t modes = kBothModes;
  bool of_vm = false;  // A counter of the VM, not the vCPU.
  // The event moves the counter by `per_event` to `per_event_most`, depending
  // on the processor or its load; 0: by exactly `per_event`.
  double per_event_most = 0;
  // The event may as well not move it at all: some processors have the event
  // trap and some don't. The proof says which this one is.
  bool or_none = false;
  // What the control twin moves it by, per event, is taken off first.
  bool over_control = false;
  // Holds only on hosts that have all of these features and none of those.
  // Where one of them is unknown it may as well not hold.
  uint32_t with = 0;  // Of the architecture's features.
  uint32_t without = 0;
  // The point of the case: it is not proven where this can't be told.
  bool required = false;
};
using Claims = RowList<CounterClaim, 6>;

// What the host must offer.
struct Need {
  const char* name = nullptr;  // As shown: "KVM_CAP_IOEVENTFD".
  // KVM_CHECK_EXTENSION is asked for it. KVM_CAP_IRQCHIP is 0.
  int capability = -1;
  int bits = 0;  // All of these in the answer; 0: any but 0.
  // Where no capability says it: asked instead.
  bool (*offered)(const Kvm& kvm) = nullptr;
};
using Needs = RowList<Need, 3>;

// EB_NEED_CAP(KVM_CAP_IOEVENTFD)
#define EB_NEED_CAP(cap) \
  ::exitbench::Need { .name = #cap, .capability = cap }

// A known limit: there the case can't run, whatever the capabilities say.
struct Limit {
  uint32_t backends = 0;
  uint32_t modes = kBothModes;
  const char* reason = nullptr;
};
using Limits = RowList<Limit, 4>;

// A case without a guest loop: the host's own calls are what is timed.
struct HostLoop {
  // What the vCPU has to run, entered once: for calls of KVM_RUN. Null: a
  // payload that rings the doorbell.
  const GuestBlob* guest = nullptr;
  // Untimed, before each event; may be null.
  absl::Status (*before)(Machine&) = nullptr;
  // Timed. What it returns goes to `after`. No allocation, no logging.
  int (*timed)(Machine&) = nullptr;
  // Untimed: checks that the event was what it claims to be; cleans up.
  absl::Status (*after)(Machine&, int result, int error) = nullptr;
};

// For HostLoop::timed: KVM_RUN.
inline int RunVcpu(Machine& machine) { return machine.vcpu().Run(); }

// Where the threads beside vCPU 0's are pinned: the other vCPUs', the service
// thread.
enum class Place : uint8_t {
  kNowhere,   // There are none.
  kApart,     // On CPUs of their own.
  kTogether,  // All on vCPU 0's.
};

// A thread of the host's that answers the guest while vCPU 0 runs. The guest
// counts its calls at results[0] of vCPU 0 over the VM's life.
struct Service {
  // What the thread does for call `number` (from 0): injects, answers. Stamped
  // just before. No allocation, no logging. Returns null, or what failed, with
  // errno. Null: no such thread.
  const char* (*serve)(Machine&, uint64_t number) = nullptr;
  // The eventfd that a call signals, on which the thread sleeps: it serves as
  // many calls as were signalled. Null: the thread polls results[0].
  int (*call_fd)(Machine&) = nullptr;
  // From a call to its service.
  uint32_t delay_us = 0;
  // The guest counts what reached it at results[1]; the thread waits for that.
  bool acknowledged = false;
};

// Knobs that a case obeys: cases/catalogue/knobs.h.
enum KnobBits : uint32_t {
  kKnobGuestPage = 1u << 0,
  kKnobHostPage = 1u << 1,
  kKnobWorkingSet = 1u << 2,
};

// A figure of a case's own, one per run: pages per harvest, a slowdown.
struct Figure {
  const char* name = nullptr;
  Unit unit = Unit::kUnspecified;
  Direction direction = Direction::kUnspecified;
  double value = 0;
};

// What a case's own check adds to the proof, as text; empty: nothing.
struct Conclusion {
  std::string shown;
  // What could not be told here although it is the case's point: then the case
  // is not proven.
  std::string lacking;
};

// What an event must look like, and what proves that it happened.
struct Expectation {
  ExpectedExit exit;
  // Backends on which the event must cause no VM exit at all: there the exit
  // counter must stand still.
  uint32_t never_exits = 0;
  Claims claims;
  // What verify_batch counted, one for each event, as the proof is to say it:
  // "eventfd signals counted". Null if it shows less than that.
  const char* verifies = nullptr;
};

// What the host must have for the case to run.
struct Requirements {
  Needs needs;
  Limits limits;
  // kUnimplemented, naming what is missing, where `needs` can't say it. Null:
  // nothing more is needed.
  absl::Status (*supported)(const Kvm& kvm) = nullptr;
  // Where no capability and no CPUID bit tells whether a host can run the case:
  // why it can't if a few events, run in a child process at start-up, fail.
  const char* probe = nullptr;
  // Memory that the hooks allocate beside the VM's own, at most.
  uint64_t hook_bytes = 0;
};

// Whose clocks see an event, and at which moments. docs/interrupts.md has the
// times that come of it.
enum class Stamps : uint8_t {
  // The guest stamps just before the event and just after. With a service, the
  // second is its handler's, or when it saw the answer.
  kAroundEvent,
  // The same, and vCPUs 1 and up stamp each event's arrival.
  kArrivals,
  // The guest stamps its handler's first instruction and the return from it.
  kHandler,
  // `answer` is an interrupt or ends in one. The host stamps that moment, to
  // measure from there to the guest's second stamp, which is its handler's. The
  // first is just before the event.
  kInjection,
  // `answer` is stamped as for kInjection; the guest's stamps are kHandler's.
  kInjectionHandler,
  // The first stamp is a moment that the guest computed, so between the two is
  // nothing that the control twin has as well and could be taken off.
  kLateness,
};

// The host stamps the moment of its answer.
constexpr bool Injects(Stamps stamps) {
  return stamps == Stamps::kInjection || stamps == Stamps::kInjectionHandler;
}
// Both of the guest's stamps are its handler's.
constexpr bool StampsHandler(Stamps stamps) {
  return stamps == Stamps::kHandler || stamps == Stamps::kInjectionHandler;
}

// What one event is made of, where time per event is not all there is to say:
// bytes moved (adds ticks per byte and MB/s), and so many of `item` (adds ticks
// per item, as metric "per_item").
struct PerEvent {
  uint64_t bytes = 0;
  uint32_t items = 0;
  const char* item = nullptr;  // "page", "access".
};

// How many events make a batch, and how many a run.
struct Sizes {
  // Events in one batch, where the usual number is not right (0: the usual).
  uint32_t batch = 0;
  // Most events in one batch, most in one run (0: no limit of its own).
  uint32_t max_batch = 0;
  uint32_t max_events = 0;
  // Case memory that each event uses up; a batch ends when it is used up.
  uint64_t fresh_bytes = 0;
  // Case memory that each event touches, where events go over all of it again
  // and again: warming up goes over it once at least.
  uint64_t touched_bytes = 0;
  // Counts that a batch itself adds to the claimed counters, at most: hooks
  // that drop mappings make the batch's own pages fault again.
  uint32_t batch_slack = 0;
};

struct Case {
  // The key that diff matches by: "pio/out". Never reused for something else.
  absl::string_view name;
  // One sentence in field terms, shown by `list`.
  absl::string_view measures;
  // GuestMode bits: each makes a case of its own. Kernel mode has the plain
  // name, user mode adds the architecture's suffix (".ring3").
  uint32_t modes = kKernelMode;
  // The event in a loop, with its control twin. Null for a host loop.
  const GuestBlob* blob = nullptr;
  HostLoop host_loop;
  VmShape shape;
  Expectation expect;
  Requirements host;

  // Hooks, none of them timed; each may be null.
  // Once per VM.
  absl::Status (*prepare)(Machine&) = nullptr;
  // Before each batch.
  absl::Status (*before_batch)(Machine&, uint32_t events) = nullptr;
  // After each of the event's exits: what the guest is to find. Between the
  // host's stamps of two KVM_RUNs, so part of the userspace leg. Returns null,
  // or what failed, with errno.
  const char* (*answer)(Machine&, kvm_run&) = nullptr;
  // After each batch: side effects that must have happened.
  absl::Status (*verify_batch)(Machine&, uint32_t events) = nullptr;
  // After a run: figures of its own. `mean_ticks` is the mean time of an event.
  std::vector<Figure> (*figures)(Machine&, double mean_ticks) = nullptr;
  // Once after a run and its figures: what only all events together can tell.
  absl::StatusOr<Conclusion> (*finish)(Machine&) = nullptr;

  Stamps stamps = Stamps::kAroundEvent;
  Place place = Place::kNowhere;
  Service service;
  // The event is so many passes of DEC and JNZ, and the harness does as many
  // itself after each batch, to compare how even both are; 0: it is not.
  uint32_t quantum_passes = 0;
  PerEvent per_event;
  Sizes size;
  // The payload needs no privilege, handler or exit, and its only addresses
  // are args[] that point into case memory: --native runs it in our own
  // process too.
  bool native = false;
  uint32_t knobs = 0;  // KnobBits.
  // Raised when a host loop, or a hook, changes what the figures mean.
  uint32_t revision = 1;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CASE_H_
