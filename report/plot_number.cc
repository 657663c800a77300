#include "report/plot_number.h"

#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace exitbench {

void WritePlotNumber(double value, JsonWriter& json) {
  double rounded = 0;
  if (!std::isfinite(value) ||
      !absl::SimpleAtod(absl::StrFormat("%.6g", value), &rounded)) {
    return json.Null();
  }
  json.Number(rounded);
}

}  // namespace exitbench
