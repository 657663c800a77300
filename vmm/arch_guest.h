// The seam to the architecture, guest's half: how a VM is made ready for a
// payload, its clock, and what its exits are called. Each function is defined
// in the folder of the architecture that is built for
// (vmm/x86_64/arch_guest.cc).
//
// What has to be inline comes by headers that each architecture has under the
// same name, included as "vmm/arch/doorbell.h".
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

// Returns how many bytes at EB_PAGE_TABLES_GPA the page tables of a VM of this
// shape take.
size_t PageTableBytes(const VmShape& shape);

// Writes page tables, exception stubs and whatever else the processor looks up
// in memory into `low`, which is slot 0. Memory is mapped one to one, for both
// modes, writable; case memory by shape.data_page. `handlers` are the
// payload's, which is at EB_CODE_GPA already. Returns the root of the page
// tables.
uint64_t WriteTables(const GuestMemory& low, const VmShape& shape,
                     absl::Span<const PayloadHandler> handlers);

// Makes the in-kernel devices that the shape asks for. Before any vCPU.
absl::Status CreateDevices(const Vm& vm, const VmShape& shape);

// Gives a new vCPU its features, and what tells it from the others.
absl::Status InitVcpu(const Kvm& kvm, const Vcpu& vcpu, int index);

// Puts a vCPU at a payload's entry in `mode`, with interrupts on: some hosts
// freeze on a guest that spins with them off. `tables` is what WriteTables
// returned.
absl::Status EnterPayload(const Vcpu& vcpu, GuestMode mode, int index,
                          uint64_t tables, uint64_t entry_gpa);

// Returns the ticks to add to the host's clock to get this vCPU's.
// kUnimplemented where the kernel can't say.
absl::StatusOr<int64_t> GuestClockOffset(const Vcpu& vcpu);
absl::Status SetGuestClockOffset(const Vcpu& vcpu, int64_t offset_ticks);
// Returns the frequency of the guest's clock.
absl::StatusOr<int64_t> GuestClockKhz(const Vcpu& vcpu);

// Returns an exit in words if it is one of the architecture's own; else empty.
std::string DescribeArchExit(const kvm_run& run);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARCH_GUEST_H_
