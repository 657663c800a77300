// The kinds of arm64.
#ifndef EXITBENCH_MODEL_KINDS_ARM64_H_
#define EXITBENCH_MODEL_KINDS_ARM64_H_

#include <vector>

#include "model/kinds.h"

namespace exitbench {

const std::vector<Kind>& Arm64Kinds();

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_KINDS_ARM64_H_
