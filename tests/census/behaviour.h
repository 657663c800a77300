// What one event of each case does on a host, as its processor and KVM do it:
// a model of its own, written from the kernel's source and the manuals. Nothing
// here is taken from the rows, which the census judges by it.
//
// The rules are the architecture's (tests/census/x86_64, tests/census/arm64). A
// source is named per rule: files are of Linux's arch/x86/kvm or arch/arm64/kvm
// unless they say otherwise.
#ifndef EXITBENCH_TESTS_CENSUS_BEHAVIOUR_H_
#define EXITBENCH_TESTS_CENSUS_BEHAVIOUR_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "tests/census/simulated_host.h"

namespace exitbench {

// Where a processor, a kernel's point release or the load decides, the census
// tries both ends.
enum class End { kLeast, kMost };

// One event of a case, somewhere.
struct Situation {
  absl::string_view name;  // The row's: "cpu/cpuid".
  int ring = 0;  // As ModeNumber() has it: on arm64 the exception level.
  const SimulatedHost& host;
  End end = End::kLeast;

  bool IsPvmRing0() const { return host.IsPvm() && ring == 0; }
  bool IsPvmRing3() const { return host.IsPvm() && ring == 3; }
  // `least` or `most`, by `end`.
  double Between(double least, double most) const {
    return end == End::kLeast ? least : most;
  }
};

// By how much one event moves each of the kernel's counters. Those of all
// architectures: counters.h says which a kernel has.
struct Counts {
  double exits = 0;
  double io_exits = 0;
  double mmio_exits = 0;
  double hypercalls = 0;
  double halt_exits = 0;
  double halt_successful_poll = 0;
  double irq_injections = 0;
  double nmi_injections = 0;
  double request_irq_exits = 0;
  double directed_yield_attempted = 0;
  double signal_exits = 0;
  double insn_emulation = 0;
  double insn_emulation_fail = 0;
  double invlpg = 0;
  double tlb_flush = 0;
  double pf_taken = 0;
  double pf_fixed = 0;
  double pf_emulate = 0;
  double pf_guest = 0;
  double pf_mmio_spte_created = 0;
  double nested_run = 0;
  double irq_exits = 0;
  double mmio_exit_user = 0;
  double mmio_exit_kernel = 0;
  double hvc_exit_stat = 0;
  double wfi_exit_stat = 0;
  double wfe_exit_stat = 0;
};

struct Behaviour {
  Counts event;
  Counts control;
  // Of the event's own, what PVM's emulator of ring 0 runs one by one.
  int instructions = 0;
  // Exits that begin anew with each batch, and after each of the host's
  // interrupts.
  double exits_per_batch = 0;
  double exits_per_interrupt = 0;
  // Faults on the batch's own pages.
  double faults_per_batch = 0;
  // False: how often it exits is the timing's doing, and not said here.
  bool exits_are_told = true;
};

// Returns what the rule of the case says. Nothing: no group has a rule for it.
std::optional<Behaviour> BehaviourOf(const Situation& s);

// Why the event can't be made there at all; null if it can.
const char* WhyImpossible(const Situation& s);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_CENSUS_BEHAVIOUR_H_
