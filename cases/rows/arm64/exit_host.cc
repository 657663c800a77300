// exit/: debug exits, which the host asked for. What is timed is the KVM_RUN
// that brings them. KVM API section 5.
#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"
#include "vmm/arm64/registers.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

// Exception classes (Arm ARM, ESR_EL2.EC).
constexpr uint32_t kBreakpoint = 0x30;
constexpr uint32_t kSoftwareStep = 0x32;
constexpr uint32_t kBrk = 0x3c;
constexpr int kClassShift = 26;

// DBGBCR_EL1: enabled, at EL0 and EL1, all four bytes of the instruction.
constexpr uint64_t kBreakpointOn = 1 | 3 << 1 | 0xf << 5;

absl::Status SetGuestDebug(Machine& machine, const kvm_guest_debug& debug) {
  return EB_IOCTL(machine.vcpu().fd(), KVM_SET_GUEST_DEBUG, &debug,
                  absl::StrCat("control ", debug.control))
      .status();
}

absl::Status SingleStep(Machine& machine) {
  kvm_guest_debug debug = {};
  debug.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP;
  return SetGuestDebug(machine, debug);
}

// The breakpoint is on the guest's first instruction. KVM_RUN does not step
// over it, so that it is hit each time.
absl::Status HardwareBreakpoint(Machine& machine) {
  kvm_guest_debug debug = {};
  debug.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW;
  EB_ASSIGN_OR_RETURN(debug.arch.dbg_bvr[0],
                      GetReg(machine.vcpu(), EB_CORE_REG(regs.pc)));
  debug.arch.dbg_bcr[0] = kBreakpointOn;
  return SetGuestDebug(machine, debug);
}

absl::Status SoftwareBreakpoint(Machine& machine) {
  kvm_guest_debug debug = {};
  debug.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP;
  return SetGuestDebug(machine, debug);
}

template <uint32_t exception_class>
absl::Status ExpectDebugExit(Machine& machine, int result, int error) {
  const kvm_run& run = machine.vcpu().run();
  if (result == 0 && run.exit_reason == KVM_EXIT_DEBUG &&
      run.debug.arch.hsr >> kClassShift == exception_class) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat(
      "KVM_RUN returned ", result, " errno ", error, ", ", DescribeExit(run),
      ", expected KVM_EXIT_DEBUG of class ", exception_class));
}

// A KVM_RUN that the debugger's exception ends.
struct DebugExit {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* guest = nullptr;
  absl::Status (*prepare)(Machine&) = nullptr;
  absl::Status (*after)(Machine&, int result, int error) = nullptr;
  Needs needs = {EB_NEED_CAP(KVM_CAP_SET_GUEST_DEBUG)};
};

constexpr Case Debug(const DebugExit& exit) {
  return {
      .name = exit.name,
      .measures = exit.measures,
      .modes = kBothModes,
      .host_loop = {.guest = exit.guest, .timed = RunVcpu, .after = exit.after},
      .host = {.needs = exit.needs,
               .probe = "the processor, as this host sees it, makes no such "
                        "debug exit"},
      .prepare = exit.prepare};
}

constexpr Case kCases[] = {
    Debug({.name = "exit/debug_single_step",
           .measures =
               "KVM_RUN of one instruction under KVM_GUESTDBG_SINGLESTEP: "
               "KVM_EXIT_DEBUG (EC 0x32; KVM API 4.87)",
           .guest = &blobs::spin,
           .prepare = SingleStep,
           .after = ExpectDebugExit<kSoftwareStep>}),
    Debug({.name = "exit/debug_hw_breakpoint",
           .measures = "KVM_RUN onto an instruction with a breakpoint in "
                       "DBGBVR0_EL1: KVM_EXIT_DEBUG (EC 0x30; KVM API 4.87)",
           .guest = &blobs::spin,
           .prepare = HardwareBreakpoint,
           .after = ExpectDebugExit<kBreakpoint>,
           .needs = {EB_NEED_CAP(KVM_CAP_SET_GUEST_DEBUG),
                     EB_NEED_CAP(KVM_CAP_GUEST_DEBUG_HW_BPS)}}),
    Debug({.name = "exit/debug_sw_breakpoint",
           .measures = "KVM_RUN onto BRK under KVM_GUESTDBG_USE_SW_BP: "
                       "KVM_EXIT_DEBUG (EC 0x3c; KVM API 4.87)",
           .guest = &blobs::breakpoint,
           .prepare = SoftwareBreakpoint,
           .after = ExpectDebugExit<kBrk>}),
};

}  // namespace

absl::Span<const Case> ExitHostCases() { return kCases; }

}  // namespace exitbench
