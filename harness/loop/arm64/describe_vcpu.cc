#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/sys.h"
#include "guest_blobs/arm64/abi.h"
#include "harness/loop/describe_vcpus.h"
#include "vmm/arm64/exception_name.h"
#include "vmm/arm64/registers.h"

namespace exitbench {
namespace {

// PSTATE as SPSR_ELx has it (Arm ARM, SPSR_EL1).
constexpr uint64_t kIrqMasked = 1 << 7;
constexpr int ExceptionLevel(uint64_t pstate) { return pstate >> 2 & 3; }

// CNTV_CTL_EL0: the timer is enabled, unmasked, and its time has come.
constexpr uint64_t kTimerBits = 7;
constexpr uint64_t kTimerFires = 5;

// Registers of the distributor and of a redistributor's second frame (Arm IHI
// 0069, 12.9 and 12.11). Each has a bit for 32 interrupts.
constexpr uint64_t kSpiPending = 0x200 + 4;
constexpr uint64_t kSpiActive = 0x300 + 4;
constexpr uint64_t kPrivatePending = 0x10000 + 0x200;
constexpr uint64_t kPrivateActive = 0x10000 + 0x300;

// Adds the INTIDs whose bits the register has, from `first` on.
void AddIntids(int gic, uint32_t group, uint64_t attr, uint32_t first,
               std::vector<std::string>& intids) {
  uint32_t bits = 0;
  const kvm_device_attr read = {
      .group = group, .attr = attr, .addr = reinterpret_cast<uint64_t>(&bits)};
  if (sys::Ioctl(gic, "KVM_GET_DEVICE_ATTR", KVM_GET_DEVICE_ATTR,
                 reinterpret_cast<unsigned long>(&read)) != 0) {
    return;
  }
  for (uint32_t i = 0; i < 32; ++i) {
    if (bits >> i & 1) intids.push_back(absl::StrCat(first + i));
  }
}

// Returns the INTIDs below 64 of vCPU `index`, by the registers of private
// interrupts and of shared ones.
std::string Intids(int gic, int index, uint64_t of_private,
                   uint64_t of_shared) {
  std::vector<std::string> intids;
  // Bits 32 and up are the vCPU's affinity, which is its number.
  AddIntids(gic, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
            static_cast<uint64_t>(index) << 32 | of_private, 0, intids);
  AddIntids(gic, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, of_shared, 32, intids);
  return intids.empty() ? "none" : absl::StrJoin(intids, " ");
}

}  // namespace

std::string DescribeRegisters(Machine& machine, int index) {
  const Vcpu& vcpu = machine.vcpu(index);
  const absl::StatusOr<uint64_t> pc = GetReg(vcpu, EB_CORE_REG(regs.pc));
  const absl::StatusOr<uint64_t> pstate =
      GetReg(vcpu, EB_CORE_REG(regs.pstate));
  if (!pc.ok() || !pstate.ok()) return "no registers";
  return absl::StrFormat("pc %#x, EL%d, interrupts %s", *pc,
                         ExceptionLevel(*pstate),
                         *pstate & kIrqMasked ? "off" : "on");
}

std::string DescribePending(Machine& machine, int index) {
  const Vcpu& vcpu = machine.vcpu(index);
  std::vector<std::string> pending;
  kvm_vcpu_events events = {};
  if (sys::Ioctl(vcpu.fd(), "KVM_GET_VCPU_EVENTS", KVM_GET_VCPU_EVENTS,
                 reinterpret_cast<unsigned long>(&events)) == 0 &&
      events.exception.serror_pending) {
    pending.push_back("SError pending");
  }
  if (const absl::StatusOr<uint64_t> timer =
          GetReg(vcpu, KVM_REG_ARM_TIMER_CTL);
      timer.ok() && (*timer & kTimerBits) == kTimerFires) {
    pending.push_back("virtual timer fires");
  }
  if (const int gic = machine.vm().device(KVM_DEV_TYPE_ARM_VGIC_V3); gic >= 0) {
    pending.push_back(absl::StrCat(
        "GIC pending ", Intids(gic, index, kPrivatePending, kSpiPending),
        ", active ", Intids(gic, index, kPrivateActive, kSpiActive)));
  }
  return absl::StrJoin(pending, ", ");
}

std::string DescribeGuestFault(Machine& machine, int index) {
  const ParameterBlock block = machine.parameters(index);
  return absl::StrFormat(
      "the guest took %s, syndrome %#x, in EL%d at pc %#x, far %#x",
      ExceptionName(block.fault_vector, block.fault_error), block.fault_error,
      ExceptionLevel(block.fault_mode), block.fault_pc, block.fault_address);
}

}  // namespace exitbench
