#include "cli/files/keep_cases.h"

#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "results/text/name_filter.h"

namespace exitbench {

absl::Status KeepCases(absl::string_view filter, Results& results) {
  if (filter.empty()) return absl::OkStatus();
  std::vector<absl::string_view> names;
  for (const CaseResult& c : results.cases) names.push_back(c.name);
  EB_ASSIGN_OR_RETURN(const std::vector<bool> wanted,
                      FilterNames(names, filter));
  std::vector<CaseResult> kept;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) kept.push_back(std::move(results.cases[i]));
  }
  results.cases = std::move(kept);
  return absl::OkStatus();
}

}  // namespace exitbench
