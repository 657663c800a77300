#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "results/report/diff_report.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

constexpr absl::string_view kArrow = " -> ";

// Drops from two values what they begin with alike, as far as a word begins.
void DropCommonBeginning(std::string& a, std::string& b) {
  const size_t alike = static_cast<size_t>(
      std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const size_t word = a.substr(0, alike).rfind(' ');
  if (word == a.npos || word < 3) return;
  a = absl::StrCat("..", a.substr(word + 1));
  b = absl::StrCat("..", b.substr(word + 1));
}

}  // namespace

std::string FormatDifference(const Difference& difference, size_t most) {
  const auto quoted = [](const std::string& text) {
    return text.empty() ? std::string("none") : Shortened(text, 1000);
  };
  std::string a = quoted(difference.baseline);
  std::string b = quoted(difference.candidate);
  const std::string head = absl::StrCat(Printable(difference.what), ": ");
  const size_t others = head.size() + kArrow.size();
  if (others + a.size() + b.size() > most) DropCommonBeginning(a, b);
  const size_t room = most > others ? most - others : 0;
  const size_t half = room / 2;
  if (a.size() + b.size() > room && half > 8) {
    const size_t of_a = b.size() < half ? room - b.size() : half;
    a = Shortened(a, of_a);
    b = Shortened(b, room - a.size());
  }
  return Shortened(absl::StrCat(head, a, kArrow, b), most);
}

void AppendWrapped(absl::string_view head, absl::string_view text,
                   size_t columns, std::string& out) {
  absl::StrAppend(&out, head);
  size_t used = head.size();
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    const std::string clean = Shortened(word, columns - head.size() - 1);
    if (used + 1 + clean.size() > columns) {
      absl::StrAppend(&out, "\n", std::string(head.size(), ' '));
      used = head.size();
    }
    absl::StrAppend(&out, " ", clean);
    used += 1 + clean.size();
  }
  out += "\n";
}

void AppendDifferenceList(absl::string_view head,
                          const std::vector<Difference>& differences,
                          size_t columns, std::string& out) {
  // Little, so that the lines have room for values.
  constexpr size_t kIndent = 7;
  absl::StrAppend(&out, head);
  size_t used = head.size();
  for (size_t i = 0; i < differences.size(); ++i) {
    const bool is_last = i + 1 == differences.size();
    const std::string item = absl::StrCat(
        FormatDifference(differences[i], columns - kIndent - !is_last),
        is_last ? "" : ",");
    if (used + 1 + item.size() > columns) {
      absl::StrAppend(&out, "\n", std::string(kIndent, ' '), item);
      used = kIndent + item.size();
    } else {
      absl::StrAppend(&out, " ", item);
      used += 1 + item.size();
    }
  }
  out += "\n";
}

}  // namespace exitbench
