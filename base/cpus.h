// Sets of CPUs, of any number, and where threads are let run.
#ifndef EXITBENCH_BASE_CPUS_H_
#define EXITBENCH_BASE_CPUS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// A set of CPUs by their numbers. The kernel's sets are as large as the number
// of CPUs that may come up, which can be more than cpu_set_t holds (1,024):
// then it refuses a smaller one.
class CpuSet {
 public:
  CpuSet() = default;  // Empty.

  void Add(int cpu);
  void Remove(int cpu);
  bool Has(int cpu) const;
  bool IsEmpty() const { return Numbers().empty(); }
  // In ascending order.
  std::vector<int> Numbers() const;

  // Those that the calling thread may run on.
  static absl::StatusOr<CpuSet> OfThisThread();
  // Has the calling thread run on these only.
  absl::Status BindThisThread() const;

  // OfThisThread() with a system call of the test's: fills so many bytes, or
  // returns -1 and sets errno.
  static absl::StatusOr<CpuSet> Read(
      const std::function<int(size_t bytes, unsigned long* words)>& call);

 private:
  std::vector<unsigned long> words_;
};

// A list as the kernel writes them: "0-3,8". What is no list is empty.
CpuSet ParseCpuList(absl::string_view list);

// Has the calling thread run on `cpu` only.
absl::Status PinThisThread(int cpu);

// Notes the CPUs that the calling thread may run on. To be called once before
// any thread is pinned; without it there is nothing to move to.
absl::Status RememberAllowedCpus();

// Moves the calling thread to the allowed CPUs other than `cpu`: threads that
// help a vCPU must not sit on the one that it is pinned to. False if there are
// none; the thread then stays where it is.
bool MoveOffCpu(int cpu);

// The CPU that the calling thread is on.
int CurrentCpu();

}  // namespace exitbench

#endif  // EXITBENCH_BASE_CPUS_H_
