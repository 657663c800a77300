#include "vmm/cpus.h"

#include <sched.h>

namespace exitbench {
namespace {

cpu_set_t allowed;  // Empty until remembered.

}  // namespace

void RememberAllowedCpus() { sched_getaffinity(0, sizeof(allowed), &allowed); }

bool MoveOffCpu(int cpu) {
  cpu_set_t others = allowed;
  if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_CLR(static_cast<size_t>(cpu), &others);
  if (CPU_COUNT(&others) == 0) return false;
  return sched_setaffinity(0, sizeof(others), &others) == 0;
}

int CurrentCpu() { return sched_getcpu(); }

}  // namespace exitbench
