// Whether results of two hosts may be compared, and how the hosts differ.
//
// A difference is refused if the figures then mean different things. It is
// warned of if it can slow a kernel down by itself. It is noted if two kernels
// are expected to differ in it. Mitigations that come with a kernel are
// findings: they are warned of, never refused.
#ifndef EXITBENCH_RESULTS_SIDES_COMPATIBILITY_H_
#define EXITBENCH_RESULTS_SIDES_COMPATIBILITY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/sides/side.h"

namespace exitbench {

// What to do about a difference, in the order in which they are shown.
enum class Action {
  // Even with --force: the figures have different units, or the cases are those
  // of another architecture.
  kRefuse,
  kRefuseUnlessForced,
  kWarn,
  kNote,
};

// Stands for the value of a fact that a side does not have.
inline constexpr absl::string_view kNotRecorded = "not recorded";

struct Difference {
  Action action = Action::kNote;
  std::string what;  // What differs: a fact's key, or a few words.
  std::string baseline;
  std::string candidate;
};

// Returns how the hosts and sessions of two sides differ, worst first. Of two
// architectures that is the only difference.
std::vector<Difference> CompareHosts(const Side& baseline,
                                     const Side& candidate);

// Returns the architecture by uname. Files that do not say are of "x86_64".
std::string ArchitectureOf(const Host& host);

// Returns the compiler of the host's kernel; empty if unknown.
std::string KernelCompiler(const Host& host);

// Sets `action` to what to do about a difference in the host or session fact
// `key`. Returns false for facts that are not compared, such as the load.
bool FactAction(absl::string_view key, Action& action);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_COMPATIBILITY_H_
