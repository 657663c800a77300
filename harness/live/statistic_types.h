// Which of KVM's statistics only grow. Files in debugfs do not say.
#ifndef EXITBENCH_HARNESS_LIVE_STATISTIC_TYPES_H_
#define EXITBENCH_HARNESS_LIVE_STATISTIC_TYPES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/live/debugfs.h"
#include "vmm/kvm_stats.h"

namespace exitbench {

// By the statistic's name. Histograms are not in it.
using StatisticTypes = std::map<std::string, StatisticType>;

// Asks this kernel, by the statistics of a VM with a vCPU that is made for it
// and removed again. It fails without a usable /dev/kvm, and before Linux 5.14.
absl::StatusOr<StatisticTypes> TypesOfThisKernel();

// Returns the names of `files` that are counters which only grow. With no
// `types`, it goes by the mode of the file and by known names.
std::vector<std::string> GrowingCounters(const std::vector<CounterFile>& files,
                                         const StatisticTypes& types);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_STATISTIC_TYPES_H_
