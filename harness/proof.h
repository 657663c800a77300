// Whether a case's event happened as often as claimed.
//
// Exits to userspace are proven by their records, each of which was checked.
// Events that the kernel handles, and events that must not exit, are proven by
// the kernel's counters, as far as the backend moves them.
#ifndef EXITBENCH_HARNESS_PROOF_H_
#define EXITBENCH_HARNESS_PROOF_H_

#include <cstdint>
#include <string>

#include "cases/case.h"
#include "harness/counters.h"
#include "results/model.h"
#include "vmm/backend.h"

namespace exitbench {

struct ProofInput {
  Backend backend = kBackendUnknown;
  int ring = 0;
  uint64_t events = 0;
  // Interrupts and involuntary switches on the CPU during the run.
  uint64_t noise_events = 0;
  uint64_t batches = 0;       // Each rang one doorbell, an exit of its own.
  uint64_t exit_records = 0;  // Checked exits to userspace.
  uint64_t calls = 0;         // Checked calls of a host loop.
  // Of the control twin, if it was run.
  const CounterDeltas* control = nullptr;
  uint64_t control_events = 0;
};

struct ProofResult {
  Verdict verdict = Verdict::kUnspecified;
  // What was shown and what could not be; for kContradicted, what was seen.
  std::string text;
};

ProofResult Prove(const Case& row, const ProofInput& input,
                  const CounterDeltas& counters);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROOF_H_
