// sysreg/: reads and writes of system registers, and other instructions that
// EL2 may trap. Most of what a guest's kernel uses does not.
#include "absl/strings/str_cat.h"
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"
#include "vmm/arm64/arm_uapi.h"

namespace exitbench {
namespace {

constexpr uint32_t kPmuFeature = 1u << KVM_ARM_VCPU_PMU_V3;

absl::Status ExpectHandled(Machine& machine, uint32_t events) {
  const uint64_t runs = machine.parameters(0).results[0];
  if (runs == events) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the guest's handler ran ", runs,
                                          " times for ", events, " events"));
}

struct Register {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
};

constexpr Case Traps(const Register& reg) {
  return {.name = reg.name,
          .measures = reg.measures,
          .blob = reg.blob,
          .expect = {.claims = kOneTrap, .exit_reasons = kSysregReasons}};
}

constexpr Case DoesNotTrap(const Register& reg) {
  return {.name = reg.name,
          .measures = reg.measures,
          .blob = reg.blob,
          .expect = {.never_exits = kBackendArm}};
}

constexpr Case WithoutGic(const Register& reg) {
  Case row = Traps(reg);
  row.shape.no_irqchip = true;
  return row;
}

// Where guests have a PMU, which KVM emulates by the host's perf.
constexpr Case OfPmu(const Register& reg) {
  Case row = Traps(reg);
  row.shape.vcpu_features = kPmuFeature;
  row.host.needs = {EB_NEED_CAP(KVM_CAP_ARM_PMU_V3)};
  return row;
}

constexpr Case kCases[] = {
    Traps({.name = "sysreg/id_read",
           .measures = "MRS of ID_AA64PFR0_EL1 (EC 0x18, HCR_EL2.TID3)",
           .blob = &blobs::id_read}),
    WithoutGic({.name = "sysreg/id_read.no_gic",
                .measures = "MRS of ID_AA64PFR0_EL1 in a VM without an "
                            "interrupt controller (EC 0x18, HCR_EL2.TID3)",
                .blob = &blobs::id_read}),
    Traps({.name = "sysreg/actlr_read",
           .measures = "MRS of ACTLR_EL1 (EC 0x18, HCR_EL2.TACR)",
           .blob = &blobs::actlr_read}),
    Traps({.name = "sysreg/oslsr_read",
           .measures = "MRS of OSLSR_EL1 (EC 0x18, MDCR_EL2.TDOSA)",
           .blob = &blobs::oslsr_read}),
    // KVM traps debug registers until the guest uses one, and then hands them
    // over until it next loads the vCPU.
    {.name = "sysreg/debug_first",
     .measures =
         "MSR of MDSCR_EL1, the first of a KVM_RUN: KVM hands the debug "
         "registers over (EC 0x18, MDCR_EL2.TDA)",
     .blob = &blobs::mdscr_write,
     .expect = {.claims = kOneTrap, .exit_reasons = kSysregReasons},
     .size = {.max_batch = 1}},
    {.name = "sysreg/debug_again",
     .measures = "MSR of MDSCR_EL1 once the guest has the debug registers: no "
                 "exit (MDCR_EL2.TDA)",
     .blob = &blobs::mdscr_write,
     .expect = {.never_exits = kBackendArm},
     .size = {.batch_slack = 1}},
    DoesNotTrap({.name = "sysreg/sctlr_write",
                 .measures = "MSR of SCTLR_EL1 with its own value, the MMU "
                             "being on: no exit (HCR_EL2.TVM)",
                 .blob = &blobs::sctlr_write}),
    DoesNotTrap({.name = "sysreg/ttbr0_write",
                 .measures = "MSR of TTBR0_EL1 with its own value, the MMU "
                             "being on: no exit (HCR_EL2.TVM)",
                 .blob = &blobs::ttbr0_write}),
    DoesNotTrap({.name = "sysreg/tlbi",
                 .measures = "TLBI VMALLE1, on this CPU: no exit "
                             "(HCR_EL2.TTLB)",
                 .blob = &blobs::tlbi}),
    DoesNotTrap({.name = "sysreg/tlbi_shared",
                 .measures = "TLBI VMALLE1IS, on all CPUs: no exit "
                             "(HCR_EL2.TTLBIS)",
                 .blob = &blobs::tlbi_shared}),
    Traps({.name = "sysreg/dc_set_way",
           .measures = "DC CISW, which KVM does not let through (EC 0x18, "
                       "HCR_EL2.TSW)",
           .blob = &blobs::dc_cisw}),
    // Hypervisor code loads the registers without leaving for the host, so that
    // no exit is counted.
    {.name = "sysreg/fp_first",
     .measures = "FMOV, the first of a KVM_RUN: EL2 loads the guest's "
                 "registers and does not leave for the host (EC 0x07, "
                 "CPTR_EL2)",
     .blob = &blobs::fp_move,
     .expect = {.never_exits = kBackendArm},
     .size = {.max_batch = 1}},
    DoesNotTrap({.name = "sysreg/fp_again",
                 .measures = "FMOV once the guest's registers are loaded: no "
                             "exit (CPTR_EL2)",
                 .blob = &blobs::fp_move}),
    OfPmu({.name = "sysreg/pmcr_read",
           .measures = "MRS of PMCR_EL0, the vCPU having a PMU (EC 0x18, "
                       "MDCR_EL2.TPM)",
           .blob = &blobs::pmcr_read}),
    OfPmu({.name = "sysreg/pmccntr_read",
           .measures = "MRS of PMCCNTR_EL0, the vCPU having a PMU, which KVM "
                       "asks the host's perf for (EC 0x18, MDCR_EL2.TPM)",
           .blob = &blobs::pmccntr_read}),
    OfPmu({.name = "sysreg/pmselr_write",
           .measures = "MSR of PMSELR_EL0, the vCPU having a PMU (EC 0x18, "
                       "MDCR_EL2.TPM)",
           .blob = &blobs::pmselr_write}),
    {.name = "sysreg/pmcr_undefined",
     .measures = "MRS of PMCR_EL0, the vCPU having no PMU: KVM has the guest "
                 "take an undefined instruction (EC 0x18, MDCR_EL2.TPM)",
     .blob = &blobs::pmcr_undefined,
     .expect = {.claims = kOneTrap,
                .exit_reasons = kSysregReasons,
                .verifies = "runs of the guest's handler counted"},
     .verify_batch = ExpectHandled},
};

}  // namespace

absl::Span<const Case> SysregCases() { return kCases; }

}  // namespace exitbench
