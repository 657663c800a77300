#include "harness/loop/describe_vcpus.h"

#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

constexpr uint64_t kInterruptFlag = 0x200;
constexpr int kApicInService = 0x100;
constexpr int kApicRequest = 0x200;

std::string MpStateName(uint32_t state) {
  switch (state) {
    case KVM_MP_STATE_RUNNABLE:
      return "runnable";
    case KVM_MP_STATE_HALTED:
      return "halted";
    case KVM_MP_STATE_UNINITIALIZED:
      return "not started";
    default:
      return absl::StrCat("MP state ", state);
  }
}

// The vectors set in 256 bits of the APIC's page, 32 in each 16 bytes.
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

std::string DescribeVcpu(Machine& machine, int index) {
  Vcpu& vcpu = machine.vcpu(index);
  std::string text = absl::StrCat("vCPU ", index, ": ");
  absl::StatusOr<kvm_regs> regs = vcpu.GetRegs();
  absl::StatusOr<kvm_sregs> sregs = vcpu.GetSregs();
  if (!regs.ok() || !sregs.ok()) return absl::StrCat(text, "no registers");
  absl::StrAppendFormat(&text, "rip %#x, ring %d, interrupts %s", regs->rip,
                        sregs->cs.dpl,
                        regs->rflags & kInterruptFlag ? "on" : "off");
  if (absl::StatusOr<uint32_t> state = vcpu.GetMpState(); state.ok()) {
    absl::StrAppend(&text, ", ", MpStateName(*state));
  }
  if (absl::StatusOr<kvm_vcpu_events> e = vcpu.GetEvents(); e.ok()) {
    if (e->interrupt.injected) {
      absl::StrAppendFormat(&text, ", injecting %#x", e->interrupt.nr);
    }
    if (e->nmi.pending || e->nmi.injected) {
      absl::StrAppend(&text, ", NMI pending");
    }
  }
  if (machine.shape().irqchip) {
    if (absl::StatusOr<kvm_lapic_state> lapic = vcpu.GetLapic(); lapic.ok()) {
      absl::StrAppend(&text, ", APIC requested ", Vectors(*lapic, kApicRequest),
                      ", in service ", Vectors(*lapic, kApicInService));
    }
  }
  const ParameterBlock block = machine.parameters(index);
  absl::StrAppend(&text, ", counted ", block.results[0], " and ",
                  block.results[1]);
  return text;
}

}  // namespace

std::string DescribeGuestFault(Machine& machine, int index) {
  const ParameterBlock block = machine.parameters(index);
  return absl::StrFormat(
      "the guest took %s, error %#x, in ring %d at rip %#x, cr2 %#x",
      VectorName(block.fault_vector), block.fault_error, block.fault_mode & 3,
      block.fault_pc, block.fault_address);
}

std::string DescribeVcpus(Machine& machine) {
  std::vector<std::string> all;
  for (int i = 0; i < machine.vcpus(); ++i) {
    all.push_back(DescribeVcpu(machine, i));
  }
  return absl::StrJoin(all, "; ");
}

}  // namespace exitbench
