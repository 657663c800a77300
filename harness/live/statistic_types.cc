#include "harness/live/statistic_types.h"

#include <fcntl.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// Writable files in a VM's folder that are not counters that only grow: the
// highest values so far, files of another form, and gauges of kernels before
// 5.14, which did not mark all.
constexpr absl::string_view kNotGrowing[] = {
    "blocking",
    "guest_mode",
    "largepages",
    "max_mmu_page_hash_collisions",
    "max_mmu_rmap_size",
    "mmu_rmaps_stat",
    "mmu_unsync",
    "nx_lpage_splits",
    "nx_largepages_splitted",
    "pages_1g",
    "pages_2m",
    "pages_4k",
};

bool IsKnownNotToGrow(absl::string_view name) {
  return absl::EndsWith(name, "_hist") ||
         std::find(std::begin(kNotGrowing), std::end(kNotGrowing), name) !=
             std::end(kNotGrowing);
}

void AddTypes(const KvmStats& stats, StatisticTypes& types) {
  for (size_t i = 0; i < stats.names().size(); ++i) {
    types[stats.names()[i]] = stats.types()[i];
  }
}

}  // namespace

absl::StatusOr<StatisticTypes> TypesOfThisKernel() {
  const UniqueFd kvm(sys::Open("/dev/kvm", O_RDWR));
  if (!kvm.valid()) return ErrnoStatus("open", "/dev/kvm");
  EB_ASSIGN_OR_RETURN(const int vm_fd,
                      EB_IOCTL(kvm.get(), KVM_CREATE_VM, 0, ""));
  const UniqueFd vm(vm_fd);
  EB_ASSIGN_OR_RETURN(const int vcpu_fd,
                      EB_IOCTL(vm.get(), KVM_CREATE_VCPU, 0, ""));
  const UniqueFd vcpu(vcpu_fd);
  StatisticTypes types;
  for (const int fd : {vm.get(), vcpu.get()}) {
    EB_ASSIGN_OR_RETURN(const KvmStats stats, KvmStats::Open(fd));
    AddTypes(stats, types);
  }
  return types;
}

std::vector<std::string> GrowingCounters(const std::vector<CounterFile>& files,
                                         const StatisticTypes& types) {
  std::vector<std::string> names;
  for (const CounterFile& file : files) {
    const auto type = types.find(file.name);
    const bool grows =
        types.empty()
            ? file.writable && !IsKnownNotToGrow(file.name)
            : type != types.end() && type->second == StatisticType::kCumulative;
    if (grows) names.push_back(file.name);
  }
  return names;
}

}  // namespace exitbench
