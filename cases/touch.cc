#include "cases/touch.h"

namespace exitbench {

void TouchEvery(Machine& machine, uint64_t stride_bytes) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = stride_bytes;
}

}  // namespace exitbench
