#include "cases/groups.h"

namespace exitbench {

std::vector<absl::Span<const Case>> AllGroups() {
  return {ControlCases(), PioCases(),       MmioCases(),      HypercallCases(),
          EptCases(),     EptHelpedCases(), MemCases(),       MemWalkCases(),
          ShadowCases(),  DirtyCases(),     CheckpointCases()};
}

}  // namespace exitbench
