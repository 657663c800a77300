#include "cases/rows/groups.h"

namespace exitbench {

// One a line, so that two that are added do not meet.
// clang-format off
std::vector<absl::Span<const Case>> AllGroups() {
  return {
      ControlCases(),
      PioCases(),
      MmioCases(),
      MmioApicCases(),
      HypercallCases(),
      PvCases(),
      ExitCases(),
      ExitHostCases(),
      ExitMemoryCases(),
      CpuCases(),
      CpuidCases(),
      CpuRegisterCases(),
      CpuMsrCases(),
      CpuExceptionCases(),
      VmCases(),
      VmRegisterCases(),
      VmWiringCases(),
      VmSetupCases(),
      SlotCases(),
      SlotLogCases(),
      EptCases(),
      EptHelpedCases(),
      EptFetchCases(),
      EptPreFaultCases(),
      MemCases(),
      MemWalkCases(),
      ShadowCases(),
      DirtyCases(),
      CheckpointCases(),
      IpiCases(),
      IrqCases(),
      UpcallCases(),
      DoorbellCases(),
      StreamCases(),
      NestedSvmCases(),
      NestedVmxCases(),
      SwitchCases(),
      ScaleCases(),
      ScaleArchCases(),
      NoiseCases(),
  };
}
// clang-format on

}  // namespace exitbench
