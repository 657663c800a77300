// Which CPUs this process may use, for threads that help a vCPU: they must not
// sit on the CPU that the vCPU's thread is pinned to.
#ifndef EXITBENCH_VMM_CPUS_H_
#define EXITBENCH_VMM_CPUS_H_

namespace exitbench {

// Notes the CPUs that the calling thread may run on. To be called once before
// any thread is pinned; without it there is nothing to move to.
void RememberAllowedCpus();

// Moves the calling thread to the allowed CPUs other than `cpu`. False if there
// are none; the thread then stays where it is.
bool MoveOffCpu(int cpu);

// The CPU that the calling thread is on.
int CurrentCpu();

}  // namespace exitbench

#endif  // EXITBENCH_VMM_CPUS_H_
