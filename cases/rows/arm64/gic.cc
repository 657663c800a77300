// gic/: the interrupt controller (Arm IHI 0069). Its distributor, its
// redistributors and its ITS are memory that KVM emulates in the kernel. Its
// CPU interface is system registers, most of which the hardware virtualizes.
//
// For interrupts of the host's, `to_handler` begins just before the host's call
// and ends at the handler's first instruction, as in irq/.
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostSlow = 300;

constexpr VmShape kWithGic = {.irqchip = true};

struct Access {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
};

constexpr Case InKernel(const Access& access) {
  return {.name = access.name,
          .measures = access.measures,
          .blob = access.blob,
          .shape = kWithGic,
          .expect = {.claims = kMmioInKernel},
          .host = {.needs = {kIrqchip}}};
}

constexpr Case DoesNotTrap(const Access& access) {
  return {.name = access.name,
          .measures = access.measures,
          .blob = access.blob,
          .shape = kWithGic,
          .expect = {.never_exits = kBackendArm},
          .host = {.needs = {kIrqchip}}};
}

// The guest exits to userspace, which raises EB_IRQ_INTID.
struct Spi {
  absl::string_view name;
  absl::string_view measures;
  absl::Status (*prepare)(Machine&) = nullptr;
  const char* (*answer)(Machine&, kvm_run&) = nullptr;
  absl::Status (*verify)(Machine&, uint32_t) = ExpectArrived;
  Needs needs = {kIrqchip};
  const GuestBlob* blob = &blobs::irq_exit;
};

constexpr Case Raise(const Spi& spi) {
  return {
      .name = spi.name,
      .measures = spi.measures,
      .blob = spi.blob,
      .shape = kWithGic,
      .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4), .claims = {kOneMmioExit}},
      .host = {.needs = spi.needs},
      .prepare = spi.prepare,
      .answer = spi.answer,
      .verify_batch = spi.verify,
      .stamps = Stamps::kInjectionHandler,
      .size = {.max_events = kMostSlow}};
}

absl::Status PrepareLine(Machine& machine) {
  machine.parameters(0).args[0] = kSpiEdge;
  return absl::OkStatus();
}
absl::Status PrepareSpiIrqfd(Machine& machine) {
  machine.parameters(0).args[0] = kSpiEdge;
  return MakeSpiIrqfd(machine);
}
absl::Status PrepareLevel(Machine& machine) {
  machine.parameters(0).args[0] = kSpiLevel;
  return MakeResampledIrqfd(machine);
}

constexpr Case kCases[] = {
    InKernel({.name = "gic/gicd_read",
              .measures = "load of GICD_TYPER, in the kernel (data abort, EC "
                          "0x24; Arm IHI 0069)",
              .blob = &blobs::gicd_read}),
    InKernel({.name = "gic/gicd_write",
              .measures = "store to GICD_CTLR of what it holds, in the kernel "
                          "(data abort, EC 0x24; Arm IHI 0069)",
              .blob = &blobs::gicd_write}),
    InKernel({.name = "gic/gicr_read",
              .measures = "load of GICR_TYPER, in the kernel (data abort, EC "
                          "0x24; Arm IHI 0069)",
              .blob = &blobs::gicr_read}),
    InKernel({.name = "gic/its_read",
              .measures = "load of GITS_TYPER, in the kernel (data abort, EC "
                          "0x24; Arm IHI 0069)",
              .blob = &blobs::its_read}),
    {.name = "gic/sgi_send",
     .measures = "MSR of ICC_SGI1R_EL1 that sends an SGI to the vCPU itself, "
                 "interrupts being masked (EC 0x18, HCR_EL2.IMO; Arm IHI 0069)",
     .blob = &blobs::sgi_send,
     .shape = kWithGic,
     .expect = {.claims = kOneTrap, .exit_reasons = kSysregReasons},
     .host = {.needs = {kIrqchip}},
     .works_between_events = true},
    // The exit is that of the SGI, which is sent before each event and untimed.
    {.name = "gic/eoi",
     .measures = "MSR of ICC_EOIR1_EL1, the end of an SGI in service: no exit "
                 "(ICH_HCR_EL2; Arm IHI 0069)",
     .blob = &blobs::eoi,
     .shape = kWithGic,
     .expect = {.claims = kOneTrap},
     .host = {.needs = {kIrqchip}},
     .works_between_events = true},
    DoesNotTrap({.name = "gic/eoi_spurious",
                 .measures = "MSR of ICC_EOIR1_EL1, none being in service: no "
                             "exit (ICH_HCR_EL2; Arm IHI 0069)",
                 .blob = &blobs::eoi_spurious}),
    DoesNotTrap({.name = "gic/pmr_write",
                 .measures = "MSR of ICC_PMR_EL1, the priority mask: no exit "
                             "(ICH_HCR_EL2; Arm IHI 0069)",
                 .blob = &blobs::pmr_write}),
    Raise({.name = "gic/spi_line",
           .measures = "KVM_IRQ_LINE of an edge-triggered SPI between two "
                       "KVM_RUNs (KVM API 4.25)",
           .prepare = PrepareLine,
           .answer = InjectByLine}),
    Raise({.name = "gic/spi_irqfd",
           .measures = "an edge-triggered SPI by an irqfd, written between two "
                       "KVM_RUNs (KVM API 4.75)",
           .prepare = PrepareSpiIrqfd,
           .answer = InjectByIrqfd,
           .needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD)}}),
    Raise({.name = "gic/level_resample",
           .measures = "a level-triggered SPI by an irqfd, written between two "
                       "KVM_RUNs, until the guest's end of interrupt, at which "
                       "KVM lowers the line (KVM API 4.75)",
           .prepare = PrepareLevel,
           .answer = InjectByIrqfd,
           .verify = ExpectResampled,
           .needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD_RESAMPLE)}}),
    Raise({.name = "gic/level_resample.exit_between",
           .measures = "the same as gic/level_resample, with a handler that "
                       "loads GICD_TYPER, which exits, between the interrupt's "
                       "acknowledgement and its end (KVM API 4.75)",
           .prepare = PrepareLevel,
           .answer = InjectByIrqfd,
           .verify = ExpectResampled,
           .needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD_RESAMPLE)},
           .blob = &blobs::irq_exit_between}),
    // What traps is the write of GITS_CWRITER.
    {.name = "gic/lpi_int",
     .measures = "the ITS command INT by the guest, until the LPI's handler "
                 "(data abort, EC 0x24; Arm IHI 0069)",
     .blob = &blobs::lpi_int,
     .shape = {.irqchip = true, .data_bytes = kItsDataBytes},
     .expect = {.claims = kMmioInKernel, .verifies = kCountedByHandler},
     .host = {.needs = {kIrqchip}},
     .verify_batch = ExpectArrived},
};

}  // namespace

absl::Span<const Case> GicCases() { return kCases; }

}  // namespace exitbench
