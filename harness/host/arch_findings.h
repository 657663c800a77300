// The findings of doctor that each architecture makes in its own way. Defined
// by the architecture (harness/host/x86_64/arch_findings.cc).
#ifndef EXITBENCH_HARNESS_HOST_ARCH_FINDINGS_H_
#define EXITBENCH_HARNESS_HOST_ARCH_FINDINGS_H_

#include <vector>

#include "harness/host/finding.h"
#include "results/model/model.h"

namespace exitbench {

// Judges KVM's module and how it pages.
Finding BackendFinding(const Host& host);
// Judges whether the processor may raise its frequency by itself.
Finding TurboFinding(const Host& host);
// Judges whether the kernel trusts the clock that stamps read.
Finding ClocksourceFinding(const Host& host);
// Names the parameters of KVM's modules that change what exits cost.
Finding KvmParametersFinding(const Host& host);
// Returns findings on subjects that only this architecture has. May be empty.
std::vector<Finding> FurtherFindings(const Host& host);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_ARCH_FINDINGS_H_
