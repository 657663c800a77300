// nested/vmx.*: the guest is a hypervisor (L1) that runs a guest of its own
// (L2) by VMX (Intel SDM vol. 3C). docs/nested.md has the times.
//
// An exit of L2 that L1 takes is two exits to L0: that of the event, which L0
// makes an exit to L1, and L1's VMRESUME, which L0 carries out (nested_run).
// Without a shadow VMCS each of L1's VMREADs and VMWRITEs is one more. L1 makes
// three and one: exit reason, length, RIP, and RIP.
#include "cases/support/x86_64/nested_vmx.h"

#include <cstring>

#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr KnownLimitation kNoVmx = {
    .backends = kBackendSvm | kBackendPvm,
    .reason = "VMX is offered to guests by kvm_intel only"};

constexpr CounterClaim Exits(int n) {
  return {.counter = "exits",
          .per_event = static_cast<double>(n),
          .backends = kBackendVmx};
}
constexpr CounterClaim ExitsWith(uint32_t feature, int n) {
  CounterClaim claim = Exits(n);
  claim.with = feature;
  return claim;
}
constexpr CounterClaim ExitsWithout(uint32_t feature, int n) {
  CounterClaim claim = Exits(n);
  claim.without = feature;
  return claim;
}
constexpr CounterClaim NestedRuns(int n) {
  return {.counter = "nested_run",
          .per_event = static_cast<double>(n),
          .backends = kBackendVmx};
}
constexpr CounterClaim OverControl(CounterClaim claim, int most = 0) {
  claim.over_control = true;
  claim.per_event_most = most;
  return claim;
}

template <L2Event kEvent, TakenBy kTakenBy, Reentry kReentry>
absl::Status Prepare(Machine& machine) {
  return PrepareVmx(machine, kEvent, kTakenBy, kReentry);
}

constexpr Case ByL1(absl::string_view name, absl::string_view measures,
                    absl::Status (*prepare)(Machine&), int exits) {
  return {.name = name,
          .measures = measures,
          .blob = &blobs::nested_vmx,
          .expect = {.claims = {ExitsWith(kShadowVmcs, exits),
                                ExitsWithout(kShadowVmcs, exits + 4),
                                NestedRuns(1)},
                     .verifies = kExitCodesInL1},
          .host = {.needs = {kVmxForGuests}, .limitations = {kNoVmx}},
          .prepare = prepare,
          .verify_batch = ExpectL1TookEach,
          .stamps = Stamps::kNested,
          .fixed_parts = kFixedByNested};
}

constexpr Case ByL0(absl::string_view name, absl::string_view measures,
                    absl::Status (*prepare)(Machine&),
                    const ExpectedExit& exit) {
  return {.name = name,
          .measures = measures,
          .blob = &blobs::nested_vmx,
          .expect = {.exit = exit,
                     .claims = {Exits(1), NestedRuns(0)},
                     .verifies = kNoExitsInL1},
          .host = {.needs = {kVmxForGuests}, .limitations = {kNoVmx}},
          .prepare = prepare,
          .verify_batch = ExpectL1TookNone,
          .fixed_parts = kFixedByNested};
}

constexpr uint64_t kTouchedBytes = 256 * kPageBytes;

// By the numbers of nested_vmx_insn.S.
enum class VmxInstruction : uint64_t {
  kVmread,
  kVmwrite,
  kVmptrld,
  kVmclear,
  kInvept,
  kInvvpid
};

// Fields of a VMCS (SDM vol. 3D appendix B). KVM has the first and the second
// in its shadow VMCS, to be read and to be written (vmcs_shadow_fields.h).
constexpr uint64_t kExitReason = 0x4402;
constexpr uint64_t kGuestRip = 0x681e;
constexpr uint64_t kHostRip = 0x6c16;

constexpr uint64_t kSingleContext = 1;  // Of INVEPT and INVVPID.

template <VmxInstruction kInstruction, uint64_t kField>
absl::Status PrepareInstruction(Machine& machine) {
  EB_RETURN_IF_ERROR(TurnVmxOn(machine));
  ParameterBlock& block = machine.parameters(0);
  block.args[2] = kOtherL2Gpa;
  block.args[3] = static_cast<uint64_t>(kInstruction);
  block.args[4] = kThirdL2Gpa;
  block.args[5] = kField;
  block.args[6] = kSingleContext;
  block.args[7] = kDescriptorGpa;
  // INVEPT wants an EPT pointer: write-back, 4 levels. INVVPID wants a VPID.
  const uint64_t descriptor[] = {
      kInstruction == VmxInstruction::kInvept ? kSecondLevelGpa | 0x1e : 1, 0};
  std::memcpy(NestedMemory(machine, kDescriptorGpa, sizeof(descriptor)),
              descriptor, sizeof(descriptor));
  return absl::OkStatus();
}

absl::Status ExpectNoneFailed(Machine& machine, uint32_t events) {
  return ExpectCounted(machine, events, "instructions of VMX did not fail");
}

constexpr char kNoneFailed[] =
    "instructions that did not fail counted by the guest";

constexpr Case Instruction(absl::string_view name, absl::string_view measures,
                           absl::Status (*prepare)(Machine&),
                           const Claims& claims,
                           absl::Status (*supported)(const Kvm&) = nullptr) {
  return {.name = name,
          .measures = measures,
          .blob = &blobs::nested_vmx_insn,
          .expect = {.claims = claims, .verifies = kNoneFailed},
          .host = {.needs = {kVmxForGuests},
                   .limitations = {kNoVmx},
                   .supported = supported},
          .prepare = prepare,
          .verify_batch = ExpectNoneFailed,
          .fixed_parts = kFixedByNested};
}

constexpr Claims kShadowed = {ExitsWith(kShadowVmcs, 0),
                              ExitsWithout(kShadowVmcs, 1)};

constexpr Case kCases[] = {
    ByL1("nested/vmx.cpuid",
         "CPUID of L2, which L1 takes (VMX exit 10 and VMRESUME; SDM 26.1.2)",
         Prepare<L2Event::kCpuid, TakenBy::kL1, Reentry::kVmresume>, 2),
    ByL1("nested/vmx.vmcall",
         "VMCALL of L2, which L1 takes (VMX exit 18 and VMRESUME; SDM 26.1.2)",
         Prepare<L2Event::kCall, TakenBy::kL1, Reentry::kVmresume>, 2),
    ByL1("nested/vmx.out",
         "OUT of L2 that L1 takes (VMX exit 30 and VMRESUME; SDM 26.1.3)",
         Prepare<L2Event::kOut, TakenBy::kL1, Reentry::kVmresume>, 2),
    ByL1("nested/vmx.hlt",
         "HLT of L2 that L1 takes (VMX exit 12 and VMRESUME; SDM 26.1.3)",
         Prepare<L2Event::kHlt, TakenBy::kL1, Reentry::kVmresume>, 2),
    ByL1("nested/vmx.cpuid.vmlaunch",
         "CPUID of L2, which L1 takes and then launches L2 anew by VMCLEAR, "
         "VMPTRLD and VMLAUNCH (VMX exit 10; SDM 26.1.2, 25.11.3)",
         Prepare<L2Event::kCpuid, TakenBy::kL1, Reentry::kVmlaunch>, 4),
    ByL0("nested/vmx.out.l0",
         "OUT of L2 to a port that L1 does not ask for: KVM_EXIT_IO (VMX exit "
         "30; SDM 26.1.3)",
         Prepare<L2Event::kOut, TakenBy::kL0, Reentry::kVmresume>,
         PioOut(EB_EVENT_PORT, 1)),
    ByL0("nested/vmx.hlt.l0",
         "HLT of L2 that L1 does not ask for, without an interrupt controller "
         "in the kernel: KVM_EXIT_HLT (VMX exit 12; SDM 26.1.3)",
         Prepare<L2Event::kHlt, TakenBy::kL0, Reentry::kVmresume>,
         ExitOf(KVM_EXIT_HLT)),
    {.name = "nested/vmx.ept12_fault",
     .measures = "a write of L2 to a page that L1's EPT lacks: L1 maps it, and "
                 "L0 then maps it in its own (VMX exit 48 twice and VMRESUME; "
                 "SDM 29.3.3.2)",
     .blob = &blobs::nested_vmx_fault,
     .shape = {.data_bytes = kHugePageBytes},
     // The fault, VMRESUME, and L0's own fault. L1's two stores to its table
     // exit where L0 has write-protected it: one in the event, one between
     // events. To read the exit reason is one more without a shadow VMCS.
     .expect = {.claims = {OverControl(ExitsWith(kShadowVmcs, 3), 5),
                           OverControl(ExitsWithout(kShadowVmcs, 4), 6),
                           OverControl(NestedRuns(1))},
                .verifies = kExitCodesInL1},
     .host = {.needs = {kVmxForGuests},
              .limitations = {kNoVmx},
              .supported = SupportsEptForGuests},
     .prepare = PrepareVmxFault,
     .verify_batch = ExpectL1TookEach,
     .stamps = Stamps::kNested,
     .fixed_parts = kFixedByNested},
    {.name = "nested/vmx.ept01_fault",
     .measures = "a write of L2 to a page that L1 has mapped and L0 has not: "
                 "L0 maps it alone (VMX exit 48; SDM 29.3.3.2)",
     .blob = &blobs::nested_vmx,
     .shape = {.data_bytes = kTouchedBytes},
     .expect = {.claims = {Exits(1), NestedRuns(0)}, .verifies = kNoExitsInL1},
     .host = {.needs = {kVmxForGuests},
              .limitations = {kNoVmx},
              .supported = SupportsEptForGuests},
     .prepare = Prepare<L2Event::kTouch, TakenBy::kL0, Reentry::kVmresume>,
     .before_batch = DiscardTouched,
     .verify_batch = ExpectL1TookNone,
     .size = {.fresh_bytes = kPageBytes},
     .fixed_parts = kFixedByNested},
    {.name = "nested/vmx.irq",
     .measures =
         "KVM_SIGNAL_MSI for L1 between two KVM_RUNs, while L2 runs: "
         "an exit of L2 that L0 makes, and the interrupt let in by L1's "
         "STI (VMX exit 1; SDM 26.2)",
     .blob = &blobs::nested_vmx_irq,
     .shape = {.irqchip = true},
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1),
                .claims = {NestedRuns(1), kOneInjection},
                .verifies = kExitCodesInL1},
     .host = {.needs = {kVmxForGuests, kIrqchip,
                        EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)},
              .limitations = {kNoVmx}},
     .prepare = PrepareVmxIrq,
     .answer = InjectByMsi,
     .verify_batch = ExpectL1TookEach,
     .stamps = Stamps::kInjection,
     .fixed_parts = kFixedByNested},
    Instruction("nested/vmx.vmread",
                "VMREAD by L1 of a field that KVM's shadow VMCS lacks, the "
                "host's RIP (VMX exit 23; SDM 26.1.2)",
                PrepareInstruction<VmxInstruction::kVmread, kHostRip>,
                {Exits(1)}),
    Instruction("nested/vmx.vmread.shadowed",
                "VMREAD by L1 of the exit reason, which a shadow VMCS has (VMX "
                "exit 23 without one; SDM 26.1.3)",
                PrepareInstruction<VmxInstruction::kVmread, kExitReason>,
                kShadowed),
    Instruction("nested/vmx.vmwrite",
                "VMWRITE by L1 of a field that KVM's shadow VMCS lacks, the "
                "host's RIP (VMX exit 25; SDM 26.1.2)",
                PrepareInstruction<VmxInstruction::kVmwrite, kHostRip>,
                {Exits(1)}),
    Instruction("nested/vmx.vmwrite.shadowed",
                "VMWRITE by L1 of L2's RIP, which a shadow VMCS has (VMX exit "
                "25 without one; SDM 26.1.3)",
                PrepareInstruction<VmxInstruction::kVmwrite, kGuestRip>,
                kShadowed),
    Instruction("nested/vmx.vmptrld",
                "VMPTRLD by L1 of another VMCS than the current one (VMX exit "
                "21; SDM 26.1.2)",
                PrepareInstruction<VmxInstruction::kVmptrld, 0>, {Exits(1)}),
    Instruction("nested/vmx.vmclear",
                "VMCLEAR by L1 of another VMCS than the current one (VMX exit "
                "19; SDM 26.1.2)",
                PrepareInstruction<VmxInstruction::kVmclear, 0>, {Exits(1)}),
    Instruction("nested/vmx.invept",
                "INVEPT by L1, of one EPT pointer (VMX exit 50; SDM 26.1.2)",
                PrepareInstruction<VmxInstruction::kInvept, 0>, {Exits(1)},
                SupportsEptForGuests),
    Instruction("nested/vmx.invvpid",
                "INVVPID by L1, of one VPID (VMX exit 53; SDM 26.1.2)",
                PrepareInstruction<VmxInstruction::kInvvpid, 0>, {Exits(1)},
                SupportsVpidForGuests),
};

}  // namespace

absl::Span<const Case> NestedVmxCases() { return kCases; }

}  // namespace exitbench
