// exit/: exits to userspace, other than I/O, that an instruction of the guest
// makes. KVM API section 5.
#include <fstream>

#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// It is in none of the ranges that VMX and SVM have bitmaps for, and not KVM's.
constexpr uint32_t kUnknownMsr = 0x12345678;
constexpr uint32_t kFilteredMsr = 0x3b;  // IA32_TSC_ADJUST.

// With ignore_msrs KVM itself answers for MSRs that it does not know.
absl::Status SupportsUnknownMsr(const Kvm&) {
  std::ifstream file("/sys/module/kvm/parameters/ignore_msrs");
  char first = 'N';
  file >> first;
  if (first != 'Y' && first != '1') return absl::OkStatus();
  return absl::UnimplementedError(
      "the parameter ignore_msrs of kvm is set: no unknown MSR exits");
}

absl::Status HaveMsrsExit(Machine& machine, uint32_t index) {
  machine.parameters(0).args[0] = index;
  machine.parameters(0).args[1] = 0;
  // Backends refuse an MSR for different reasons.
  return machine.vm().EnableCap(KVM_CAP_X86_USER_SPACE_MSR,
                                KVM_MSR_EXIT_REASON_INVAL |
                                    KVM_MSR_EXIT_REASON_UNKNOWN |
                                    KVM_MSR_EXIT_REASON_FILTER);
}

absl::Status UseUnknownMsr(Machine& machine) {
  return HaveMsrsExit(machine, kUnknownMsr);
}

// KVM_X86_SET_MSR_FILTER (KVM API 4.97). A clear bit denies.
absl::Status UseFilteredMsr(Machine& machine) {
  EB_RETURN_IF_ERROR(HaveMsrsExit(machine, kFilteredMsr));
  uint8_t denied[8] = {};
  kvm_msr_filter filter = {};
  filter.flags = KVM_MSR_FILTER_DEFAULT_ALLOW;
  filter.ranges[0].flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE;
  filter.ranges[0].nmsrs = 1;
  filter.ranges[0].base = kFilteredMsr;
  filter.ranges[0].bitmap = denied;
  return EB_IOCTL(machine.vm().fd(), KVM_X86_SET_MSR_FILTER, &filter, "")
      .status();
}

const char* AnswerMsr(Machine&, kvm_run& run) {
  run.msr.error = 0;
  run.msr.data = 0;
  return nullptr;
}

constexpr Case kCases[] = {
    {.name = "exit/hlt",
     .measures = "HLT without an interrupt controller in the kernel: "
                 "KVM_EXIT_HLT (VMX exit 12, SVM VMEXIT_HLT; SDM 26.1.3, APM "
                 "15.9)",
     .blob = &blobs::hlt,
     .expect = {.exit = ExitOf(KVM_EXIT_HLT),
                .claims = {kOneExitAnywhere, {.counter = "halt_exits"}}},
     .fixed_parts = kVmApic | kVmExitsDisabled},
    {.name = "exit/msr_unknown_read",
     .measures = "RDMSR of an MSR that KVM does not know: KVM_EXIT_X86_RDMSR "
                 "(VMX exit 31, SVM VMEXIT_MSR; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::rdmsr,
     .expect = {.exit = MsrRead(kUnknownMsr), .claims = {kOneExitAnywhere}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_X86_USER_SPACE_MSR)},
              .supported = SupportsUnknownMsr},
     .prepare = UseUnknownMsr,
     .answer = AnswerMsr},
    {.name = "exit/msr_unknown_write",
     .measures = "WRMSR to an MSR that KVM does not know: KVM_EXIT_X86_WRMSR "
                 "(VMX exit 32, SVM VMEXIT_MSR; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::wrmsr,
     .expect = {.exit = MsrWrite(kUnknownMsr), .claims = {kOneExitAnywhere}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_X86_USER_SPACE_MSR)},
              .supported = SupportsUnknownMsr},
     .prepare = UseUnknownMsr,
     .answer = AnswerMsr},
    {.name = "exit/msr_filtered_read",
     .measures = "RDMSR of IA32_TSC_ADJUST, which a filter denies: "
                 "KVM_EXIT_X86_RDMSR (VMX exit 31, SVM VMEXIT_MSR; KVM API "
                 "4.97)",
     .blob = &blobs::rdmsr,
     .expect = {.exit = MsrRead(kFilteredMsr), .claims = {kOneExitAnywhere}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_X86_USER_SPACE_MSR),
                        EB_NEED_CAP(KVM_CAP_X86_MSR_FILTER)}},
     .prepare = UseFilteredMsr,
     .answer = AnswerMsr},
    {.name = "exit/msr_filtered_write",
     .measures = "WRMSR to IA32_TSC_ADJUST, which a filter denies: "
                 "KVM_EXIT_X86_WRMSR (VMX exit 32, SVM VMEXIT_MSR; KVM API "
                 "4.97)",
     .blob = &blobs::wrmsr,
     .expect = {.exit = MsrWrite(kFilteredMsr), .claims = {kOneExitAnywhere}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_X86_USER_SPACE_MSR),
                        EB_NEED_CAP(KVM_CAP_X86_MSR_FILTER)}},
     .prepare = UseFilteredMsr,
     .answer = AnswerMsr},
    {.name = "exit/set_tpr",
     .measures = "MOV to CR8 that lowers the priority, without an interrupt "
                 "controller in the kernel: KVM_EXIT_SET_TPR (VMX exit 28 CR "
                 "access, SVM VMEXIT_CR8_WRITE; SDM 26.1.3, APM 15.8)",
     .blob = &blobs::cr8_lower,
     .expect = {.exit = ExitOf(KVM_EXIT_SET_TPR),
                // To raise it again exits too, into the kernel.
                .claims = {{.counter = "exits",
                            .per_event = 2,
                            .backends = kHardware}}},
     .host = {.limitations =
                  {{.backends = kBackendPvm,
                    .reason =
                        "kvm_pvm makes no KVM_EXIT_SET_TPR: it emulates the "
                        "MOV to CR8 to its end"}}},
     .fixed_parts = kVmApic},
};

}  // namespace

absl::Span<const Case> ExitCases() { return kCases; }

}  // namespace exitbench
