// What the vCPUs of a stuck machine are doing, in words.
#ifndef EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_
#define EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_

#include <string>

#include "vmm/machine.h"

namespace exitbench {

// Returns "the guest took #GP, error 0, at rip 0x40010, cr2 0", as vCPU `index`
// reported it.
std::string DescribeGuestFault(Machine& machine, int index);

// Returns of every vCPU where it is, in which mode, whether it takes
// interrupts, its MP state, what is pending at it, what the guest has counted.
// No vCPU may be running.
std::string DescribeVcpus(Machine& machine);

// Parts of the above, of one vCPU, defined by the architecture
// (harness/loop/x86_64/describe_vcpu.cc): where it is, in which mode, whether
// it takes interrupts; and what is pending, empty if nothing is.
std::string DescribeRegisters(Machine& machine, int index);
std::string DescribePending(Machine& machine, int index);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_
