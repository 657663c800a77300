#include "tests/census/census.h"

#include <cmath>
#include <cstring>

#include "absl/strings/match.h"
#include "harness/run/mark.h"
#include "tests/census/counters.h"

namespace exitbench {
namespace {

constexpr uint64_t kBatches = 4;
constexpr uint64_t kControlEvents = 250;
// The host's timer hits the CPU while the guest runs.
constexpr uint64_t kInterrupts = 25;
// Of the payload's loop, each run by PVM's emulator.
constexpr double kLoopInstructions = 12;

// What a run's own doings add: doorbells, interrupts, faults on own pages.
Counts AddedByRun(const SimulatedHost& host, const Behaviour& b,
                  uint64_t batches) {
  const double n = static_cast<double>(batches);
  Counts beside;
  beside.exits = n * (1 + b.exits_per_batch + b.faults_per_batch) +
                 kInterrupts * (1 + b.exits_per_interrupt);
  beside.irq_exits = kInterrupts;
  if (host.IsHardware()) beside.io_exits = beside.mmio_exit_user = n;
  beside.pf_taken = beside.pf_fixed = n * b.faults_per_batch;
  return beside;
}

CounterDeltas Deltas(const SimulatedHost& host, GuestMode mode,
                     const Counts& each, double events, double instructions,
                     const Counts& beside) {
  std::vector<CounterDelta> deltas;
  for (const SimulatedCounter& counter : SimulatedCounters()) {
    if (host.kernel < counter.since) continue;
    double moved = each.*counter.count * events + beside.*counter.count;
    // PVM's emulator of ring 0 counts every instruction that it runs.
    if (counter.count == &Counts::insn_emulation && host.IsPvm() &&
        mode == kKernelMode) {
      moved = (kLoopInstructions + instructions) * events;
    }
    deltas.push_back({counter.name, std::round(moved)});
  }
  // No counters at all are not available; see CounterDeltas::Of().
  return deltas.empty() ? CounterDeltas() : CounterDeltas::Of(deltas);
}

bool AreSame(const BlobImage& a, const BlobImage& b) {
  return a.bytes() == b.bytes() &&
         std::memcmp(a.begin, b.begin, a.bytes()) == 0;
}

// Whether the payload's marked build leaves a mark.
bool HasMark(const Case& row) {
  if (row.blob == nullptr || row.place != Place::kNowhere) return false;
  for (const BlobImage& event : row.blob->event) {
    if (AreSame(row.blob->marked, event)) return false;
  }
  return true;
}

}  // namespace

bool RunsOn(const CaseInstance& instance, const SimulatedHost& host) {
  const Case& row = *instance.row;
  for (const KnownLimitation& limitation : row.host.limitations) {
    if ((limitation.backends & DetectedBackend(host)) &&
        (limitation.modes & instance.mode)) {
      return false;
    }
  }
  for (const Need& need : row.host.needs) {
    if (!Offers(host, need.capability, need.name)) return false;
  }
  return HooksAllow(row.name, host);
}

bool IsProbed(const Case& row, const SimulatedHost& host) {
  return row.host.probe != nullptr ||
         (DetectedBackend(host) == kBackendUnknown &&
          !row.host.limitations.empty());
}

bool IsSimulated(const CounterClaim& claim) {
  return !claim.of_vm && CountOf(claim.counter) != nullptr;
}

std::vector<Evidence> JudgeOn(const Case& row, GuestMode mode,
                              const SimulatedHost& host,
                              const Behaviour& behaviour) {
  const bool is_host_loop = row.blob == nullptr;
  const uint64_t batches = is_host_loop ? 0 : kBatches;
  const CounterDeltas counters =
      Deltas(host, mode, behaviour.event, kCensusEvents, behaviour.instructions,
             AddedByRun(host, behaviour, batches));
  const CounterDeltas control =
      Deltas(host, mode, behaviour.control, kControlEvents, 0,
             AddedByRun(host, Behaviour(), 1));
  ProofInput input = {.backend = DetectedBackend(host),
                      .features = DetectedFeatures(host),
                      .mode = mode,
                      .events = kCensusEvents,
                      .noise_events = kInterrupts,
                      .batches = batches};
  if (is_host_loop) {
    input.calls = kCensusEvents;
  } else {
    input.control = &control;
    input.control_events = kControlEvents;
  }
  if (row.expect.exit.reason != ExpectedExit::kNone) {
    input.exit_records = kCensusEvents * row.expect.exit.elements;
  }
  std::vector<Evidence> evidence = Judge(row, input, counters);
  if (AwaitsConfirmation(evidence) && HasMark(row)) {
    input.marked_events = kMarkedEvents;
    evidence = Judge(row, input, counters);
  }
  return evidence;
}

}  // namespace exitbench
