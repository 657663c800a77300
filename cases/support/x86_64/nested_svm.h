// An L1 that is a hypervisor by SVM (AMD APM vol. 2 ch. 15).
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_NESTED_SVM_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_NESTED_SVM_H_

#include "absl/status/status.h"
#include "cases/support/x86_64/nested.h"

namespace exitbench {

// Turns SVM on (EFER.SVME) with a page for L1's state (VM_HSAVE_PA).
absl::Status TurnSvmOn(Machine& machine);

// Does that and writes L2's VMCB: L2 is in the state of L1, with a stack of its
// own, and with nested paging where L1 is offered it. L1 takes the exits of
// `event` or leaves them to L0.
absl::Status PrepareSvm(Machine& machine, L2Event event, TakenBy taken_by);

// For nested_svm_fault: L2 touches a page that L1 has not mapped. L1 maps it,
// and takes it away again when L2 calls.
absl::Status PrepareSvmFault(Machine& machine);
// For nested_svm_irq: L1 takes interrupts that come while L2 runs.
absl::Status PrepareSvmIrq(Machine& machine);

// kvm_amd without nested=0.
inline constexpr Need kSvmForGuests = {
    .name = "SVM for guests (CPUID 8000_0001 ECX bit 2; kvm_amd.nested)",
    .offered = GuestHasCpuid<0x80000001, 2, 2>};
inline constexpr Need kNptForGuests = {
    .name = "nested paging for guests (CPUID 8000_000A EDX bit 0; kvm_amd.npt)",
    .offered = GuestHasCpuid<0x8000000a, 3, 0>};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_NESTED_SVM_H_
