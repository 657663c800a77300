// Ages the host's pages, as page reclaim does before it decides what to swap
// out. That takes the accessed bits away, in the host's page tables and in
// KVM's (mmu notifier clear_young). Where the second level has no accessed bits
// of its own, KVM has to take the access away to see the next one.
//
// It is done by the multi-gen LRU's debugfs file (Linux admin guide, "Multi-Gen
// LRU"), which ages all memory of this process's memory cgroup.
#ifndef EXITBENCH_CASES_SUPPORT_PAGE_AGEING_H_
#define EXITBENCH_CASES_SUPPORT_PAGE_AGEING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"

namespace exitbench {

// The youngest generation of a memory cgroup's pages on one node.
struct Generation {
  uint64_t cgroup_id = 0;
  uint32_t node = 0;
  uint64_t youngest = 0;
};

// Returns the generations of cgroup `path`, from the text of the lru_gen file.
// Empty: it is not in there.
std::vector<Generation> ParseGenerations(absl::string_view text,
                                         absl::string_view path);
// Returns the path of the memory cgroup, from the text of /proc/self/cgroup.
std::string ParseMemoryCgroup(absl::string_view text);

// For Requirements::supported. kUnimplemented, saying what to do about it: the
// multi-gen LRU is off, its file is not for us, or this kernel's does not age
// what KVM maps.
absl::Status SupportsAgeing(const Kvm& kvm);

// Ages the pages of this process. Keeps the file open in the machine's case
// state.
absl::Status AgePages(Machine& machine);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_PAGE_AGEING_H_
