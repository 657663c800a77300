// exit/: exits to userspace that the host asked for, or that end a guest. What
// is timed is the KVM_RUN that brings them. KVM API section 5.
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"
#include "vmm/exit_text.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

constexpr uint32_t kDebugVector = 1;
constexpr uint32_t kBreakpointVector = 3;

absl::Status Unlike(Machine& machine, int result, int error,
                    absl::string_view expected) {
  if (result != 0) {
    return absl::InternalError(absl::StrCat("KVM_RUN returned ", result,
                                            " errno ", error, ", expected ",
                                            expected));
  }
  return absl::InternalError(absl::StrCat("expected ", expected, ", saw ",
                                          DescribeExit(machine.vcpu().run())));
}

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
  EB_ASSIGN_OR_RETURN(const kvm_regs regs, GetRegs(machine.vcpu()));
  kvm_guest_debug debug = {};
  debug.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP;
  debug.arch.debugreg[0] = regs.rip;
  debug.arch.debugreg[7] = 0x401;  // Execution, local, breakpoint 0.
  return SetGuestDebug(machine, debug);
}

absl::Status SoftwareBreakpoint(Machine& machine) {
  kvm_guest_debug debug = {};
  debug.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP;
  return SetGuestDebug(machine, debug);
}

template <uint32_t vector>
absl::Status ExpectDebugExit(Machine& machine, int result, int error) {
  const kvm_run& run = machine.vcpu().run();
  if (result == 0 && run.exit_reason == KVM_EXIT_DEBUG &&
      run.debug.arch.exception == vector) {
    return absl::OkStatus();
  }
  return Unlike(machine, result, error, "KVM_EXIT_DEBUG");
}

absl::Status AskForWindow(Machine& machine) {
  machine.vcpu().run().request_interrupt_window = 1;
  return absl::OkStatus();
}

absl::Status ExpectWindow(Machine& machine, int result, int error) {
  kvm_run& run = machine.vcpu().run();
  run.request_interrupt_window = 0;
  if (result == 0 && run.exit_reason == KVM_EXIT_IRQ_WINDOW_OPEN) {
    return absl::OkStatus();
  }
  return Unlike(machine, result, error, "KVM_EXIT_IRQ_WINDOW_OPEN");
}

// The vCPU's state before it has ever run.
struct FreshState {
  kvm_sregs sregs = {};
  kvm_regs regs = {};
  kvm_vcpu_events events = {};
};

absl::Status KeepFreshState(Machine& machine) {
  FreshState& fresh = machine.case_state<FreshState>();
  EB_ASSIGN_OR_RETURN(fresh.sregs, GetSregs(machine.vcpu()));
  EB_ASSIGN_OR_RETURN(fresh.regs, GetRegs(machine.vcpu()));
  // No exception finds a handler, so that the first becomes a triple fault.
  fresh.sregs.idt.limit = 0;
  return EB_IOCTL(machine.vcpu().fd(), KVM_GET_VCPU_EVENTS, &fresh.events, "")
      .status();
}

// After a triple fault the vCPU's state is undefined (KVM API 5).
absl::Status PutFreshState(Machine& machine) {
  const FreshState& fresh = machine.case_state<FreshState>();
  EB_RETURN_IF_ERROR(
      EB_IOCTL(machine.vcpu().fd(), KVM_SET_VCPU_EVENTS, &fresh.events, "")
          .status());
  EB_RETURN_IF_ERROR(SetSregs(machine.vcpu(), fresh.sregs));
  return SetRegs(machine.vcpu(), fresh.regs);
}

absl::Status ExpectShutdown(Machine& machine, int result, int error) {
  if (result == 0 && machine.vcpu().run().exit_reason == KVM_EXIT_SHUTDOWN) {
    return absl::OkStatus();
  }
  return Unlike(machine, result, error, "KVM_EXIT_SHUTDOWN");
}

absl::Status ExitOnEmulationFailure(Machine& machine) {
  return machine.vm().EnableCap(KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1);
}

absl::Status ExpectEmulationFailure(Machine& machine, int result, int error) {
  const kvm_run& run = machine.vcpu().run();
  if (result == 0 && run.exit_reason == KVM_EXIT_INTERNAL_ERROR &&
      run.internal.suberror == KVM_INTERNAL_ERROR_EMULATION) {
    return absl::OkStatus();
  }
  return Unlike(machine, result, error,
                "KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_EMULATION");
}

constexpr KnownLimitation kPvmRing3 = {
    .backends = kBackendPvm,
    .modes = kUserMode,
    .reason =
        "kvm_pvm runs ring 3 natively and keeps no debug exits there: the "
        "guest takes the exception, or nobody does"};

// A KVM_RUN that the debugger's exception ends.
struct DebugExit {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* guest = nullptr;
  absl::Status (*prepare)(Machine&) = nullptr;
  absl::Status (*after)(Machine&, int result, int error) = nullptr;
  uint32_t vector = kDebugVector;
  KnownLimitations limitations = {kPvmRing3};
};

constexpr Case Debug(const DebugExit& exit) {
  return {
      .name = exit.name,
      .measures = exit.measures,
      .modes = kBothModes,
      .host_loop = {.guest = exit.guest, .timed = RunVcpu, .after = exit.after},
      .expect = {.exit_reasons = ExceptionReasons(exit.vector)},
      .host = {.needs = {EB_NEED_CAP(KVM_CAP_SET_GUEST_DEBUG)},
               .limitations = exit.limitations,
               .probe = "the processor, as this host sees it, or the "
                        "backend makes no such debug exit"},
      .prepare = exit.prepare};
}

constexpr Case kCases[] = {
    Debug({.name = "exit/debug_single_step",
           .measures =
               "KVM_RUN of one instruction under KVM_GUESTDBG_SINGLESTEP: "
               "KVM_EXIT_DEBUG (#DB by RFLAGS.TF, VMX exit 0, SVM "
               "VMEXIT_EXCP1; KVM API 4.87)",
           .guest = &blobs::spin,
           .prepare = SingleStep,
           .after = ExpectDebugExit<kDebugVector>}),
    Debug({.name = "exit/debug_hw_breakpoint",
           .measures =
               "KVM_RUN onto an instruction with a breakpoint in DR0: "
               "KVM_EXIT_DEBUG (#DB, VMX exit 0, SVM VMEXIT_EXCP1; KVM API "
               "4.87)",
           .guest = &blobs::spin,
           .prepare = HardwareBreakpoint,
           .after = ExpectDebugExit<kDebugVector>}),
    Debug(
        {.name = "exit/debug_sw_breakpoint",
         .measures = "KVM_RUN onto INT3 under KVM_GUESTDBG_USE_SW_BP: "
                     "KVM_EXIT_DEBUG (#BP, VMX exit 0, SVM VMEXIT_EXCP3; "
                     "KVM API 4.87)",
         .guest = &blobs::breakpoint,
         .prepare = SoftwareBreakpoint,
         .after = ExpectDebugExit<kBreakpointVector>,
         .vector = kBreakpointVector,
         .limitations = {kPvmRing3,
                         {.backends = kBackendPvm,
                          .reason = "kvm_pvm can't emulate INT3 in ring 0"}}}),
    {.name = "exit/irq_window",
     .measures = "KVM_RUN of a guest that takes interrupts, with "
                 "request_interrupt_window set: KVM_EXIT_IRQ_WINDOW_OPEN (VMX "
                 "exit 7, SVM VMEXIT_VINTR; SDM 26.2, APM 15.21.4)",
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::spin,
                   .before = AskForWindow,
                   .timed = RunVcpu,
                   .after = ExpectWindow},
     .expect = {.claims = {{.counter = "request_irq_exits"}}},
     .size = {.max_events = 60},
     .fixed_parts = kVmApic},
    {.name = "exit/shutdown",
     .measures =
         "KVM_RUN into a triple fault by UD2 with no IDT: "
         "KVM_EXIT_SHUTDOWN (VMX exit 2, SVM VMEXIT_SHUTDOWN; SDM 26.2, "
         "APM 15.14.3)",
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::undefined,
                   .before = PutFreshState,
                   .timed = RunVcpu,
                   .after = ExpectShutdown},
     .expect = {.exit_reasons =
                    Reasons(EXIT_REASON_TRIPLE_FAULT, SVM_EXIT_SHUTDOWN)},
     .prepare = KeepFreshState,
     .size = {.max_events = 2000}},
    {.name = "exit/emulation_failure",
     .measures = "KVM_RUN onto an FPU load from unbacked memory, which KVM "
                 "can't emulate: KVM_EXIT_INTERNAL_ERROR (VMX exit 49 EPT "
                 "misconfiguration, SVM VMEXIT_NPF; KVM API 7.29)",
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::emulation_failure,
                   .timed = RunVcpu,
                   .after = ExpectEmulationFailure},
     .expect = {.claims = {{.counter = "insn_emulation_fail"}},
                .exit_reasons = kMmioReasons},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_EXIT_ON_EMULATION_FAILURE)}},
     .prepare = ExitOnEmulationFailure,
     .size = {.max_events = 2000}},
};

}  // namespace

absl::Span<const Case> ExitHostCases() { return kCases; }

}  // namespace exitbench
