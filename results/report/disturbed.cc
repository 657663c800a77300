#include "results/report/disturbed.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

constexpr size_t kMostCauses = 3;

// A cause without its figures, by which causes are alike.
std::string KindOf(absl::string_view cause) {
  std::vector<absl::string_view> words;
  for (absl::string_view word :
       absl::StrSplit(cause, ' ', absl::SkipWhitespace())) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(word[0]))) {
      words.push_back(word);
    }
  }
  return absl::StrJoin(words, " ");
}

}  // namespace

std::string DisturbedText(const Results& results) {
  size_t runs = 0, disturbed = 0;
  std::map<std::string, size_t> counts;
  for (const CaseResult& c : results.cases) {
    for (const Run& run : c.runs) {
      ++runs;
      if (!run.disturbed) continue;
      ++disturbed;
      for (absl::string_view cause : absl::StrSplit(run.disturbance, ", ")) {
        ++counts[KindOf(cause)];
      }
    }
  }
  if (disturbed == 0) return "";
  std::vector<std::pair<size_t, std::string>> causes;
  for (const auto& [kind, count] : counts) causes.emplace_back(count, kind);
  std::stable_sort(
      causes.begin(), causes.end(),
      [](const auto& a, const auto& b) { return a.first > b.first; });
  if (causes.size() > kMostCauses) causes.resize(kMostCauses);
  return absl::StrCat(disturbed, " of ", runs, " runs were disturbed: ",
                      absl::StrJoin(causes, ", ",
                                    [](std::string* out, const auto& cause) {
                                      absl::StrAppend(out,
                                                      Printable(cause.second),
                                                      " (", cause.first, ")");
                                    }),
                      "\n");
}

}  // namespace exitbench
