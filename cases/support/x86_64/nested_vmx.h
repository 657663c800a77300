// An L1 that is a hypervisor by VMX (Intel SDM vol. 3C).
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_NESTED_VMX_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_NESTED_VMX_H_

#include "absl/status/status.h"
#include "cases/support/x86_64/nested.h"

namespace exitbench {

// Allows VMX (CR4.VMXE, IA32_FEATURE_CONTROL), writes the VMXON region and
// three empty VMCSs. The payload executes VMXON.
absl::Status TurnVmxOn(Machine& machine);

// How L1 enters L2 after an exit: l1_handlers in nested_vmx.S.
enum class Reentry : uint64_t { kVmresume = 0, kVmlaunch = 1 };

// Does that and writes the fields of L2's VMCS for the payload: L2 is in the
// state of L1, with a stack of its own, and with EPT where L1 is offered it. L1
// takes the exits of `event` or leaves them to L0. kUnimplemented: KVM does not
// offer L1 the controls that are needed.
absl::Status PrepareVmx(Machine& machine, L2Event event, TakenBy taken_by,
                        Reentry reentry);

// For nested_vmx_fault: L2 touches a page that L1 has not mapped. L1 maps it,
// and takes it away again when L2 calls.
absl::Status PrepareVmxFault(Machine& machine);
// For nested_vmx_irq: L1 takes interrupts that come while L2 runs.
absl::Status PrepareVmxIrq(Machine& machine);

// For Requirements::supported: whether guests are offered EPT with INVEPT, and
// VPIDs with INVVPID.
absl::Status SupportsEptForGuests(const Kvm& kvm);
absl::Status SupportsVpidForGuests(const Kvm& kvm);

// kvm_intel without nested=0.
inline constexpr Need kVmxForGuests = {
    .name = "VMX for guests (CPUID 1 ECX bit 5; kvm_intel.nested)",
    .offered = GuestHasCpuid<1, 2, 5>};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_NESTED_VMX_H_
