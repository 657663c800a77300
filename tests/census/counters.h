// The kernel's counters by name, as the simulated kernels have them.
#ifndef EXITBENCH_TESTS_CENSUS_COUNTERS_H_
#define EXITBENCH_TESTS_CENSUS_COUNTERS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tests/census/behaviour.h"

namespace exitbench {

struct SimulatedCounter {
  const char* name;
  double Counts::*count;
  KernelVersion since;
};

// Those that kernels of this architecture have.
absl::Span<const SimulatedCounter> SimulatedCounters();

// Null if no simulated kernel has it.
double Counts::*CountOf(absl::string_view name);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_CENSUS_COUNTERS_H_
