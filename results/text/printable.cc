#include "results/text/printable.h"

namespace exitbench {

std::string Printable(absl::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    if (c < ' ' || c > '~') c = '?';
  }
  return printable;
}

std::string Shortened(absl::string_view text, size_t most) {
  std::string printable = Printable(text);
  if (printable.size() <= most) return printable;
  printable.resize(most > 2 ? most - 2 : 0);
  return printable + "..";
}

}  // namespace exitbench
