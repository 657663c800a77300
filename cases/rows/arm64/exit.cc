// exit/: exits that only arm64 has: accesses that the processor does not
// describe, aborts that the host injects, WFI and WFE.
#include "cases/arch/claims.h"
#include "cases/arm64/exits.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "cases/support/arm64/one_reg.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostSlow = 300;

absl::Status PrepareNisv(Machine& machine) {
  return machine.vm().EnableCap(KVM_CAP_ARM_NISV_TO_USER, 0);
}

// Has the guest go on behind the instruction, as a VMM does that has decoded
// and emulated it.
const char* SkipInstruction(Machine& machine, kvm_run&) {
  constexpr uint64_t kPc = EB_CORE_REG(regs.pc);
  uint64_t pc = 0;
  if (ReadOneReg(machine.vcpu(), kPc, &pc) != 0) {
    return "KVM_GET_ONE_REG of the PC";
  }
  pc += 4;
  return WriteOneReg(machine.vcpu(), kPc, &pc) == 0
             ? nullptr
             : "KVM_SET_ONE_REG of the PC";
}

const char* InjectAbort(Machine& machine, kvm_run&) {
  kvm_vcpu_events events = {};
  events.exception.ext_dabt_pending = 1;
  return sys::Ioctl(machine.vcpu().fd(), "KVM_SET_VCPU_EVENTS",
                    KVM_SET_VCPU_EVENTS,
                    reinterpret_cast<unsigned long>(&events)) == 0
             ? nullptr
             : "KVM_SET_VCPU_EVENTS";
}

struct Undescribed {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  ExpectedExit exit;
};

constexpr Case Nisv(const Undescribed& access) {
  return {.name = access.name,
          .measures = access.measures,
          .modes = kBothModes,
          .blob = access.blob,
          .expect = {.exit = access.exit, .claims = {kOneExit}},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_ARM_NISV_TO_USER)}},
          .prepare = PrepareNisv,
          .answer = SkipInstruction};
}

constexpr Case kCases[] = {
    Nisv({.name = "exit/nisv_load",
          .measures = "LDP from unbacked memory, whose syndrome does not say "
                      "what it loads: KVM_EXIT_ARM_NISV (data abort, EC 0x24; "
                      "KVM API 7.18)",
          .blob = &blobs::nisv_load,
          .exit = NisvLoad(EB_MMIO_GPA)}),
    Nisv({.name = "exit/nisv_store",
          .measures = "STP to unbacked memory, whose syndrome does not say "
                      "what it stores: KVM_EXIT_ARM_NISV (data abort, EC 0x24; "
                      "KVM API 7.18)",
          .blob = &blobs::nisv_store,
          .exit = NisvStore(EB_MMIO_GPA)}),
    {.name = "exit/external_abort",
     .measures = "4-byte load from unbacked memory, which userspace answers by "
                 "an external abort, until its handler: KVM_EXIT_MMIO, "
                 "KVM_SET_VCPU_EVENTS (KVM API 4.32)",
     .blob = &blobs::external_abort,
     .expect = {.exit = MmioRead(EB_MMIO_GPA, 4),
                .claims = {kOneExit, kOneMmioExit}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_ARM_INJECT_EXT_DABT)}},
     .answer = InjectAbort,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjection,
     .size = {.max_events = kMostSlow}},
    // The exits are those of the SGI, which is sent before each event and
    // untimed, and perhaps of WFI.
    {.name = "exit/wfi_pending",
     .measures = "WFI with an interrupt pending: the processor need not wait, "
                 "and then does not trap (EC 0x01, HCR_EL2.TWI)",
     .blob = &blobs::wfi_pending,
     .shape = {.irqchip = true},
     .expect = {.claims = {{.counter = "exits",
                            .backends = kHardware,
                            .per_event_most = 2},
                           {.counter = "wfi_exit_stat",
                            .backends = kBackendArm,
                            .or_none = true}}},
     .host = {.needs = {kIrqchip}}},
    {.name = "exit/wfi",
     .measures = "WFI with an interrupt that KVM finds pending and the guest's "
                 "CPU interface holds back: KVM returns at once (EC 0x01, "
                 "HCR_EL2.TWI)",
     .blob = &blobs::wfi_held_back,
     .shape = {.irqchip = true},
     // Of Linux 7.2 the two changes of what is held back exit too, untimed.
     .expect = {.claims = {ExitsForSome(kBackendArm, 2, 4), kOneWfi}},
     .host = {.needs = {kIrqchip}}},
    {.name = "exit/wfe",
     .measures = "WFE, which waits for an event of the counter's stream, or "
                 "traps so that KVM lets others run (EC 0x01, HCR_EL2.TWE)",
     .modes = kBothModes,
     .blob = &blobs::wfe,
     .expect = {.claims = {OneExitOrNoneOn(kHardware), kOneWfeOrNone}},
     .size = {.max_events = 1000}},
};

}  // namespace

absl::Span<const Case> ExitCases() { return kCases; }

}  // namespace exitbench
