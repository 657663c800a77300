// Selects names by the filter of --cases.
#ifndef EXITBENCH_RESULTS_TEXT_NAME_FILTER_H_
#define EXITBENCH_RESULTS_TEXT_NAME_FILTER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// Returns for each of `names` whether `filter` selects it. The filter is a list
// of unanchored RE2 expressions joined by commas. One with a leading '-'
// excludes. An empty filter selects all names. kInvalidArgument: an expression
// does not compile or matches nothing, or nothing is selected.
absl::StatusOr<std::vector<bool>> FilterNames(
    const std::vector<absl::string_view>& names, absl::string_view filter);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_NAME_FILTER_H_
