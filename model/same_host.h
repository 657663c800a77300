// Whether the costs of a results file are those of a host.
#ifndef EXITBENCH_MODEL_SAME_HOST_H_
#define EXITBENCH_MODEL_SAME_HOST_H_

#include <vector>

#include "results/model/model.h"
#include "results/sides/compatibility.h"

namespace exitbench {

// Returns how `host`, where a VM runs, differs from the host of `costs`, worst
// first: as diff compares hosts, and besides another kernel, build of it, CPU
// or backend is refused, which diff expects.
std::vector<Difference> CostsOfAnotherHost(const Results& costs,
                                           const Host& host);

// Returns why costs can't stand for those of `costs` in a what-if: of another
// clock, architecture or CPU. All else, as the kernel, may be what is asked.
std::vector<Difference> CostsOfAnotherCpu(const Results& costs,
                                          const Results& what_if);

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_SAME_HOST_H_
