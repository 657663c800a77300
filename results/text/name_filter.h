// --cases: which names a filter selects.
#ifndef EXITBENCH_RESULTS_TEXT_NAME_FILTER_H_
#define EXITBENCH_RESULTS_TEXT_NAME_FILTER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// For each of `names` whether `filter` selects it: RE2 expressions, unanchored,
// joined by commas; one with a leading '-' excludes. Empty: all.
// kInvalidArgument: an expression that does not compile or matches nothing, or
// a filter that leaves nothing.
absl::StatusOr<std::vector<bool>> FilterNames(
    const std::vector<absl::string_view>& names, absl::string_view filter);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_NAME_FILTER_H_
