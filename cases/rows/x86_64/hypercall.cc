// hypercall/: VMCALL (Intel, SDM vol. 3C 31.3) or VMMCALL (AMD, APM vol. 3).
// The guest uses the backend's own, since KVM would rewrite the other in guest
// memory on first use. Documentation/virt/kvm/x86/hypercalls.rst.
#include "absl/strings/str_format.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// No hypercall of KVM has this number. KVM answers -KVM_ENOSYS in ring 0 and
// -KVM_EPERM above.
constexpr uint64_t kUnknownNumber = 0x4558;
constexpr uint64_t kMapGpaRange = KVM_HC_MAP_GPA_RANGE;

constexpr KnownLimitation kPvmRing0 = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason = "kvm_pvm re-executes a ring 0 hypercall for ever"};

void SetCall(Machine& machine, uint64_t number, int64_t answer) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = number;
  block.args[1] = (machine.kvm().backend().backend & kBackendVmx) == 0;
  block.args[5] = static_cast<uint64_t>(answer);
}

absl::Status ExpectAnswers(Machine& machine, uint32_t events) {
  const ParameterBlock block = machine.parameters(0);
  if (block.results[1] == events) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%u of %u hypercalls answered %d; the last one %d", block.results[1],
      events, static_cast<int64_t>(block.args[5]),
      static_cast<int64_t>(block.results[0])));
}

absl::Status PrepareKernel(Machine& machine) {
  SetCall(machine, kUnknownNumber,
          machine.mode() == kKernelMode ? -KVM_ENOSYS : -KVM_EPERM);
  return absl::OkStatus();
}

absl::Status PrepareUser(Machine& machine) {
  SetCall(machine, kMapGpaRange, 0);
  ParameterBlock& block = machine.parameters(0);
  block.args[2] = EB_CODE_GPA;
  block.args[3] = 1;
  block.args[4] = 0;
  return machine.vm().EnableCap(KVM_CAP_EXIT_HYPERCALL, 1 << kMapGpaRange);
}

const char* AnswerUser(Machine&, kvm_run& run) {
  run.hypercall.ret = 0;
  return nullptr;
}

constexpr char kAnswers[] = "right answers counted in the guest";

constexpr Case kCases[] = {
    {.name = "hypercall/kernel",
     .measures =
         "a hypercall that KVM does not know, answered in the kernel "
         "(VMX exit 18 VMCALL, SVM VMEXIT_VMMCALL; SDM 31.3, APM 15.18)",
     .modes = kBothModes,
     .blob = &blobs::hypercall,
     .expect = {.claims = {kOneExit, kOneHypercall}, .verifies = kAnswers},
     .host = {.limitations = {kPvmRing0}},
     .prepare = PrepareKernel,
     .verify_batch = ExpectAnswers},
    {.name = "hypercall/user",
     .measures = "KVM_HC_MAP_GPA_RANGE, handed to userspace: "
                 "KVM_EXIT_HYPERCALL (VMX exit 18 VMCALL, SVM VMEXIT_VMMCALL; "
                 "SDM 31.3, APM 15.18)",
     .modes = kKernelMode,
     .blob = &blobs::hypercall,
     .expect = {.exit = HypercallExit(kMapGpaRange),
                .claims = {kOneExit, kOneHypercall},
                .verifies = kAnswers},
     .host = {.needs = {{.name =
                             "KVM_HC_MAP_GPA_RANGE of KVM_CAP_EXIT_HYPERCALL "
                             "(Linux 5.14)",
                         .capability = KVM_CAP_EXIT_HYPERCALL,
                         .bits = 1 << kMapGpaRange}},
              .limitations = {kPvmRing0}},
     .prepare = PrepareUser,
     .answer = AnswerUser,
     .verify_batch = ExpectAnswers},
};

}  // namespace

absl::Span<const Case> HypercallCases() { return kCases; }

}  // namespace exitbench
