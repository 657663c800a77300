// Sets of CPUs of any size, and which CPUs a thread may run on.
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

// A set of CPU numbers. It grows where cpu_set_t (1,024 CPUs) is too small: a
// kernel built for more CPUs refuses to report into a smaller set.
class CpuSet {
 public:
  CpuSet() = default;  // Empty.

  void Add(int cpu);
  void Remove(int cpu);
  bool Has(int cpu) const;
  bool IsEmpty() const { return Numbers().empty(); }
  // Returns the numbers in ascending order.
  std::vector<int> Numbers() const;

  // Returns the CPUs that the calling thread may run on.
  static absl::StatusOr<CpuSet> OfThisThread();
  // Has the calling thread run on these CPUs only (sched_setaffinity(2)).
  absl::Status BindThisThread() const;

  // Does what OfThisThread() does, by `call` instead of sched_getaffinity(2).
  // `call` fills `bytes` bytes of `words`, or returns -1 and sets errno. For
  // tests.
  static absl::StatusOr<CpuSet> Read(
      const std::function<int(size_t bytes, unsigned long* words)>& call);

 private:
  std::vector<unsigned long> words_;
};

// Reads a list as the kernel writes them: "0-3,8". Returns an empty set for a
// text that is no such list.
CpuSet ParseCpuList(absl::string_view list);

// Has the calling thread run on `cpu` only (sched_setaffinity(2)).
absl::Status PinThisThread(int cpu);

// Notes the CPUs that the calling thread may run on, for MoveOffCpu(). Call it
// once, before any thread is pinned.
absl::Status RememberAllowedCpus();

// Has the calling thread run on the noted CPUs other than `cpu`, so that a
// thread that helps a vCPU does not share the vCPU's CPU. Returns false and
// leaves the thread alone if there are none.
bool MoveOffCpu(int cpu);
// Returns whether MoveOffCpu(cpu) would have a CPU to move to.
bool HasCpuBeside(int cpu);

// Notes the CPUs that threads of this process may be pinned to, the best first:
// the main thread's, then those for other threads. Empty, as at first: threads
// are not pinned. Call it while there are no other threads.
void GiveCpus(std::vector<int> cpus);
// Returns whether that was called. A process that measures nothing has no need
// to.
bool CpusAreGiven();
// Returns the first `threads` of these. kUnimplemented, with how many it takes,
// if there are fewer.
absl::StatusOr<std::vector<int>> TakeCpus(size_t threads);

// Returns the CPU that the calling thread is on.
int CurrentCpu();

}  // namespace exitbench

#endif  // EXITBENCH_BASE_CPUS_H_
