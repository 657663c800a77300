// Whether two hosts may be compared, and what about them differs.
//
// A difference that makes the numbers mean different things is refused; one
// that makes a slowdown likely for another reason than the kernel is warned of
// first; what is expected of two kernels is noted. Mitigations that another
// kernel brings are findings, so they are warned of and never refused.
#ifndef EXITBENCH_RESULTS_SIDES_COMPATIBILITY_H_
#define EXITBENCH_RESULTS_SIDES_COMPATIBILITY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/sides/side.h"

namespace exitbench {

// In the order in which they are shown.
enum class Action {
  kRefuse,  // Even by force: the units or the events are different.
  kRefuseUnlessForced,
  kWarn,
  kNote,
};

struct Difference {
  Action action = Action::kNote;
  std::string what;
  std::string from;
  std::string to;
};

// What differs between the hosts and sessions of two sides, worst first.
std::vector<Difference> CompareHosts(const Side& from, const Side& to);

// What compiled the host's kernel, or empty where that is not known.
std::string KernelCompiler(const Host& host);

// How a difference in the host or session fact `key` is taken. False: not at
// all, it changes from one minute to the next.
bool FactAction(absl::string_view key, Action& action);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_COMPATIBILITY_H_
