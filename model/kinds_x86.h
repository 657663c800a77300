// The kinds of x86-64.
#ifndef EXITBENCH_MODEL_KINDS_X86_H_
#define EXITBENCH_MODEL_KINDS_X86_H_

#include <vector>

#include "model/kinds.h"

namespace exitbench {

const std::vector<Kind>& X86Kinds();

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_KINDS_X86_H_
