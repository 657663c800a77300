// Exit reasons of x86-64, as rows state them: the basic exit reason of VMX (SDM
// vol. 3D appendix C) and the exit code of SVM (APM vol. 2 appendix C).
#ifndef EXITBENCH_CASES_X86_64_EXIT_REASONS_H_
#define EXITBENCH_CASES_X86_64_EXIT_REASONS_H_

#include <asm/svm.h>
#include <asm/vmx.h>

#include <cstdint>

#include "cases/case.h"

namespace exitbench {

// Of an instruction that VMX and SVM have a reason each for:
// Reasons(EXIT_REASON_CPUID, SVM_EXIT_CPUID).
constexpr ExitReasons Reasons(uint32_t vmx, uint32_t svm) {
  return {{kBackendVmx, vmx}, {kBackendSvm, svm}};
}

// Of an exception by its vector.
constexpr ExitReasons ExceptionReasons(uint32_t vector) {
  return Reasons(EXIT_REASON_EXCEPTION_NMI, SVM_EXIT_EXCP_BASE + vector);
}

// The same, where no counter tells such accesses from others. Here pf_taken
// does.
inline constexpr ExitReasons kUncountedFaultReasons = {};

// Of an access to memory that no slot backs. With EPT KVM marks such a page at
// the first access where the processor lets it, and later ones are
// misconfigurations.
inline constexpr ExitReasons kMmioReasons = {
    {kBackendVmxEpt, EXIT_REASON_EPT_VIOLATION},
    {kBackendVmxEpt, EXIT_REASON_EPT_MISCONFIG},
    {kBackendSvmNpt, SVM_EXIT_NPF},
    {kBackendVmxShadow, EXIT_REASON_EXCEPTION_NMI},
    {kBackendSvmShadow, SVM_EXIT_EXCP_BASE + 14}};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_X86_64_EXIT_REASONS_H_
