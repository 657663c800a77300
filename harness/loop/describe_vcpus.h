// What the vCPUs of a stuck machine are doing, in words.
#ifndef EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_
#define EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_

#include <string>

#include "vmm/machine.h"

namespace exitbench {

// "the guest took #GP, error 0, at rip 0x40010, cr2 0", as vCPU `index`
// reported it.
std::string DescribeGuestFault(Machine& machine, int index);

// Of every vCPU: rip, ring, whether it takes interrupts, its MP state, what is
// pending at it and in its local APIC, what the guest has counted. No vCPU may
// be running.
std::string DescribeVcpus(Machine& machine);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_DESCRIBE_VCPUS_H_
