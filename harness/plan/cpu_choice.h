// Which CPUs threads are pinned to, and how these share cores.
#ifndef EXITBENCH_HARNESS_PLAN_CPU_CHOICE_H_
#define EXITBENCH_HARNESS_PLAN_CPU_CHOICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cpus.h"

namespace exitbench {

// What the kernel reports of one CPU. The defaults stand for what it does not
// report.
struct CpuPlace {
  int cpu = 0;
  int package = -1;
  int core = -1;
  CpuSet siblings;  // The CPUs of its core, itself among them.
  // These order kinds of cores, in this order. More is faster. `performance` is
  // false for the efficient cores of a hybrid processor.
  bool performance = true;
  uint64_t capacity = 0;
  uint64_t base_khz = 0;
};

// Reads the places of `cpus`, in their order. `root` is put before all paths.
// It is empty except in tests.
std::vector<CpuPlace> ReadCpuPlaces(const std::vector<int>& cpus,
                                    const std::string& root = "");

// Returns the CPUs of `places`, the best first. First comes one CPU of each
// core, the faster kinds first, then their SMT siblings. Among equals the
// highest number is first, since CPU 0 takes most of the host's interrupts.
std::vector<int> ChooseCpus(std::vector<CpuPlace> places);

// Returns the CPUs that --cpu=`text` means for the calling thread. "auto" is
// all that it may run on, the best first. "none" is no CPU. "5,4" is these.
// kInvalidArgument: it is none of these, or the thread may not run there.
absl::StatusOr<std::vector<int>> ParseCpus(const std::string& text);

// Returns, in the order of `places`: "CPU 5: package 0 core 2, CPU 4: package 0
// core 2 (SMT sibling of CPU 5)".
std::string DescribeCores(const std::vector<CpuPlace>& places);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_CPU_CHOICE_H_
