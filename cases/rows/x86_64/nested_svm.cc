// nested/svm.*: the guest is a hypervisor (L1) that runs a guest of its own
// (L2) by SVM (AMD APM vol. 2 ch. 15). docs/nested.md has the times.
//
// An exit of L2 that L1 takes is two exits to L0: that of the event, which L0
// makes an exit to L1, and L1's VMRUN, which L0 carries out (nested_run).
//
// There is no VMMCALL that L0 handles alone. L0 does not intercept it for an L2
// (nested.c: recalc_intercepts), so it is #UD, whose handler has L2 execute it
// again for ever (emulate.c: em_hypercall). Seen with Linux 6.1.
#include "cases/support/x86_64/nested_svm.h"

#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr KnownLimitation kNoSvm = {
    .backends = kBackendVmx | kBackendPvm,
    .reason = "SVM is offered to guests by kvm_amd only"};

constexpr CounterClaim Exits(int n) {
  return {.counter = "exits",
          .per_event = static_cast<double>(n),
          .backends = kBackendSvm};
}
constexpr CounterClaim NestedRuns(int n) {
  return {.counter = "nested_run",
          .per_event = static_cast<double>(n),
          .backends = kBackendSvm};
}
constexpr CounterClaim Hypercalls(int n) {
  return {.counter = "hypercalls",
          .per_event = static_cast<double>(n),
          .backends = kBackendSvm};
}

template <L2Event kEvent, TakenBy kTakenBy>
absl::Status Prepare(Machine& machine) {
  return PrepareSvm(machine, kEvent, kTakenBy);
}

constexpr Claims kTakenByL1 = {Exits(2), NestedRuns(1), Hypercalls(0)};

// An event of L2's that L1 takes.
constexpr Case ByL1(absl::string_view name, absl::string_view measures,
                    absl::Status (*prepare)(Machine&)) {
  return {.name = name,
          .measures = measures,
          .blob = &blobs::nested_svm,
          .expect = {.claims = kTakenByL1, .verifies = kExitCodesInL1},
          .host = {.needs = {kSvmForGuests}, .limitations = {kNoSvm}},
          .prepare = prepare,
          .verify_batch = ExpectL1TookEach,
          .stamps = Stamps::kNested,
          .fixed_parts = kFixedByNested};
}

// One that L0 handles without L1.
constexpr Case ByL0(absl::string_view name, absl::string_view measures,
                    absl::Status (*prepare)(Machine&), const ExpectedExit& exit,
                    const Claims& claims) {
  return {.name = name,
          .measures = measures,
          .blob = &blobs::nested_svm,
          .expect = {.exit = exit, .claims = claims, .verifies = kNoExitsInL1},
          .host = {.needs = {kSvmForGuests}, .limitations = {kNoSvm}},
          .prepare = prepare,
          .verify_batch = ExpectL1TookNone,
          .fixed_parts = kFixedByNested};
}

constexpr uint64_t kTouchedBytes = 256 * kPageBytes;

// By the numbers of nested_svm_insn.S.
template <uint64_t kInstruction>
absl::Status PrepareInstruction(Machine& machine) {
  machine.parameters(0).args[kArgEvent] = kInstruction;
  return TurnSvmOn(machine);
}

// An instruction of SVM's that L1 executes. L0 emulates it, unless the
// processor has `feature`, which lets L1 execute it.
constexpr Case Instruction(absl::string_view name, absl::string_view measures,
                           absl::Status (*prepare)(Machine&),
                           uint32_t feature) {
  Case row = {.name = name,
              .measures = measures,
              .blob = &blobs::nested_svm_insn,
              .host = {.needs = {kSvmForGuests}, .limitations = {kNoSvm}},
              .prepare = prepare,
              .fixed_parts = kFixedByNested};
  CounterClaim exits = Exits(1);
  if (feature == 0) {
    row.expect.claims = {exits};
    return row;
  }
  exits.without = feature;
  CounterClaim none = Exits(0);
  none.with = feature;
  row.expect.claims = {exits, none};
  return row;
}

constexpr Case kCases[] = {
    ByL1("nested/svm.cpuid",
         "CPUID of L2 that L1 takes (SVM VMEXIT_CPUID and VMRUN; APM 15.5, "
         "15.9)",
         Prepare<L2Event::kCpuid, TakenBy::kL1>),
    ByL1("nested/svm.vmmcall",
         "VMMCALL of L2 that L1 takes (SVM VMEXIT_VMMCALL and VMRUN; APM 15.5, "
         "15.9)",
         Prepare<L2Event::kCall, TakenBy::kL1>),
    ByL1("nested/svm.out",
         "OUT of L2 that L1 takes (SVM VMEXIT_IOIO and VMRUN; APM 15.5, 15.10)",
         Prepare<L2Event::kOut, TakenBy::kL1>),
    ByL1("nested/svm.hlt",
         "HLT of L2 that L1 takes (SVM VMEXIT_HLT and VMRUN; APM 15.5, 15.9)",
         Prepare<L2Event::kHlt, TakenBy::kL1>),
    ByL0("nested/svm.cpuid.l0",
         "CPUID of L2 that L1 does not ask for: L0 handles it alone (SVM "
         "VMEXIT_CPUID; APM 15.9)",
         Prepare<L2Event::kCpuid, TakenBy::kL0>, ExpectedExit(),
         {Exits(1), NestedRuns(0)}),
    ByL0("nested/svm.out.l0",
         "OUT of L2 to a port that L1 does not ask for: KVM_EXIT_IO (SVM "
         "VMEXIT_IOIO; APM 15.10)",
         Prepare<L2Event::kOut, TakenBy::kL0>, PioOut(EB_EVENT_PORT, 1),
         {Exits(1), NestedRuns(0)}),
    ByL0("nested/svm.hlt.l0",
         "HLT of L2 that L1 does not ask for, without an interrupt controller "
         "in the kernel: KVM_EXIT_HLT (SVM VMEXIT_HLT; APM 15.9)",
         Prepare<L2Event::kHlt, TakenBy::kL0>, ExitOf(KVM_EXIT_HLT),
         {Exits(1), NestedRuns(0)}),
    {.name = "nested/svm.npt12_fault",
     .measures = "a write of L2 to a page that L1's nested page tables lack: "
                 "L1 maps it, and L0 then maps it in its own (SVM VMEXIT_NPF "
                 "and VMRUN; APM 15.25.6)",
     .blob = &blobs::nested_svm_fault,
     .shape = {.data_bytes = kHugePageBytes},
     // The fault, VMRUN, and L0's own fault. L1's two stores to its table exit
     // where L0 has write-protected it: one in the event, one between events.
     .expect = {.claims = {{.counter = "exits",
                            .per_event = 3,
                            .backends = kBackendSvm,
                            .per_event_most = 5,
                            .over_control = true},
                           {.counter = "nested_run",
                            .per_event = 1,
                            .backends = kBackendSvm,
                            .over_control = true}},
                .verifies = kExitCodesInL1},
     .host = {.needs = {kSvmForGuests, kNptForGuests}, .limitations = {kNoSvm}},
     .prepare = PrepareSvmFault,
     .verify_batch = ExpectL1TookEach,
     .stamps = Stamps::kNested,
     .fixed_parts = kFixedByNested},
    {.name = "nested/svm.npt01_fault",
     .measures = "a write of L2 to a page that L1 has mapped and L0 has not: "
                 "L0 maps it alone (SVM VMEXIT_NPF; APM 15.25.6)",
     .blob = &blobs::nested_svm,
     .shape = {.data_bytes = kTouchedBytes},
     .expect = {.claims = {Exits(1), NestedRuns(0)}, .verifies = kNoExitsInL1},
     .host = {.needs = {kSvmForGuests, kNptForGuests}, .limitations = {kNoSvm}},
     .prepare = Prepare<L2Event::kTouch, TakenBy::kL0>,
     .before_batch = DiscardTouched,
     .verify_batch = ExpectL1TookNone,
     .size = {.fresh_bytes = kPageBytes},
     .fixed_parts = kFixedByNested},
    {.name = "nested/svm.irq",
     .measures =
         "KVM_SIGNAL_MSI for L1 between two KVM_RUNs, while L2 runs: "
         "an exit of L2 that L0 makes, and the interrupt let in by L1's "
         "STGI (SVM VMEXIT_INTR; APM 15.13.1, 15.17)",
     .blob = &blobs::nested_svm_irq,
     .shape = {.irqchip = true},
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1),
                .claims = {NestedRuns(1), kOneInjection},
                .verifies = kExitCodesInL1},
     .host = {.needs = {kSvmForGuests, kIrqchip,
                        EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)},
              .limitations = {kNoSvm}},
     .prepare = PrepareSvmIrq,
     .answer = InjectByMsi,
     .verify_batch = ExpectL1TookEach,
     .stamps = Stamps::kInjection,
     .fixed_parts = kFixedByNested},
    Instruction("nested/svm.vmload",
                "VMLOAD by L1 (SVM VMEXIT_VMLOAD; does not exit with virtual "
                "VMLOAD and VMSAVE; APM 15.5.2, 15.33.1)",
                PrepareInstruction<0>, kVirtualVmload),
    Instruction("nested/svm.vmsave",
                "VMSAVE by L1 (SVM VMEXIT_VMSAVE; does not exit with virtual "
                "VMLOAD and VMSAVE; APM 15.5.2, 15.33.1)",
                PrepareInstruction<1>, kVirtualVmload),
    Instruction("nested/svm.stgi",
                "STGI by L1 (SVM VMEXIT_STGI; does not exit with virtual GIF; "
                "APM 15.17, 15.33.2)",
                PrepareInstruction<2>, kVirtualGif),
    Instruction("nested/svm.clgi",
                "CLGI by L1 (SVM VMEXIT_CLGI; does not exit with virtual GIF; "
                "APM 15.17, 15.33.2)",
                PrepareInstruction<3>, kVirtualGif),
    Instruction("nested/svm.invlpga",
                "INVLPGA by L1 (SVM VMEXIT_INVLPGA; APM 15.16.1)",
                PrepareInstruction<4>, 0),
};

}  // namespace

absl::Span<const Case> NestedSvmCases() { return kCases; }

}  // namespace exitbench
