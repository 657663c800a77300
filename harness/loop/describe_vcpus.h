// What the vCPUs of a machine are doing, in words, for messages.
#ifndef EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_
#define EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_

#include <string>

#include "vmm/machine.h"

namespace exitbench {

// Returns the exception that vCPU `index` reported: "the guest took #GP, error
// 0, in ring 0 at rip 0x40010, cr2 0". The architecture defines it.
std::string DescribeGuestFault(Machine& machine, int index);

// Returns, for every vCPU, its registers, its MP state, what is pending, and
// what the guest has counted. No vCPU may be running.
std::string DescribeVcpus(Machine& machine);

// Return parts of that for one vCPU. The architecture defines them
// (harness/loop/x86_64/describe_vcpu.cc). The registers show where the vCPU is,
// in which mode, and whether it takes interrupts. What is pending may be empty.
std::string DescribeRegisters(Machine& machine, int index);
std::string DescribePending(Machine& machine, int index);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_
