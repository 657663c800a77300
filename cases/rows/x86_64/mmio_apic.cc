// mmio/: the local APIC's window.
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr Case kCases[] = {
    {.name = "mmio/apic_read",
     .measures = "load of the timer's current count from the local APIC in the "
                 "kernel, by its memory window (VMX exit 44 APIC access, SVM "
                 "VMEXIT_NPF or AVIC_NOACCEL; SDM 30.4.2, APM 15.29)",
     .modes = kBothModes,
     .blob = &blobs::apic_read,
     .shape = {.irqchip = true},
     .expect =
         {// Before Linux 6.12, and with APICv or AVIC off, KVM runs the load
          // again before it emulates it (retry_instruction() in
          // arch/x86/kvm/x86.c).
          .claims = {{.counter = "exits",
                      .per_event = 1,
                      .backends = kHardware,
                      .per_event_most = 2},
                     kOneExitPvmRing3,
                     EmulatedPvmRing0(1)},
          .exit_reasons = {{kBackendVmx, EXIT_REASON_APIC_ACCESS},
                           {kBackendVmxEpt, EXIT_REASON_EPT_VIOLATION},
                           {kBackendVmxEpt, EXIT_REASON_EPT_MISCONFIG},
                           {kBackendSvmNpt, SVM_EXIT_NPF},
                           {kBackendSvm, SVM_EXIT_AVIC_UNACCELERATED_ACCESS},
                           {kBackendVmxShadow, EXIT_REASON_EXCEPTION_NMI},
                           {kBackendSvmShadow, SVM_EXIT_EXCP_BASE + 14}}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}}},
};

}  // namespace

absl::Span<const Case> MmioApicCases() { return kCases; }

}  // namespace exitbench
