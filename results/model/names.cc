#include "results/model/names.h"

#include "absl/strings/str_cat.h"

namespace exitbench {

absl::string_view Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "OK";
    case Outcome::kSkipped:
      return "SKIPPED";
    case Outcome::kFailed:
      return "FAILED";
    case Outcome::kTimeout:
      return "TIMEOUT";
    case Outcome::kUnspecified:
      break;
  }
  return "unknown";
}

absl::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProven:
      return "proven";
    case Verdict::kConsistent:
      return "consistent";
    case Verdict::kContradicted:
      return "contradicted";
    case Verdict::kUnspecified:
      break;
  }
  return "-";
}

absl::string_view Name(Unit unit, Tick tick) {
  switch (unit) {
    case Unit::kTicks:
      return tick == Tick::kInstruction ? "instructions"
             : tick == Tick::kCounter   ? "ticks"
                                        : "cycles";
    case Unit::kCount:
      return "count";
    case Unit::kBytes:
      return "bytes";
    case Unit::kTicksPerByte:
      return tick == Tick::kInstruction ? "instructions/B"
             : tick == Tick::kCounter   ? "ticks/B"
                                        : "cycles/B";
    case Unit::kMbPerS:
      return "MB/s";
    case Unit::kRatio:
      return "ratio";
    case Unit::kNs:
      return "ns";
    case Unit::kUnspecified:
      break;
  }
  return "unknown";
}

absl::string_view Name(Direction direction) {
  switch (direction) {
    case Direction::kLowerIsBetter:
      return "lower is better";
    case Direction::kHigherIsBetter:
      return "higher is better";
    case Direction::kExact:
      return "exact";
    case Direction::kUnspecified:
      break;
  }
  return "unknown";
}

absl::string_view ClockName(const Host& host) {
  return host.architecture == "aarch64" ? "CNTVCT" : "TSC";
}

std::string Describe(const Unexpected& u) {
  std::string expected = absl::StrCat(u.expected_least);
  if (u.expected_most > u.expected_least) {
    absl::StrAppend(&expected, " to ", u.expected_most);
  }
  return absl::StrCat(u.counter, " ", u.per_event, " per event, expected ",
                      expected);
}

}  // namespace exitbench
