// Mitigations whose cost a count of instructions does not show.
//
// A host that counts instructions counts IBPB, VERW or a write to an MSR as one
// instruction. On hardware each takes hundreds of cycles or more, and what it
// drops from caches and predictors costs later. Besides, an emulated CPU often
// lacks the vulnerability or the instruction. Then the kernel does not take the
// mitigation that its command line asks for. Both look like "same" in a diff.
//
// What is in effect is read from the recorded files of
// /sys/devices/system/cpu/vulnerabilities, what is asked for from the recorded
// command line. The texts and words are those of
// Documentation/admin-guide/hw-vuln (named in the tables of the .cc file),
// Documentation/admin-guide/kernel-parameters.txt, and
// arch/x86/kernel/cpu/bugs.c of Linux 5.10 to 7.3.
//
// Mitigations that are sequences of instructions (retpolines, return thunks,
// filling the RSB, page table isolation) are in the counts. So is the flush of
// the L1 data cache on a CPU without IA32_FLUSH_CMD (no "flush_l1d" in its
// flags): there the kernel flushes in a loop.
#ifndef EXITBENCH_RESULTS_SIDES_UNCOUNTED_MITIGATIONS_H_
#define EXITBENCH_RESULTS_SIDES_UNCOUNTED_MITIGATIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/sides/side.h"

namespace exitbench {

struct UncountedMitigation {
  // The file in .../vulnerabilities: "retbleed"; "smt" for nosmt.
  std::string mitigation;
  // "IBPB", "VERW", "WRMSR SPEC_CTRL" (or to the MSR that older AMD processors
  // have for it), "WRMSR FLUSH_CMD". Where no single instruction does it: what
  // it is.
  std::string instruction;
  // The word of the command line that is not in effect: "retbleed=ibpb". Empty:
  // the sides differ in the mitigation.
  std::string asked;
  // The sides, by number, that asked in vain; or, where sides differ, those
  // that execute the instruction.
  std::vector<size_t> sides;
  // Of a request: what the kernel says instead; "not recorded" if nothing.
  std::string instead;
};

// Returns those in which the sides differ, and those that a side asked for in
// vain. Nothing unless a side counts instructions. A side without a recorded
// file differs in nothing.
std::vector<UncountedMitigation> UncountedMitigations(
    const std::vector<const Side*>& sides);

// Returns a sentence for people. `who` names its sides: "NEW", "[2], [3]".
std::string Describe(const UncountedMitigation& mitigation,
                     absl::string_view who);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_UNCOUNTED_MITIGATIONS_H_
