#include "cases/rows/groups.h"

namespace exitbench {

std::vector<absl::Span<const Case>> AllGroups() {
  return {ControlCases(),      PioCases(),         MmioCases(),
          MmioApicCases(),     HypercallCases(),   PvCases(),
          ExitCases(),         ExitHostCases(),    ExitMemoryCases(),
          CpuCases(),          CpuRegisterCases(), CpuMsrCases(),
          CpuExceptionCases(), VmCases(),          VmRegisterCases(),
          VmWiringCases(),     VmSetupCases(),     SlotCases(),
          SlotLogCases(),      EptCases(),         EptHelpedCases(),
          MemCases(),          MemWalkCases(),     ShadowCases(),
          DirtyCases(),        CheckpointCases(),  IpiCases(),
          IrqCases(),          UpcallCases(),      DoorbellCases(),
          StreamCases(),       NestedSvmCases(),   NestedVmxCases(),
          NoiseCases()};
}

}  // namespace exitbench
