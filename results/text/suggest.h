// What a mistyped word was probably meant to be.
#ifndef EXITBENCH_RESULTS_TEXT_SUGGEST_H_
#define EXITBENCH_RESULTS_TEXT_SUGGEST_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace exitbench {

// Returns the one of `known` that is nearest to `word`: by at most two letters
// that are missing, too many, another or swapped, and by at most a third of the
// word. Upper case is no difference. Empty if none is.
std::string Nearest(absl::string_view word,
                    absl::Span<const absl::string_view> known);

// Returns "; did you mean 'NEAREST'?", or an empty text.
std::string DidYouMean(absl::string_view word,
                       absl::Span<const absl::string_view> known);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_SUGGEST_H_
