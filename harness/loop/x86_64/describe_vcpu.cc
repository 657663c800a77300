#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "guest_blobs/x86_64/abi.h"
#include "harness/loop/describe_vcpus.h"
#include "vmm/x86_64/registers.h"
#include "vmm/x86_64/vector_name.h"

namespace exitbench {
namespace {

constexpr uint64_t kInterruptFlag = 0x200;
constexpr int kApicInService = 0x100;
constexpr int kApicRequest = 0x200;

// Returns the vectors that are set in a 256-bit register of the APIC at offset
// `at`. It has 32 bits in each 16 bytes (SDM vol. 3A table 11-1).
std::string Vectors(const kvm_lapic_state& lapic, int at) {
  std::vector<std::string> vectors;
  for (int vector = 0; vector < 256; ++vector) {
    uint32_t bits;
    std::memcpy(&bits, lapic.regs + at + vector / 32 * 16, sizeof(bits));
    if (bits >> (vector % 32) & 1) {
      vectors.push_back(absl::StrFormat("%#x", vector));
    }
  }
  return vectors.empty() ? "none" : absl::StrJoin(vectors, " ");
}

}  // namespace

std::string DescribeRegisters(Machine& machine, int index) {
  const Vcpu& vcpu = machine.vcpu(index);
  absl::StatusOr<kvm_regs> regs = GetRegs(vcpu);
  absl::StatusOr<kvm_sregs> sregs = GetSregs(vcpu);
  if (!regs.ok() || !sregs.ok()) return "no registers";
  return absl::StrFormat("rip %#x, ring %d, interrupts %s", regs->rip,
                         sregs->cs.dpl,
                         regs->rflags & kInterruptFlag ? "on" : "off");
}

std::string DescribePending(Machine& machine, int index) {
  const Vcpu& vcpu = machine.vcpu(index);
  std::vector<std::string> pending;
  if (absl::StatusOr<kvm_vcpu_events> e = GetEvents(vcpu); e.ok()) {
    if (e->interrupt.injected) {
      pending.push_back(absl::StrFormat("injecting %#x", e->interrupt.nr));
    }
    if (e->nmi.pending || e->nmi.injected) {
      pending.push_back("NMI pending");
    }
  }
  if (machine.shape().HasIrqchip()) {
    if (absl::StatusOr<kvm_lapic_state> lapic = GetLapic(vcpu); lapic.ok()) {
      pending.push_back(
          absl::StrCat("APIC requested ", Vectors(*lapic, kApicRequest),
                       ", in service ", Vectors(*lapic, kApicInService)));
    }
  }
  return absl::StrJoin(pending, ", ");
}

std::string DescribeGuestFault(Machine& machine, int index) {
  const ParameterBlock block = machine.parameters(index);
  if (block.fault_vector == EB_FAULT_L2_EXIT) {
    return absl::StrFormat(
        "the guest's L2 made an exit that its L1 does not expect: code %#x at "
        "rip %#x",
        block.fault_error, block.fault_pc);
  }
  if (block.fault_vector == EB_FAULT_VMFAIL) {
    return absl::StrFormat(
        "an instruction of VMX failed in the guest: VM-instruction error %d",
        block.fault_error);
  }
  return absl::StrFormat(
      "the guest took %s, error %#x, in ring %d at rip %#x, cr2 %#x",
      VectorName(block.fault_vector), block.fault_error, block.fault_mode & 3,
      block.fault_pc, block.fault_address);
}

}  // namespace exitbench
