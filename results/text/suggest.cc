#include "results/text/suggest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace exitbench {
namespace {

constexpr size_t kMostEdits = 2;

// Returns the number of letters to insert, delete, replace or swap with the
// next (optimal string alignment).
size_t Edits(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before, last, row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = std::move(last);
    last = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t other = a[i - 1] != b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Nearest(absl::string_view word,
                    absl::Span<const absl::string_view> known) {
  const std::string lower = absl::AsciiStrToLower(word);
  size_t least = std::min(kMostEdits, word.size() / 3) + 1;
  absl::string_view nearest;
  for (absl::string_view candidate : known) {
    const size_t edits = Edits(lower, absl::AsciiStrToLower(candidate));
    if (edits < least) {
      least = edits;
      nearest = candidate;
    }
  }
  return std::string(nearest);
}

std::string DidYouMean(absl::string_view word,
                       absl::Span<const absl::string_view> known) {
  const std::string nearest = Nearest(word, known);
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

}  // namespace exitbench
