// Names the groups of cases: one file and one table each. A table that
// registered itself would be dropped by the linker.
#ifndef EXITBENCH_CASES_ROWS_GROUPS_H_
#define EXITBENCH_CASES_ROWS_GROUPS_H_

#include <vector>

#include "absl/types/span.h"
#include "cases/case.h"

namespace exitbench {

absl::Span<const Case> ControlCases();
absl::Span<const Case> PioCases();
absl::Span<const Case> MmioCases();
absl::Span<const Case> MmioApicCases();
absl::Span<const Case> HypercallCases();
absl::Span<const Case> PsciCases();
absl::Span<const Case> SysregCases();
absl::Span<const Case> GicCases();
absl::Span<const Case> TimerCases();
absl::Span<const Case> PvCases();
absl::Span<const Case> ExitCases();
absl::Span<const Case> ExitHostCases();
absl::Span<const Case> ExitMemoryCases();
absl::Span<const Case> CpuCases();
absl::Span<const Case> CpuidCases();
absl::Span<const Case> CpuRegisterCases();
absl::Span<const Case> CpuMsrCases();
absl::Span<const Case> CpuExceptionCases();
absl::Span<const Case> VmCases();
absl::Span<const Case> VmRegisterCases();
absl::Span<const Case> VmWiringCases();
absl::Span<const Case> VmSetupCases();
absl::Span<const Case> SlotCases();
absl::Span<const Case> SlotLogCases();
absl::Span<const Case> EptCases();
absl::Span<const Case> IpiCases();
absl::Span<const Case> IrqCases();
absl::Span<const Case> UpcallCases();
absl::Span<const Case> DoorbellCases();
absl::Span<const Case> StreamCases();
absl::Span<const Case> SwitchCases();
absl::Span<const Case> ScaleCases();
absl::Span<const Case> ScaleArchCases();
absl::Span<const Case> NoiseCases();
absl::Span<const Case> NestedSvmCases();
absl::Span<const Case> NestedVmxCases();
absl::Span<const Case> EptHelpedCases();
absl::Span<const Case> EptFetchCases();
absl::Span<const Case> EptPreFaultCases();
absl::Span<const Case> MemCases();
absl::Span<const Case> MemWalkCases();
absl::Span<const Case> ShadowCases();
absl::Span<const Case> DirtyCases();
absl::Span<const Case> CheckpointCases();

// Returns all groups that the architecture has, in the order that `list` shows
// them (groups.cc in its folder). Each has some of those above.
std::vector<absl::Span<const Case>> AllGroups();

}  // namespace exitbench

#endif  // EXITBENCH_CASES_ROWS_GROUPS_H_
