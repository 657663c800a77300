// psci/: how a guest turns vCPUs and itself on and off (Arm DEN 0022). KVM
// answers, but for the end of the whole system.
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arm64/exits.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "cases/support/arm64/one_reg.h"
#include "cases/support/arm64/smccc.h"
#include "guest_blobs/payloads.h"
#include "vmm/arm64/registers.h"

namespace exitbench {
namespace {

constexpr uint64_t kPsciVersion = 0x84000000;
constexpr uint64_t kAffinityInfo = 0xc4000004;
constexpr uint64_t kSystemOff = 0x84000008;
constexpr uint64_t kSystemReset = 0x84000009;
constexpr uint64_t kSystemSuspend = 0xc400000e;
constexpr uint64_t kIsOn = 0;
constexpr uint64_t kInternalFailure = static_cast<uint64_t>(-6);
constexpr uint64_t kDenied = static_cast<uint64_t>(-3);

// KVM has a register that says which version it answers.
absl::Status PrepareVersion(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const uint64_t version,
                      GetReg(machine.vcpu(), KVM_REG_ARM_PSCI_VERSION));
  SetCall(machine, kPsciVersion, 0, version);
  return absl::OkStatus();
}

// After SYSTEM_OFF and SYSTEM_RESET all vCPUs are off. A guest that goes on
// finds an internal failure.
const char* TurnOn(Machine& machine, kvm_run&) {
  kvm_mp_state state = {KVM_MP_STATE_RUNNABLE};
  return sys::Ioctl(machine.vcpu().fd(), "KVM_SET_MP_STATE", KVM_SET_MP_STATE,
                    reinterpret_cast<unsigned long>(&state)) == 0
             ? nullptr
             : "KVM_SET_MP_STATE";
}

absl::Status PrepareSuspend(Machine& machine) {
  SetCall(machine, kSystemSuspend, 0, kDenied);
  return machine.vm().EnableCap(KVM_CAP_ARM_SYSTEM_SUSPEND, 0);
}

const char* Deny(Machine& machine, kvm_run&) {
  const uint64_t answer = kDenied;
  return WriteOneReg(machine.vcpu(), EB_CORE_REG(regs.regs[0]), &answer) == 0
             ? nullptr
             : "KVM_SET_ONE_REG of x0";
}

// The guest counts each time that it turned vCPU 1 on.
struct TurnedOn {
  uint64_t events = 0;
};

absl::Status ExpectTurnedOn(Machine& machine, uint32_t events) {
  TurnedOn& state = machine.case_state<TurnedOn>();
  state.events += events;
  const uint64_t counted = machine.parameters(0).results[0];
  if (counted == state.events) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("CPU_ON did it ", counted, " of ", state.events, " times"));
}

// A call that ends in userspace, which has the guest go on all the same.
struct Ending {
  absl::string_view name;
  absl::string_view measures;
  ExpectedExit exit;
  absl::Status (*prepare)(Machine&) = nullptr;
  const char* (*answer)(Machine&, kvm_run&) = TurnOn;
  Needs needs;
};

constexpr Case End(const Ending& ending) {
  return {.name = ending.name,
          .measures = ending.measures,
          .blob = &blobs::hvc,
          .expect = {.exit = ending.exit,
                     .claims = kOneHvc,
                     .verifies = kRightAnswers},
          .host = {.needs = ending.needs},
          .prepare = ending.prepare,
          .answer = ending.answer,
          .verify_batch = ExpectAnswers,
          .size = {.max_events = 1000}};
}

constexpr Case kCases[] = {
    {.name = "psci/version",
     .measures = "HVC of PSCI_VERSION, answered in the kernel (EC 0x16; Arm "
                 "DEN 0022)",
     .blob = &blobs::hvc,
     .expect = {.claims = kOneHvc, .verifies = kRightAnswers},
     .prepare = PrepareVersion,
     .verify_batch = ExpectAnswers},
    {.name = "psci/affinity_info",
     .measures = "HVC of AFFINITY_INFO of the vCPU itself, which is on (EC "
                 "0x16; Arm DEN 0022)",
     .blob = &blobs::hvc,
     .expect = {.claims = kOneHvc, .verifies = kRightAnswers},
     .prepare = PrepareCall<kAffinityInfo, 0, kIsOn>,
     .verify_batch = ExpectAnswers},
    {.name = "psci/cpu_on_off.apart",
     .measures =
         "HVC of CPU_ON that starts vCPU 1, on another CPU, whose first "
         "call is CPU_OFF, until AFFINITY_INFO says that it is off (EC "
         "0x16; Arm DEN 0022)",
     .blob = &blobs::psci_cpu_on_off,
     .shape = {.vcpus = 2, .vcpu_features = 1u << KVM_ARM_VCPU_POWER_OFF},
     .expect = {.verifies = "vCPUs turned on, each off again"},
     .verify_batch = ExpectTurnedOn,
     .place = Place::kApart,
     .size = {.max_events = 300}},
    {.name = "psci/cpu_suspend",
     .measures = "HVC of CPU_SUSPEND with an interrupt pending, which KVM "
                 "handles as it does WFI (EC 0x16; Arm DEN 0022)",
     .blob = &blobs::psci_cpu_suspend,
     .shape = {.irqchip = true},
     // One of them sends the interrupt.
     .expect = {.claims = {{.counter = "exits",
                            .per_event = 2,
                            .backends = kHardware},
                           kOneHvcCounted}},
     .host = {.needs = {kIrqchip}}},
    End({.name = "psci/system_off",
         .measures = "HVC of SYSTEM_OFF: KVM_EXIT_SYSTEM_EVENT, after which "
                     "userspace has the guest go on (EC 0x16; KVM API 5)",
         .exit = SystemEvent(KVM_SYSTEM_EVENT_SHUTDOWN),
         .prepare = PrepareCall<kSystemOff, 0, kInternalFailure>}),
    End({.name = "psci/system_reset",
         .measures = "HVC of SYSTEM_RESET: KVM_EXIT_SYSTEM_EVENT, after which "
                     "userspace has the guest go on (EC 0x16; KVM API 5)",
         .exit = SystemEvent(KVM_SYSTEM_EVENT_RESET),
         .prepare = PrepareCall<kSystemReset, 0, kInternalFailure>}),
    End({.name = "psci/system_suspend",
         .measures = "HVC of SYSTEM_SUSPEND, which userspace denies: "
                     "KVM_EXIT_SYSTEM_EVENT (EC 0x16; KVM API 7.32)",
         .exit = SystemEvent(KVM_SYSTEM_EVENT_SUSPEND),
         .prepare = PrepareSuspend,
         .answer = Deny,
         .needs = {EB_NEED_CAP(KVM_CAP_ARM_SYSTEM_SUSPEND)}}),
};

}  // namespace

absl::Span<const Case> PsciCases() { return kCases; }

}  // namespace exitbench
