// pio/: port I/O. VMX exit 30, I/O instruction (SDM vol. 3C 26.1.3 and 28.2.1);
// SVM VMEXIT_IOIO (APM vol. 2 15.10).
#include "absl/strings/str_cat.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/notify.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr uint32_t kStringBytes = 26;
// An event can be 26 exits.
constexpr uint32_t kMostStrings = 100;
constexpr uint16_t kPitPort = 0x40;    // Counter 0.
constexpr uint16_t kElcrPort = 0x4d0;  // Edge or level of IRQ 0 to 7.

// One port I/O exit to userspace.
constexpr Claims kPioExit = {kOneExitAnywhere, kOneIoExit};
// One port I/O exit that ends in the kernel. PVM's ring 0 emulates the one
// instruction.
constexpr Claims kPioInKernel = {kOneExit, kOneExitPvmRing3, kOneIoExit,
                                 EmulatedPvmRing0(1)};

// Gives REP INS letters, the same wherever in the string this exit is.
const char* AnswerLetters(Machine& machine, kvm_run& run) {
  uint8_t* at = machine.vcpu().run_page() + run.io.data_offset;
  for (uint32_t i = 0; i < run.io.count; ++i) at[i] = 'x';
  return nullptr;
}

absl::Status ForgetLetters(Machine& machine, uint32_t) {
  for (uint64_t& word : machine.parameters(0).scratch) word = 0;
  return absl::OkStatus();
}

absl::Status ExpectLetters(Machine& machine, uint32_t) {
  const ParameterBlock block = machine.parameters(0);
  const auto* at = reinterpret_cast<const uint8_t*>(block.scratch);
  for (uint32_t i = 0; i < kStringBytes; ++i) {
    if (at[i] == 'x') continue;
    return absl::InternalError(
        absl::StrCat("byte ", i, " of REP INSB did not arrive in the guest"));
  }
  return absl::OkStatus();
}

template <uint16_t port>
absl::Status UsePort(Machine& machine) {
  machine.parameters(0).args[0] = port;
  machine.parameters(0).args[1] = 0;
  return absl::OkStatus();
}

absl::Status Bind(Machine& machine, uint32_t flags, uint64_t match) {
  machine.parameters(0).args[0] = kNotifyValue;
  return BindEventfd(machine, EB_EVENT_PORT, 4, KVM_IOEVENTFD_FLAG_PIO | flags,
                     match);
}
absl::Status BindAny(Machine& machine) { return Bind(machine, 0, 0); }
absl::Status BindMatch(Machine& machine) {
  return Bind(machine, KVM_IOEVENTFD_FLAG_DATAMATCH, kNotifyValue);
}
absl::Status BindMiss(Machine& machine) {
  return Bind(machine, KVM_IOEVENTFD_FLAG_DATAMATCH, kNeverWritten);
}
absl::Status ExpectNoSignal(Machine& machine, uint32_t) {
  return ExpectSignals(machine, 0);
}

absl::Status CoalescePort(Machine& machine) {
  machine.parameters(0).args[0] = kNotifyValue;
  return Coalesce(machine, EB_EVENT_PORT, true);
}
absl::Status ExpectPortCoalesced(Machine& machine, uint32_t events) {
  return ExpectCoalesced(machine, EB_EVENT_PORT, events);
}

constexpr Case kCases[] = {
    {.name = "pio/out",
     .measures = "OUT of one byte, handled in userspace: KVM_EXIT_IO (VMX exit "
                 "30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .modes = kBothModes,
     .blob = &blobs::pio_out,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1), .claims = kPioExit}},
    {.name = "pio/out.16bit",
     .measures = "OUT of 2 bytes, handled in userspace: KVM_EXIT_IO (VMX exit "
                 "30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .blob = &blobs::pio_out16,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 2), .claims = kPioExit}},
    {.name = "pio/out.32bit",
     .measures = "OUT of 4 bytes, handled in userspace: KVM_EXIT_IO (VMX exit "
                 "30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .blob = &blobs::pio_out32,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 4), .claims = kPioExit}},
    {.name = "pio/in",
     .measures = "IN of one byte, handled in userspace: KVM_EXIT_IO (VMX exit "
                 "30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .modes = kBothModes,
     .blob = &blobs::pio_in,
     .expect = {.exit = PioIn(EB_EVENT_PORT, 1), .claims = kPioExit}},
    {.name = "pio/in.16bit",
     .measures = "IN of 2 bytes, handled in userspace: KVM_EXIT_IO (VMX exit "
                 "30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .blob = &blobs::pio_in16,
     .expect = {.exit = PioIn(EB_EVENT_PORT, 2), .claims = kPioExit}},
    {.name = "pio/in.32bit",
     .measures = "IN of 4 bytes, handled in userspace: KVM_EXIT_IO (VMX exit "
                 "30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .blob = &blobs::pio_in32,
     .expect = {.exit = PioIn(EB_EVENT_PORT, 4), .claims = kPioExit}},
    {.name = "pio/out_string",
     .measures =
         "REP OUTSB of 26 bytes, handled in userspace, in as many exits "
         "as the backend makes of it (VMX exit 30, SVM VMEXIT_IOIO with "
         "STR and REP; SDM 28.2.1, APM 15.10)",
     .modes = kBothModes,
     .blob = &blobs::pio_out_string,
     .expect = {.exit = OfElements(kStringBytes, PioOut(EB_EVENT_PORT, 1))},
     .size = {.max_events = kMostStrings}},
    {.name = "pio/in_string",
     .measures =
         "REP INSB of 26 bytes, handled in userspace, in as many exits "
         "as the backend makes of it (VMX exit 30, SVM VMEXIT_IOIO with "
         "STR and REP; SDM 28.2.1, APM 15.10)",
     .modes = kBothModes,
     .blob = &blobs::pio_in_string,
     .expect = {.exit = OfElements(kStringBytes, PioIn(EB_EVENT_PORT, 1))},
     .before_batch = ForgetLetters,
     .answer = AnswerLetters,
     .verify_batch = ExpectLetters,
     .size = {.max_events = kMostStrings}},
    {.name = "pio/kernel_in",
     .measures = "IN from the PIC's ELCR (port 0x4d0), a device in the kernel "
                 "(VMX exit 30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .modes = kBothModes,
     .blob = &blobs::pio_port_in,
     .shape = {.irqchip = true},
     .expect = {.claims = kPioInKernel},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}},
     .prepare = UsePort<kElcrPort>,
     .fixed_parts = kVmApic},
    {.name = "pio/kernel_in.pit",
     .measures =
         "IN from the PIT's counter 0 (port 0x40), a device in the "
         "kernel that looks at the clock (VMX exit 30, SVM VMEXIT_IOIO; "
         "SDM 28.2.1, APM 15.10)",
     .blob = &blobs::pio_port_in,
     .shape = {.irqchip = true, .pit = true},
     .expect = {.claims = kPioInKernel},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP),
                        EB_NEED_CAP(KVM_CAP_PIT2)}},
     .prepare = UsePort<kPitPort>},
    {.name = "pio/kernel_out",
     .measures = "OUT of 0 to the PIC's ELCR (port 0x4d0), a device in the "
                 "kernel (VMX exit 30, SVM VMEXIT_IOIO; SDM 28.2.1, APM 15.10)",
     .modes = kBothModes,
     .blob = &blobs::pio_port_out,
     .shape = {.irqchip = true},
     .expect = {.claims = kPioInKernel},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}},
     .prepare = UsePort<kElcrPort>,
     .fixed_parts = kVmApic},
    {.name = "pio/ioeventfd",
     .measures =
         "OUT of 4 bytes that signals an eventfd whatever the value, in "
         "the kernel (VMX exit 30, SVM VMEXIT_IOIO; KVM API 4.59)",
     .modes = kBothModes,
     .blob = &blobs::pio_notify,
     .expect = {.claims = kPioInKernel, .verifies = "eventfd signals counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
     .prepare = BindAny,
     .verify_batch = ExpectSignals},
    {.name = "pio/ioeventfd_datamatch",
     .measures =
         "OUT of 4 bytes that signals an eventfd since the value "
         "matches, in the kernel (VMX exit 30, SVM VMEXIT_IOIO; KVM API "
         "4.59)",
     .modes = kBothModes,
     .blob = &blobs::pio_notify,
     .expect = {.claims = kPioInKernel, .verifies = "eventfd signals counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
     .prepare = BindMatch,
     .verify_batch = ExpectSignals},
    {.name = "pio/ioeventfd_miss",
     .measures = "OUT of 4 bytes to an eventfd's port with another value: "
                 "KVM_EXIT_IO after all (VMX exit 30, SVM VMEXIT_IOIO; KVM API "
                 "4.59)",
     .modes = kBothModes,
     .blob = &blobs::pio_notify,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 4), .claims = kPioExit},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
     .prepare = BindMiss,
     .verify_batch = ExpectNoSignal},
    {.name = "pio/coalesced",
     .measures = "OUT of 4 bytes that goes to the ring of coalesced writes, in "
                 "the kernel (VMX exit 30, SVM VMEXIT_IOIO; KVM API 4.116)",
     .modes = kBothModes,
     .blob = &blobs::pio_notify,
     .expect = {.claims = kPioInKernel,
                .verifies = "entries of the coalesced ring counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_COALESCED_PIO)}},
     .prepare = CoalescePort,
     .verify_batch = ExpectPortCoalesced,
     .size = {.max_batch = kMostCoalesced}},
};

}  // namespace

absl::Span<const Case> PioCases() { return kCases; }

}  // namespace exitbench
