// cpu/cpuid.leaf_*: CPUID by leaf. KVM looks each up in the vCPU's list (Linux
// arch/x86/kvm/cpuid.c: kvm_find_cpuid_entry_index), so what one costs depends
// on where in the list it is, and on how long the list is where it is not.
// VMX exit 10 (SDM vol. 3C 26.1.2); SVM VMEXIT_CPUID (APM vol. 2 15.9). The
// leaves: SDM vol. 2A CPUID; APM vol. 3 appendix E.
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"
#include "vmm/x86_64/guest_cpuid.h"

namespace exitbench {
namespace {

template <uint32_t kLeaf>
absl::Status UseLeaf(Machine& machine) {
  machine.parameters(0).args[0] = kLeaf;
  machine.parameters(0).args[1] = 0;
  return absl::OkStatus();
}

// Without CPUID faulting PVM's ring 3 has the processor itself answer.
bool KvmAnswers(const Machine& machine) {
  return machine.kvm().backend().backend != kBackendPvm ||
         machine.mode() == kKernelMode ||
         (machine.kvm().features().present & kCpuidFaulting) != 0;
}

const kvm_cpuid_entry2* Find(const std::vector<kvm_cpuid_entry2>& entries,
                             uint32_t leaf) {
  for (const kvm_cpuid_entry2& entry : entries) {
    if (entry.function == leaf && entry.index == 0) return &entry;
  }
  return nullptr;
}

// Checks the last answer. Of a leaf that the vCPU does not have vendors differ.
absl::Status ExpectAnswer(Machine& machine, uint32_t) {
  if (!KvmAnswers(machine)) return absl::OkStatus();
  const ParameterBlock block = machine.parameters(0);
  EB_ASSIGN_OR_RETURN(const std::vector<kvm_cpuid_entry2> entries,
                      GetCpuid(machine.vcpu()));
  const uint32_t leaf = static_cast<uint32_t>(block.args[0]);
  const kvm_cpuid_entry2* entry = Find(entries, leaf);
  if (entry == nullptr) return absl::OkStatus();
  const uint64_t right[] = {entry->eax, entry->ebx, entry->ecx, entry->edx};
  for (int i = 0; i < 4; ++i) {
    if (block.results[i] == right[i]) continue;
    return absl::InternalError(absl::StrFormat(
        "CPUID of leaf %#x gave the guest %#x in E%cX, the vCPU has %#x", leaf,
        block.results[i], "ABCD"[i], right[i]));
  }
  return absl::OkStatus();
}

template <uint32_t kLeaf>
constexpr Case Leaf(absl::string_view name, absl::string_view measures) {
  return {
      .name = name,
      .measures = measures,
      .modes = kBothModes,
      .blob = &blobs::cpuid_leaf,
      .expect = {.claims = {kOneExit, OneExitPvmRing3With(kCpuidFaulting),
                            NoExitPvmRing3Without(kCpuidFaulting),
                            EmulatedPvmRing0(1)},
                 .exit_reasons = Reasons(EXIT_REASON_CPUID, SVM_EXIT_CPUID)},
      .prepare = UseLeaf<kLeaf>,
      .verify_batch = ExpectAnswer,
      .native = true};
}

constexpr Case kCases[] = {
    Leaf<1>("cpu/cpuid.leaf_1",
            "CPUID of leaf 1, family and features, of which OSXSAVE follows "
            "CR4 (VMX exit 10, SVM VMEXIT_CPUID)"),
    Leaf<7>("cpu/cpuid.leaf_7",
            "CPUID of leaf 7, subleaf 0, more features (VMX exit 10, SVM "
            "VMEXIT_CPUID)"),
    Leaf<0xb>("cpu/cpuid.leaf_b",
              "CPUID of leaf 0xb, subleaf 0, the topology (VMX exit 10, SVM "
              "VMEXIT_CPUID)"),
    Leaf<0xd>("cpu/cpuid.leaf_d",
              "CPUID of leaf 0xd, subleaf 0, what XSAVE saves (VMX exit 10, "
              "SVM VMEXIT_CPUID)"),
    Leaf<0x40000000>("cpu/cpuid.leaf_40000000",
                     "CPUID of leaf 0x40000000, which hypervisor it is: KVM, "
                     "or Hyper-V with --vm=cpuid:hyperv (VMX exit 10, SVM "
                     "VMEXIT_CPUID)"),
    Leaf<0x80000008>("cpu/cpuid.leaf_80000008",
                     "CPUID of leaf 0x80000008, widths of addresses (VMX exit "
                     "10, SVM VMEXIT_CPUID)"),
};

}  // namespace

absl::Span<const Case> CpuidCases() { return kCases; }

}  // namespace exitbench
