#include "cases/case.h"

#include "vmm/machine.h"

namespace exitbench {

int RunVcpu(Machine& machine) { return machine.vcpu().Run(); }

}  // namespace exitbench
