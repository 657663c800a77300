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
#include "vmm/guest_mode.h"
#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// A short list in a row. It is written in braces, or set from a list that has a
// name, which an array could not be.
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

// The exit to userspace that each event makes.
struct ExpectedExit {
  // No exit: the kernel handles the event, or nothing does.
  static constexpr uint32_t kNone = ~0u;

  // KVM_RUN fails with run_errno. Older kernels give no reason then, so none is
  // looked at.
  static constexpr uint32_t kErrno = ~0u - 1;

  uint32_t reason = kNone;  // KVM_EXIT_*
  bool is_write = false;    // Of a port, of memory.
  uint8_t size_bytes = 0;   // Of one element.
  uint64_t address = 0;     // GPA, or number of the port.
  // Any address in [address, address + address_bytes) is right.
  uint64_t address_bytes = 1;
  uint64_t number = 0;  // Of a hypercall, of a register.
  // Elements per event. REP OUTS of 26 bytes is one exit of 26 elements on one
  // backend, and 26 exits of one element on another.
  uint32_t elements = 1;
  // KVM_RUN fails with this errno instead of returning 0.
  int run_errno = 0;

  // Returns whether an exit of reason KVM_EXIT_MMIO is as expected.
  bool MatchesMmio(const kvm_run& run) const {
    return run.mmio.phys_addr - address < address_bytes &&
           run.mmio.len == size_bytes && (run.mmio.is_write != 0) == is_write;
  }
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
// moves per event, and where that is known to hold. Where a backend lacks the
// counter, the proof says so.
struct CounterClaim {
  const char* counter = nullptr;
  double per_event = 1;
  uint32_t backends = kAnyBackend;
  uint32_t modes = kBothModes;
  bool of_vm = false;  // A counter of the VM, not the vCPU.
  // Where the processor or its load decides: the event moves the counter by
  // `per_event` to `per_event_most`. 0: by exactly `per_event`.
  double per_event_most = 0;
  // The event may also not move it at all: on some processors it traps, on
  // others it does not. The proof says which it was here.
  bool or_none = false;
  // What the control moves it by, per event, is taken off first.
  bool over_control = false;
  // The claim holds on hosts that have all features of `with` and none of
  // `without`. Where one of them is unknown, the claim may hold or not.
  uint32_t with = 0;  // Of the architecture's features.
  uint32_t without = 0;
  // The claim is the point of the case: where the kernel does not count it, the
  // case is not proven.
  bool required = false;
  // Exits that the user can have guests do without (DisabledExit). Without any
  // of these the event does not move the counter.
  uint32_t disabled_by = 0;
  // That the counter moves as claimed proves the event. False where it says how
  // often something happened, and not that it was the event: the claim may then
  // be contradicted, and the case is consistent at best.
  bool proves = true;
};
using Claims = RowList<CounterClaim, 6>;

// A reason that the hardware gives for an exit, by its number, and where it is
// the event's. Several of one backend are added up.
struct ExitReason {
  uint32_t backends = 0;
  uint32_t number = 0;
};
using ExitReasons = RowList<ExitReason, 8>;

// What the host must offer.
struct Need {
  const char* name = nullptr;  // As it is shown: "KVM_CAP_IOEVENTFD".
  // KVM_CHECK_EXTENSION is asked for it. KVM_CAP_IRQCHIP is 0.
  int capability = -1;
  int bits = 0;  // All of these in the answer; 0: any but 0.
  // Asked instead, where no capability says it.
  bool (*offered)(const Kvm& kvm) = nullptr;
};
using Needs = RowList<Need, 3>;

// EB_NEED_CAP(KVM_CAP_IOEVENTFD)
#define EB_NEED_CAP(cap) \
  ::exitbench::Need { .name = #cap, .capability = cap }

// Where the case can't run, whatever the capabilities say.
struct KnownLimitation {
  uint32_t backends = 0;
  uint32_t modes = kBothModes;
  const char* reason = nullptr;
};
using KnownLimitations = RowList<KnownLimitation, 4>;

// One of the calls that make up an event.
struct HostStep {
  const char* name = nullptr;  // "create_vm". Its metric is "call_create_vm".
  int (*timed)(Machine&) = nullptr;  // Returns 0, or what failed, with errno.
};

// A case whose events are calls of the host's. They are what is timed.
struct HostLoop {
  // What the vCPU has to run, where the call is KVM_RUN. Null: a payload that
  // rings the doorbell.
  const GuestBlob* guest = nullptr;
  // Untimed, before each event; may be null.
  absl::Status (*before)(Machine&) = nullptr;
  // Timed. What it returns goes to `after`. It allocates and logs nothing.
  int (*timed)(Machine&) = nullptr;
  // Timed instead, where an event is several calls, and each of them is to be a
  // metric too. They follow one another. The event ends with the first that
  // does not return 0, and `after` gets its number, from 1, as the result.
  RowList<HostStep, 10> steps;
  // Untimed: checks that the event was what it claims to be; cleans up.
  absl::Status (*after)(Machine&, int result, int error) = nullptr;
  // A thread runs the guest beside the events or between them, so the VM's
  // exits are not the events'.
  bool guest_beside = false;
};

// Calls KVM_RUN. For HostLoop::timed. Defined in one source: of an inline
// function the linker keeps one of several copies, so what is timed would
// depend on their order.
int RunVcpu(Machine& machine);

// Where the other vCPUs' threads and the service thread are pinned.
enum class Place : uint8_t {
  kNowhere,   // There are none.
  kApart,     // On CPUs of their own.
  kTogether,  // All on vCPU 0's.
};

// A thread of the host's that answers the guest while vCPU 0 runs. The guest
// counts its calls at results[0] of vCPU 0 over the VM's life.
struct Service {
  // Answers call `number`, from 0. It is stamped just before. It allocates and
  // logs nothing. Returns null, or what failed, with errno. Null: there is no
  // such thread.
  const char* (*serve)(Machine&, uint64_t number) = nullptr;
  // Returns the eventfd that a call signals. The thread sleeps on it and serves
  // as many calls as were signalled. Null: the thread polls results[0].
  int (*call_fd)(Machine&) = nullptr;
  // How long the thread waits between a call and its answer.
  uint32_t delay_us = 0;
  // The guest counts answers at results[1], and the thread waits for that.
  bool acknowledged = false;
};

// The memory parameters that a case obeys: cases/catalogue/parameters.h.
enum ParameterBits : uint32_t {
  kGuestPageParameter = 1u << 0,
  kHostPageParameter = 1u << 1,
  kWorkingSetParameter = 1u << 2,
  kBackingParameter = 1u << 3,
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
  // The case's point, where this host can't tell it. The case is then not
  // proven.
  std::string lacking;
};

// What an event must look like, and what proves that it happened.
struct Expectation {
  ExpectedExit exit;
  // Backends on which the event must cause no VM exit: the exit counter has to
  // stand still.
  uint32_t never_exits = 0;
  Claims claims;
  // The reasons of the event's exits: cases/x86_64/exit_reasons.h has words for
  // them. How many exits there are the claim on `exits` says; without one there
  // is one exit. Left out, they follow from claims on counters that one reason
  // moves. Where the host can count exits by reason, they are part of the
  // proof: see harness/proof/exit_reasons.h.
  ExitReasons exit_reasons;
  // What the proof says of verify_batch, if that counts something once for each
  // event: "eventfd signals counted". Null if it shows less.
  const char* verifies = nullptr;
};

// What the host must have for the case to run.
struct Requirements {
  Needs needs;
  KnownLimitations limitations;
  // Returns kUnimplemented, naming what is missing, where `needs` can't say it.
  // Null: nothing more is needed.
  absl::Status (*supported)(const Kvm& kvm) = nullptr;
  // Set where no capability and no CPUID bit tells whether a host can run the
  // case. A child process then tries a few events at start-up, and if they fail
  // the case is skipped for this reason.
  const char* probe = nullptr;
  // Most memory that the hooks allocate besides the VM's own.
  uint64_t hook_bytes = 0;
};

// Whose clocks see an event, and at which moments. docs/interrupts.md has the
// times that come of it.
enum class Stamps : uint8_t {
  // The guest stamps just before the event and just after. With a service, the
  // second is its handler's, or when it saw the answer.
  kAroundEvent,
  // As kAroundEvent, and vCPUs 1 and up stamp each event's arrival.
  kArrivals,
  // The guest stamps its handler's first instruction and the return from it.
  kHandler,
  // `answer` is an interrupt or ends in one, and the host stamps that moment.
  // The guest stamps just before the event, and in its handler.
  kInjection,
  // The host stamps as for kInjection, the guest as for kHandler.
  kInjectionHandler,
  // As kAroundEvent, in an L2. Its L1 stamps the exit that it takes and its
  // entry into L2, in the buffer of vCPU 1, which there is none of.
  kNested,
  // The first stamp is a moment that the guest computed. So nothing that the
  // control has as well lies between the two, and nothing is taken off.
  kLateness,
};

// Whether the host stamps the moment of its answer.
constexpr bool Injects(Stamps stamps) {
  return stamps == Stamps::kInjection || stamps == Stamps::kInjectionHandler;
}
// Whether both of the guest's stamps are its handler's.
constexpr bool StampsHandler(Stamps stamps) {
  return stamps == Stamps::kHandler || stamps == Stamps::kInjectionHandler;
}

// What one event is made of, where the time of a part of it says more. Bytes
// add the metrics of ticks per byte and MB/s, items the metric "per_item".
struct PerEvent {
  uint64_t bytes = 0;
  uint32_t items = 0;
  const char* item = nullptr;  // "page", "access".
};

// How many events make a batch, and how many a run.
struct Sizes {
  // Events in one batch; 0: the usual number.
  uint32_t batch = 0;
  // Most events in one batch, and in one run; 0: this case needs no such bound.
  uint32_t max_batch = 0;
  uint32_t max_events = 0;
  // Case memory that each event uses up. A batch ends when all of it is used
  // up.
  uint64_t fresh_bytes = 0;
  // Case memory that each event touches, where events go round all of it. The
  // warm-up goes round once at least.
  uint64_t touched_bytes = 0;
  // Most that a batch itself adds to each claimed counter. Hooks that drop
  // mappings make the batch's own pages fault again.
  uint32_t batch_slack = 0;
};

struct Case {
  // The key that diff matches by: "pio/out". Never reused for something else.
  absl::string_view name;
  // One sentence in field terms, shown by `list`.
  absl::string_view measures;
  // GuestMode bits. Each makes a case of its own: kernel mode has the plain
  // name, user mode adds the architecture's suffix (".ring3").
  uint32_t modes = kKernelMode;
  // The event in a loop, and its control. Null for a host loop.
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
  // After each of the event's exits: gives the guest what it is to find. It is
  // part of the userspace leg. Returns null, or what failed, with errno.
  const char* (*answer)(Machine&, kvm_run&) = nullptr;
  // After each batch: checks side effects that must have happened.
  absl::Status (*verify_batch)(Machine&, uint32_t events) = nullptr;
  // After a run: returns figures of its own. `mean_ticks` is the mean time of
  // an event.
  std::vector<Figure> (*figures)(Machine&, double mean_ticks) = nullptr;
  // Once after a run and its figures: returns what only all events together can
  // tell.
  absl::StatusOr<Conclusion> (*finish)(Machine&) = nullptr;

  Stamps stamps = Stamps::kAroundEvent;
  Place place = Place::kNowhere;
  Service service;
  // The event is so many passes of DEC and JNZ. The harness makes as many
  // itself after each batch, to compare how even both are. 0: the event is
  // another.
  uint32_t quantum_passes = 0;
  PerEvent per_event;
  Sizes size;
  // --native runs the payload in this process too. So it needs no privilege,
  // handler or exit, and its only addresses are args[] that point into case
  // memory.
  bool native = false;
  uint32_t parameters = 0;  // ParameterBits.
  // Parts of the VM's configuration (VmPart) that are the case's point, or that
  // its hooks rely on. The user can't choose these:
  // cases/catalogue/configuration.h.
  uint32_t fixed_parts = 0;
  // Between its events the payload does short work that is not timed, and that
  // its control does not do alike. So the time from event to event says nothing
  // of the event, where a clock is too coarse for single ones.
  bool works_between_events = false;
  // Raised when a change of a host loop, or of a hook, changes what the figures
  // mean.
  uint32_t revision = 1;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CASE_H_
