#include "results/sides/kernel_words.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace exitbench {
namespace {

constexpr absl::string_view kOfNoMatter[] = {"BOOT_IMAGE", "initrd",  "root",
                                             "resume",     "console", "quiet"};

}  // namespace

KernelWords ParseKernelWords(absl::string_view command_line) {
  KernelWords words;
  for (absl::string_view word :
       absl::StrSplit(command_line, ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (std::find(std::begin(kOfNoMatter), std::end(kOfNoMatter),
                  parts.first) != std::end(kOfNoMatter)) {
      continue;
    }
    const auto [at, is_new] =
        words.emplace(std::string(parts.first), std::string(parts.second));
    if (!is_new) absl::StrAppend(&at->second, ",", parts.second);
  }
  return words;
}

std::string ParameterFact(absl::string_view word) {
  return absl::StrCat("module.", absl::StrReplaceAll(word, {{"-", "_"}}));
}

}  // namespace exitbench
