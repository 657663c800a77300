// hypercall/: HVC and SMC (Arm DEN 0028), answered by KVM or by userspace.
// Documentation/virt/kvm/arm/hypercalls.rst.
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/arch/facts.h"
#include "cases/arm64/exits.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/one_reg.h"
#include "cases/support/arm64/smccc.h"
#include "guest_blobs/payloads.h"
#include "vmm/arm64/registers.h"

namespace exitbench {
namespace {

constexpr uint64_t kSmcccVersion = 0x80000000;
constexpr uint64_t kVersion1_1 = 0x10001;
constexpr uint64_t kTrngVersion = 0x84000050;
constexpr uint64_t kTrngVersion1_0 = 0x10000;
constexpr uint64_t kTrngRandom64 = 0xc4000053;
constexpr uint64_t kTrngBits = 192;
constexpr uint64_t kPvTimeFeatures = 0xc5000020;
constexpr uint64_t kPvTimeStolen = 0xc5000021;
// Which userspace is to answer, and how.
constexpr uint64_t kForwarded = 0xc6001234;
constexpr uint64_t kForwardedAnswer = 0x4558;

// Has KVM hand calls of kForwarded to userspace. The filter stands in front of
// HVC and SMC alike.
absl::Status PrepareForwarded(Machine& machine) {
  SetCall(machine, kForwarded, 0, kForwardedAnswer);
  kvm_smccc_filter filter = {};
  filter.base = kForwarded;
  filter.nr_functions = 1;
  filter.action = KVM_SMCCC_FILTER_FWD_TO_USER;
  return SetDeviceAttr(machine.vm().fd(), KVM_ARM_VM_SMCCC_CTRL,
                       KVM_ARM_VM_SMCCC_FILTER, &filter);
}

template <uint32_t flags>
const char* AnswerForwarded(Machine& machine, kvm_run& run) {
  // The flags begin where headers of Linux 6.1 have this member.
  if ((run.hypercall.longmode & KVM_HYPERCALL_EXIT_SMC) != flags) {
    return "KVM_EXIT_HYPERCALL of the other instruction";
  }
  const uint64_t answer = kForwardedAnswer;
  return WriteOneReg(machine.vcpu(), EB_CORE_REG(regs.regs[0]), &answer) == 0
             ? nullptr
             : "KVM_SET_ONE_REG of x0";
}

// Gives the vCPU a place for its stolen time, without which the feature is not
// there.
absl::Status PreparePvTime(Machine& machine) {
  SetCall(machine, kPvTimeFeatures, kPvTimeStolen, kSmcccSuccess);
  const uint64_t gpa = machine.data().gpa();
  return SetDeviceAttr(machine.vcpu().fd(), KVM_ARM_VCPU_PVTIME_CTRL,
                       KVM_ARM_VCPU_PVTIME_IPA, &gpa);
}

// Linux 6.4 added the filter, and this capability with it.
constexpr Need kSmcccFilter = {.name = "KVM_ARM_VM_SMCCC_FILTER (Linux 6.4)",
                               .capability = KVM_CAP_COUNTER_OFFSET};

struct Call {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = &blobs::hvc;
  absl::Status (*prepare)(Machine&) = nullptr;
  Claims claims = kOneHvc;
  ExitReasons reasons = {};
};

constexpr Case InKernel(const Call& call) {
  return {.name = call.name,
          .measures = call.measures,
          .blob = call.blob,
          .expect = {.claims = call.claims,
                     .exit_reasons = call.reasons,
                     .verifies = kRightAnswers},
          .prepare = call.prepare,
          .verify_batch = ExpectAnswers};
}

constexpr Case ToUserspace(const Call& call,
                           const char* (*answer)(Machine&, kvm_run&)) {
  return {.name = call.name,
          .measures = call.measures,
          .blob = call.blob,
          .expect = {.exit = SmcccExit(kForwarded),
                     .claims = call.claims,
                     .verifies = kRightAnswers},
          .host = {.needs = {kSmcccFilter}},
          .prepare = PrepareForwarded,
          .answer = answer,
          .verify_batch = ExpectAnswers};
}

// The same call of a VM without an interrupt controller, whose state the host's
// own controller then need not hold, but whose timers KVM has to look after at
// each exit.
constexpr Case WithoutGic() {
  Case row = InKernel({.name = "hypercall/smccc_version.no_gic",
                       .measures = "HVC of SMCCC_VERSION, answered in the "
                                   "kernel, in a VM without an interrupt "
                                   "controller (EC 0x16; Arm DEN 0028)",
                       .prepare = PrepareCall<kSmcccVersion, 0, kVersion1_1>});
  row.shape.no_irqchip = true;
  return row;
}

constexpr Case PvTime() {
  Case row = InKernel(
      {.name = "hypercall/pv_time_features",
       .measures = "HVC of PV_TIME_FEATURES, which says that the vCPU's stolen "
                   "time is shown (EC 0x16; Arm DEN 0057)",
       .prepare = PreparePvTime});
  row.shape.data_bytes = kLargestHostPageBytes;
  row.host.needs = {EB_NEED_CAP(KVM_CAP_STEAL_TIME)};
  return row;
}

constexpr Case kCases[] = {
    InKernel({.name = "hypercall/kernel",
              .measures =
                  "HVC of a function that KVM does not know, answered in the "
                  "kernel (EC 0x16; Arm DEN 0028)",
              .prepare = PrepareCall<kUnknownFunction, 0, kNotSupported>}),
    ToUserspace({.name = "hypercall/user",
                 .measures = "HVC of a function that a filter hands to "
                             "userspace: KVM_EXIT_HYPERCALL (EC 0x16; KVM API "
                             "5)"},
                AnswerForwarded<0>),
    InKernel({.name = "hypercall/smccc_version",
              .measures = "HVC of SMCCC_VERSION, answered in the kernel (EC "
                          "0x16; Arm DEN 0028)",
              .prepare = PrepareCall<kSmcccVersion, 0, kVersion1_1>}),
    WithoutGic(),
    InKernel({.name = "hypercall/smc_unknown",
              .measures =
                  "SMC of a function that KVM does not know, answered in the "
                  "kernel (EC 0x17; Arm DEN 0028)",
              .blob = &blobs::smc,
              .prepare = PrepareCall<kUnknownFunction, 0, kNotSupported>,
              .claims = kOneTrap,
              .reasons = kSmcReasons}),
    ToUserspace({.name = "hypercall/smc_user",
                 .measures = "SMC of a function that a filter hands to "
                             "userspace: KVM_EXIT_HYPERCALL (EC 0x17; KVM API "
                             "5)",
                 .blob = &blobs::smc,
                 .claims = {kOneExit}},
                AnswerForwarded<KVM_HYPERCALL_EXIT_SMC>),
    InKernel({.name = "hypercall/trng_version",
              .measures = "HVC of TRNG_VERSION, answered in the kernel (EC "
                          "0x16; Arm DEN 0098)",
              .prepare = PrepareCall<kTrngVersion, 0, kTrngVersion1_0>}),
    InKernel({.name = "hypercall/trng_rnd",
              .measures = "HVC of TRNG_RND for 192 random bits of the host's "
                          "(EC 0x16; Arm DEN 0098)",
              .prepare = PrepareCall<kTrngRandom64, kTrngBits, kSmcccSuccess>}),
    PvTime(),
};

}  // namespace

absl::Span<const Case> HypercallCases() { return kCases; }

}  // namespace exitbench
