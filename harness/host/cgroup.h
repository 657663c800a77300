// The control groups of this process, and what those limit that figures depend
// on: CPUs, CPU time, weight.
#ifndef EXITBENCH_HARNESS_HOST_CGROUP_H_
#define EXITBENCH_HARNESS_HOST_CGROUP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// A cgroup, by its folder in cgroupfs.
struct Cgroup {
  std::string folder;
  int version = 2;
  bool operator==(const Cgroup&) const = default;
};

// Returns the cgroups of `controller` that a process is in, innermost first, as
// far as it can see them. The texts are those of its /proc/self/cgroup and
// /proc/self/mountinfo. Those of version 2 are returned whether or not the
// controller is enabled in them.
std::vector<Cgroup> CgroupsOf(absl::string_view controller,
                              const std::string& cgroup,
                              const std::string& mountinfo);

// Facts of a session.
//
// The path itself is not compared (results/sides/compatibility.cc): systemd
// names a login's group by its number (session-12.scope), and a name costs
// nothing. What can move a figure is recorded apart, and is compared:
// - how deep the group lies. The scheduler does its work once for each level
//   when a task wakes or sleeps (for_each_sched_entity() in
//   kernel/sched/fair.c). So the root group and a group in it differ.
// - its CPUs, its quota and its weight.
inline constexpr char kCgroupPathFact[] = "cgroup.path";
inline constexpr char kCgroupDepthFact[] = "cgroup.depth";
inline constexpr char kCgroupCpusFact[] = "cgroup.cpus";
inline constexpr char kCgroupQuotaFact[] = "cgroup.cpu_quota";
inline constexpr char kCgroupWeightFact[] = "cgroup.cpu_weight";
// The value of the quota where there is none.
inline constexpr char kNoQuota[] = "none";

// Returns these facts of this process, with "absent" for what it can't see.
// - The path is that in the CPU controller's hierarchy. The depth is the number
//   of groups on it that the controller is enabled in. The root is at depth 0.
// - The CPUs are those of the cpuset (cpuset.cpus.effective; version 1:
//   cpuset.effective_cpus or cpuset.cpus).
// - The quota is the tightest of its group and of those around it, in us per
//   period: "50000/100000" (cpu.max; version 1: cpu.cfs_quota_us and
//   cpu.cfs_period_us). CPU time beyond it is refused.
// - The weight is "100" (cpu.weight) or "1024 shares" (version 1: cpu.shares).
// `root` is put before all paths. It is empty except in tests.
std::vector<Fact> CgroupFacts(const std::string& root = "");

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_CGROUP_H_
