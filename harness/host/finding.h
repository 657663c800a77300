// One finding of doctor on a host.
#ifndef EXITBENCH_HARNESS_HOST_FINDING_H_
#define EXITBENCH_HARNESS_HOST_FINDING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

struct Finding {
  enum Level { kGood, kNote, kWarning };
  Level level = kGood;
  std::string subject;  // "frequency governor"
  std::string found;    // "powersave"
  std::string effect;   // What it does to the figures; empty if good.
  std::string fix;      // What to do about it; empty if nothing is to do.
};

// Returns "good", "note" or "warning".
absl::string_view Name(Finding::Level level);

// The value of a fact that a host does not have or show.
inline constexpr char kAbsent[] = "absent";

// Returns the value of the fact `key`; kAbsent if there is none.
std::string FactOf(const std::vector<Fact>& facts, absl::string_view key);

// Make a finding of that level.
Finding Good(absl::string_view subject, absl::string_view found);
Finding Note(absl::string_view subject, absl::string_view found,
             absl::string_view effect, absl::string_view fix = "");
Finding Warning(absl::string_view subject, absl::string_view found,
                absl::string_view effect, absl::string_view fix);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_FINDING_H_
