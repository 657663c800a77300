// The seam to the architecture, for guests: makes a VM ready for a payload,
// reads its clock, names its exits. The folder of the architecture defines each
// function (vmm/x86_64/arch_guest.cc, vmm/arm64/arch_guest.cc).
//
// What has to be inline is in headers that each architecture has under the same
// name. They are included as "vmm/arch/doorbell.h".
#ifndef EXITBENCH_VMM_ARCH_GUEST_H_
#define EXITBENCH_VMM_ARCH_GUEST_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "guest_blobs/abi.h"
#include "vmm/guest_memory.h"
#include "vmm/guest_mode.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"
#include "vmm/vcpu.h"
#include "vmm/vm.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// Returns the size of the page tables of a VM of this shape, in bytes. They
// begin at EB_PAGE_TABLES_GPA.
size_t PageTableBytes(const VmShape& shape);

// Writes page tables, exception stubs and all else that the processor looks up
// in memory into `low`, the memory of slot 0. All memory is mapped one to one,
// for both modes. It is writable, but code need not be. Case memory is mapped
// by pages of shape.data_page. `handlers` are those of the payload, which is at
// EB_CODE_GPA already. Returns the GPA of the root of the page tables.
uint64_t WriteTables(const GuestMemory& low, const VmShape& shape,
                     absl::Span<const PayloadHandler> handlers);

// The parts of a configuration that VMs of this architecture have: VmPart bits.
uint32_t ConfigurableParts();

// Returns OK if this host can make VMs of the shape's configuration. Else
// kUnimplemented, naming the capability.
absl::Status CheckConfiguration(const Kvm& kvm, const VmShape& shape);

// Makes the in-kernel devices that the shape asks for, and configures the VM.
// Call it before any vCPU is made. kUnimplemented: this host has no such
// device.
absl::Status CreateDevices(Vm& vm, const VmShape& shape);

// Gives a new vCPU of `vm` its features and its number among the vCPUs.
// kUnimplemented: this host's vCPUs have no such feature.
absl::Status InitVcpu(const Kvm& kvm, const Vm& vm, const VmShape& shape,
                      const Vcpu& vcpu, int index);

// Makes the devices ready to be used. Call it once all vCPUs are there.
absl::Status StartDevices(const Vm& vm, const VmShape& shape,
                          absl::Span<const Vcpu> vcpus);

// Puts a vCPU at a payload's entry in `mode`. Interrupts are on: some hosts
// freeze on a guest that spins with interrupts off. `tables` is what
// WriteTables() returned.
absl::Status EnterPayload(const Vcpu& vcpu, GuestMode mode, int index,
                          uint64_t tables, uint64_t entry_gpa);

// Returns what this vCPU's clock is ahead of the host's, in ticks.
// kUnimplemented where the kernel does not report it.
absl::StatusOr<int64_t> GuestClockOffset(const Vcpu& vcpu);
absl::Status SetGuestClockOffset(const Vcpu& vcpu, int64_t offset_ticks);
// Returns the frequency of the vCPU's clock, in kHz.
absl::StatusOr<int64_t> GuestClockKhz(const Vcpu& vcpu);

// Returns an exit in words, for messages. Empty unless only this architecture
// has such an exit.
std::string DescribeArchExit(const kvm_run& run);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARCH_GUEST_H_
