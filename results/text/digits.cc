#include "results/text/digits.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exitbench {

std::string Digits(double value) {
  if (std::abs(value) < 0x1p53 && std::trunc(value) == value) {
    return absl::StrCat(static_cast<int64_t>(value));
  }
  return absl::StrFormat("%.12g", value);
}

double ToDigits(double value) {
  double rounded;
  return absl::SimpleAtod(Digits(value), &rounded) ? rounded : value;
}

}  // namespace exitbench
