#include "results/fleet/kernel_order.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace exitbench {
namespace {

bool StartsWithDigit(absl::string_view text) {
  return !text.empty() &&
         absl::ascii_isdigit(static_cast<unsigned char>(text[0]));
}

// Takes the digits off the front of `text`, without leading zeros.
absl::string_view TakeNumber(absl::string_view& text) {
  size_t digits = 0;
  while (digits < text.size() && StartsWithDigit(text.substr(digits))) ++digits;
  absl::string_view number = text.substr(0, digits);
  text.remove_prefix(digits);
  while (number.size() > 1 && absl::ConsumePrefix(&number, "0")) {
  }
  return number;
}

}  // namespace

bool IsOlderRelease(absl::string_view a, absl::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (StartsWithDigit(a) && StartsWithDigit(b)) {
      const absl::string_view x = TakeNumber(a), y = TakeNumber(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

bool IsOlder(const FleetKey& a, const FleetKey& b) {
  if (a.kernel_release != b.kernel_release) {
    return IsOlderRelease(a.kernel_release, b.kernel_release);
  }
  return IsOlderRelease(a.kernel_version, b.kernel_version);
}

}  // namespace exitbench
