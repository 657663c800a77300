// cpu/: sensitive instructions. Some of them exit, some must not.
// VMX: SDM vol. 3C 26.1.2 and 26.1.3; SVM: APM vol. 2 15.8 (control and debug
// registers) and 15.9 (instructions).
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"
#include "vmm/x86_64/host_cpuid.h"

namespace exitbench {
namespace {

constexpr uint32_t kNative = kHardware | kBackendPvm;

// For what exits on VMX and SVM, exits in PVM's ring 3, and is emulated in its
// ring 0.
constexpr Claims kExits = {kOneExit, kOneExitPvmRing3, EmulatedPvmRing0(1)};
// For what exits on PVM only.
constexpr Claims kExitsOnPvm = {kOneExitPvmRing3, EmulatedPvmRing0(1)};
// The same, for what ring 3 may do itself where the processor has no UMIP.
constexpr Claims kExitsOnPvmByUmip = {OneExitPvmRing3With(kUmip),
                                      NoExitPvmRing3Without(kUmip),
                                      EmulatedPvmRing0(1)};

// QEMU's emulated SVM gives INVD the reason of WBINVD.
constexpr ExitReasons kInvd = {{kBackendVmx, EXIT_REASON_INVD},
                               {kBackendSvm, SVM_EXIT_INVD},
                               {kBackendSvm, SVM_EXIT_WBINVD}};

constexpr KnownLimitation PvmRing0CantEmulate(const char* reason) {
  return {.backends = kBackendPvm, .modes = kKernelMode, .reason = reason};
}

// TCG's SVM does not intercept XSETBV. The guest's would change the host's own
// XCR0, and the host's user space would die of what it then lacks.
absl::Status NoXsetbvUnderTcg(const Kvm& kvm) {
  if (!(kvm.backend().backend & kBackendSvm)) return absl::OkStatus();
  if (HypervisorSignature() != kTcgSignature) return absl::OkStatus();
  return absl::UnimplementedError(
      "QEMU's emulated SVM does not intercept XSETBV: it would change the "
      "host's own XCR0");
}

constexpr Case kCases[] = {
    {.name = "cpu/cpuid",
     .measures = "CPUID of leaf 0 (VMX exit 10, SVM VMEXIT_CPUID; SDM 26.1.2, "
                 "APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::cpuid,
     .expect = {.claims = {kOneExit, OneExitPvmRing3With(kCpuidFaulting),
                           NoExitPvmRing3Without(kCpuidFaulting),
                           EmulatedPvmRing0(1)},
                .exit_reasons = Reasons(EXIT_REASON_CPUID, SVM_EXIT_CPUID)},
     .native = true},
    {.name = "cpu/rdtsc",
     .measures = "RDTSC, which KVM lets the guest have (VMX RDTSC exiting, SVM "
                 "INTERCEPT_RDTSC: both off; SDM 26.1.3, APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::rdtsc,
     .expect = {.never_exits = kNative, .claims = {EmulatedPvmRing0(1)}},
     .native = true},
    {.name = "cpu/rdtscp",
     .measures =
         "RDTSCP, which KVM lets the guest have (VMX RDTSC exiting, SVM "
         "INTERCEPT_RDTSCP: both off; SDM 26.1.3, APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::rdtscp,
     .expect = {.never_exits = kNative},
     .host = {.limitations = {PvmRing0CantEmulate(
                  "kvm_pvm can't emulate RDTSCP in ring 0")},
              .probe = "no RDTSCP for guests: CPUID 8000_0001:EDX[27]"},
     .native = true},
    {.name = "cpu/rdpmc",
     .measures = "RDPMC of counter 0 (VMX exit 15, SVM VMEXIT_RDPMC; SDM "
                 "26.1.3, APM 15.9)",
     .blob = &blobs::rdpmc,
     .expect =
         {// A virtual PMU that hands its counters to the guest lets it read
          // them.
          .claims = {OneExitOrNoneOn(kHardware), EmulatedPvmRing0(1)},
          .exit_reasons = Reasons(EXIT_REASON_RDPMC, SVM_EXIT_RDPMC)},
     .host = {.probe = "no PMU for guests: RDPMC faults"}},
    {.name = "cpu/sgdt",
     .measures =
         "SGDT to memory (VMX exit 46 and SVM VMEXIT_GDTR_READ, which "
         "KVM leaves off unless it emulates UMIP; SDM 26.1.3, APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::sgdt,
     .expect = {.never_exits = kHardware, .claims = kExitsOnPvmByUmip},
     .native = true},
    {.name = "cpu/sidt",
     .measures =
         "SIDT to memory (VMX exit 46 and SVM VMEXIT_IDTR_READ, which "
         "KVM leaves off unless it emulates UMIP; SDM 26.1.3, APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::sidt,
     .expect = {.never_exits = kHardware, .claims = kExitsOnPvmByUmip},
     .native = true},
    {.name = "cpu/sldt",
     .measures =
         "SLDT to memory (VMX exit 47 and SVM VMEXIT_LDTR_READ, which "
         "KVM leaves off unless it emulates UMIP; SDM 26.1.3, APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::sldt,
     .expect = {.never_exits = kHardware, .claims = kExitsOnPvmByUmip},
     .native = true},
    {.name = "cpu/smsw",
     .measures = "SMSW to memory (on VMX the CR0 read shadow answers, on SVM "
                 "VMEXIT_CR0_READ is off; SDM 26.1.3, APM 15.8)",
     .modes = kBothModes,
     .blob = &blobs::smsw,
     .expect = {.never_exits = kHardware, .claims = kExitsOnPvmByUmip},
     .native = true},
    {.name = "cpu/pushf_popf",
     .measures =
         "PUSHF and POPF (SVM VMEXIT_PUSHF and VMEXIT_POPF are off; VMX "
         "has no such exit; APM 15.9)",
     .modes = kBothModes,
     .blob = &blobs::pushf_popf,
     .expect = {.never_exits = kNative, .claims = {EmulatedPvmRing0(2)}},
     .native = true},
    {.name = "cpu/lgdt",
     .measures =
         "LGDT of the table in use (VMX exit 46 and SVM "
         "VMEXIT_GDTR_WRITE, which KVM leaves off; SDM 26.1.3, APM 15.9)",
     .blob = &blobs::lgdt,
     .expect = {.never_exits = kHardware, .claims = kExitsOnPvm}},
    {.name = "cpu/lidt",
     .measures =
         "LIDT of the table in use (VMX exit 46 and SVM "
         "VMEXIT_IDTR_WRITE, which KVM leaves off; SDM 26.1.3, APM 15.9)",
     .blob = &blobs::lidt,
     .expect = {.never_exits = kHardware, .claims = kExitsOnPvm}},
    {.name = "cpu/invlpg",
     .measures = "INVLPG of a page that nobody touches: an exit with shadow "
                 "paging only (VMX exit 14, SVM VMEXIT_INVLPG; SDM 26.1.3, APM "
                 "15.9)",
     .blob = &blobs::invlpg,
     .expect = {.never_exits = kTwoDimensional,
                .claims = {OneExitOn(kHardwareShadow),
                           {.counter = "invlpg",
                            .backends = kHardwareShadow | kBackendPvm},
                           EmulatedPvmRing0(1)}}},
    {.name = "cpu/wbinvd",
     .measures =
         "WBINVD (VMX exit 54, SVM VMEXIT_WBINVD; SDM 26.1.3, APM 15.9)",
     .blob = &blobs::wbinvd,
     .expect = {.claims = kExits,
                .exit_reasons = Reasons(EXIT_REASON_WBINVD, SVM_EXIT_WBINVD)}},
    {.name = "cpu/invd",
     .measures = "INVD (VMX exit 13, SVM VMEXIT_INVD; SDM 26.1.2, APM 15.9)",
     .blob = &blobs::invd,
     .expect = {.claims = kExits, .exit_reasons = kInvd}},
    {.name = "cpu/pause",
     .measures = "PAUSE, which exits only where it looks like a spinning loop "
                 "(VMX exit 40, SVM VMEXIT_PAUSE; SDM 26.1.3, APM 15.14.4)",
     .modes = kBothModes,
     .blob = &blobs::pause,
     .expect = {.claims = {{.counter = "exits",
                            .per_event = 0,
                            .backends = kHardware,
                            .per_event_most = 1,
                            .disabled_by = kPauseExits},
                           {.counter = "exits",
                            .per_event = 0,
                            .backends = kBackendPvm,
                            .modes = kUserMode},
                           EmulatedPvmRing0(1)}},
     .native = true},
    {.name = "cpu/xsetbv",
     .measures = "XSETBV of the value that XCR0 has (VMX exit 55, SVM "
                 "VMEXIT_XSETBV; SDM 26.1.2, APM 15.9)",
     .blob = &blobs::xsetbv,
     .expect = {.claims = kExits,
                .exit_reasons = Reasons(EXIT_REASON_XSETBV, SVM_EXIT_XSETBV)},
     .host = {.supported = NoXsetbvUnderTcg,
              .probe = "no XSAVE for guests: CPUID 1:ECX[26]"}},
};

}  // namespace

absl::Span<const Case> CpuCases() { return kCases; }

}  // namespace exitbench
