#include "tests/census/counters.h"

namespace exitbench {

double Counts::*CountOf(absl::string_view name) {
  for (const SimulatedCounter& counter : SimulatedCounters()) {
    if (name == counter.name) return counter.count;
  }
  return nullptr;
}

}  // namespace exitbench
