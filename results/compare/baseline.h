// Compares many sides with one of them, the baseline, rather than as a history.
// That is what a sweep is: one kernel under several settings, in no order.
#ifndef EXITBENCH_RESULTS_COMPARE_BASELINE_H_
#define EXITBENCH_RESULTS_COMPARE_BASELINE_H_

#include <vector>

#include "results/compare/steps.h"
#include "results/sides/side.h"

namespace exitbench {

// Compares each side with the first, by CompareSides(). All comparisons of one
// side share a correction. Steps::against_first is set; counts are of cells
// rather than of steps. Wants two sides or more.
Steps CompareWithFirst(const std::vector<Side>& sides,
                       const DiffOptions& options);

// What is compared with what, unless the user says so.
struct Sweep {
  bool is_sweep = false;
  size_t baseline = 0;  // Index of the side.
  std::string why;      // One sentence for the user.
};

// Three or more sides are a sweep if they are of one build of one kernel and
// differ in one setting. The baseline is the side with the kernel's default of
// it if that is known, else the first.
Sweep FindSweep(const std::vector<Side>& sides);

// Moves side `baseline` before the others.
void MoveToFront(size_t baseline, std::vector<Side>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_BASELINE_H_
