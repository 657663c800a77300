// hypercall/: VMCALL (Intel, SDM vol. 3C 31.3) or VMMCALL (AMD, APM vol. 3),
// whichever the backend's own is: KVM rewrites the other in guest memory on
// first use. Documentation/virt/kvm/x86/hypercalls.rst.
#include "absl/strings/str_format.h"
#include "cases/claims.h"
#include "cases/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// No hypercall of KVM's has this number; it answers -KVM_ENOSYS in ring 0 and
// -KVM_EPERM above.
constexpr uint64_t kUnknownNumber = 0x4558;
constexpr uint64_t kMapGpaRange = KVM_HC_MAP_GPA_RANGE;

constexpr Limit kPvmRing0 = {
    .backends = kBackendPvm,
    .rings = kRing0,
    .reason = "kvm_pvm re-executes a ring 0 hypercall for ever"};

void SetCall(Machine& machine, uint64_t number) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = number;
  block.args[1] = machine.kvm().backend().backend != kBackendVmx;
}

absl::Status PrepareKernel(Machine& machine) {
  SetCall(machine, kUnknownNumber);
  return absl::OkStatus();
}

absl::Status VerifyKernel(Machine& machine, uint32_t) {
  const int64_t answer = static_cast<int64_t>(machine.parameters(0).results[0]);
  const int64_t expected = machine.ring() == 0 ? -KVM_ENOSYS : -KVM_EPERM;
  if (answer == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "the hypercall answered %d, expected %d", answer, expected));
}

absl::Status SupportsUser(const Kvm& kvm) {
  const int calls = kvm.Extension(KVM_CAP_EXIT_HYPERCALL);
  if (calls & (1 << kMapGpaRange)) return absl::OkStatus();
  return absl::UnimplementedError(
      "KVM_CAP_EXIT_HYPERCALL does not offer KVM_HC_MAP_GPA_RANGE "
      "(Linux 5.14 added it)");
}

absl::Status PrepareUser(Machine& machine) {
  SetCall(machine, kMapGpaRange);
  ParameterBlock& block = machine.parameters(0);
  block.args[2] = EB_CODE_GPA;
  block.args[3] = 1;
  block.args[4] = 0;
  return machine.vm().EnableCap(KVM_CAP_EXIT_HYPERCALL, 1 << kMapGpaRange);
}

void AnswerUser(Machine&, kvm_run& run) { run.hypercall.ret = 0; }

absl::Status VerifyUser(Machine& machine, uint32_t) {
  const uint64_t answer = machine.parameters(0).results[0];
  if (answer == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("the hypercall answered %d, the host had said 0",
                      static_cast<int64_t>(answer)));
}

const Case kCases[] = {
    {.name = "hypercall/kernel",
     .measures = "a hypercall that KVM does not know (VMCALL or VMMCALL), "
                 "answered in the kernel",
     .rings = kBothRings,
     .blob = &blobs::hypercall,
     .claims = {kOneExit, kOneHypercall},
     .limits = {kPvmRing0},
     .prepare = PrepareKernel,
     .verify_batch = VerifyKernel},
    {.name = "hypercall/user",
     .measures = "KVM_HC_MAP_GPA_RANGE, handed to userspace "
                 "(KVM_EXIT_HYPERCALL)",
     .rings = kRing0,
     .blob = &blobs::hypercall,
     .exit = HypercallExit(kMapGpaRange),
     .claims = {kOneExit, kOneHypercall},
     .limits = {kPvmRing0},
     .supported = SupportsUser,
     .prepare = PrepareUser,
     .answer = AnswerUser,
     .verify_batch = VerifyUser},
};

}  // namespace

absl::Span<const Case> HypercallCases() { return kCases; }

}  // namespace exitbench
