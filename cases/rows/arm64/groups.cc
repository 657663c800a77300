#include "cases/rows/groups.h"

namespace exitbench {

// One a line, so that two that are added do not meet.
// clang-format off
std::vector<absl::Span<const Case>> AllGroups() {
  return {
      ControlCases(),
      MmioCases(),
      HypercallCases(),
      PsciCases(),
      SysregCases(),
      GicCases(),
      TimerCases(),
      ExitCases(),
      ExitHostCases(),
      ExitMemoryCases(),
      VmCases(),
      VmRegisterCases(),
      VmWiringCases(),
      SlotCases(),
      SlotLogCases(),
      EptCases(),
      EptHelpedCases(),
      MemCases(),
      MemWalkCases(),
      DirtyCases(),
      CheckpointCases(),
      IpiCases(),
      IrqCases(),
      UpcallCases(),
      DoorbellCases(),
      StreamCases(),
      SwitchCases(),
      ScaleCases(),
      NoiseCases(),
  };
}
// clang-format on

}  // namespace exitbench
