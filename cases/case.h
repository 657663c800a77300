// A case: one guest payload, and the facts of what running it must look like.
// Plain data; the harness owns everything that is the same for every case.
#ifndef EXITBENCH_CASES_CASE_H_
#define EXITBENCH_CASES_CASE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "guest_blobs/blob.h"
#include "vmm/backend.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// Rings that a row is run in; each makes a case of its own. Ring 0 has the
// plain name; ring 3 adds ".ring3".
enum Rings : uint32_t { kRing0 = 1u << 0, kRing3 = 1u << 3 };
inline constexpr uint32_t kBothRings = kRing0 | kRing3;

// Which exit to userspace each event makes.
struct ExpectedExit {
  // No exit: the kernel handles the event, or nothing does.
  static constexpr uint32_t kNone = ~0u;

  uint32_t reason = kNone;  // KVM_EXIT_*
  bool is_write = false;    // PIO out, MMIO write.
  uint8_t size_bytes = 0;   // Of one element.
  uint16_t port = 0;
  uint64_t gpa = 0;
  uint64_t number = 0;  // Hypercall number, MSR index.
  // Elements per event: REP OUTS of 26 bytes is one exit of 26 elements on one
  // backend and 26 exits of one on another. Both are 26 elements.
  uint32_t elements = 1;
  // KVM_RUN fails with this errno instead of returning 0.
  int run_errno = 0;
};

ExpectedExit PioOut(uint16_t port, uint8_t size_bytes);
ExpectedExit PioIn(uint16_t port, uint8_t size_bytes);
ExpectedExit MmioWrite(uint64_t gpa, uint8_t size_bytes);
ExpectedExit MmioRead(uint64_t gpa, uint8_t size_bytes);
ExpectedExit HypercallExit(uint64_t number);
ExpectedExit ExitOf(uint32_t reason);

// A claim on one of the kernel's counters (KVM_GET_STATS_FD): by how much it
// moves per event, and where that is known to hold. Elsewhere the counter is
// one that the backend lacks, and the proof says so.
struct CounterClaim {
  const char* counter = nullptr;  // Null ends the list.
  double per_event = 1;
  uint32_t backends = kAnyBackend;
  uint32_t rings = kBothRings;
  bool of_vm = false;  // A counter of the VM, not the vCPU.
};
inline constexpr int kMaxClaims = 6;

// A known limit: there the case can't run, whatever the capabilities say.
struct Limit {
  uint32_t backends = 0;
  uint32_t rings = kBothRings;
  const char* reason = nullptr;  // Null ends the list.
};
inline constexpr int kMaxLimits = 4;

// A case without a guest loop: the host's own calls are what is timed.
struct HostLoop {
  // Untimed, before each event; may be null.
  absl::Status (*before)(Machine&) = nullptr;
  // Timed. What it returns goes to `after`. No allocation, no logging.
  int (*timed)(Machine&) = nullptr;
  // Untimed: checks that the event was what it claims to be; cleans up.
  absl::Status (*after)(Machine&, int result, int error) = nullptr;
};

struct Case {
  // The key that diff matches by: "pio/out". Never reused for something else.
  absl::string_view name;
  // One sentence in field terms, shown by `list`.
  absl::string_view measures;
  uint32_t rings = kRing0;
  // The event in a loop, with its control twin. Null for a host loop.
  const GuestBlob* blob = nullptr;
  HostLoop host_loop;
  VmShape shape;
  ExpectedExit exit;
  // True where the event must cause no VM exit at all on `never_exits`
  // backends: then the exit counter must stand still.
  uint32_t never_exits = 0;
  CounterClaim claims[kMaxClaims];
  Limit limits[kMaxLimits];
  // kUnimplemented, naming the capability or CPUID bit, where this host can't
  // run the case. Null: every host can.
  absl::Status (*supported)(const Kvm& kvm) = nullptr;
  // Once per VM, untimed.
  absl::Status (*prepare)(Machine&) = nullptr;
  // Before each batch, untimed.
  absl::Status (*before_batch)(Machine&, uint32_t events) = nullptr;
  // After each of the event's exits: what the guest is to find. Between the
  // host's stamps of two KVM_RUNs, so part of the userspace leg.
  void (*answer)(Machine&, kvm_run&) = nullptr;
  // After each batch: side effects that must have happened (null: none).
  absl::Status (*verify_batch)(Machine&, uint32_t events) = nullptr;
  // Most events in one batch, most in one run (0: no limit of its own).
  uint32_t max_batch = 0;
  uint32_t max_events = 0;
  // Counts that a batch itself adds to the claimed counters, at most: hooks
  // that drop mappings make the batch's own pages fault again.
  uint32_t batch_slack = 0;
  // Raised when a host loop, or a hook, changes what the figures mean.
  uint32_t revision = 1;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CASE_H_
