#include "harness/host/finding.h"

namespace exitbench {

absl::string_view Name(Finding::Level level) {
  switch (level) {
    case Finding::kGood:
      return "good";
    case Finding::kNote:
      return "note";
    case Finding::kWarning:
      return "warning";
  }
  return "unknown";
}

std::string FactOf(const std::vector<Fact>& facts, absl::string_view key) {
  for (const Fact& fact : facts) {
    if (fact.key == key) return fact.value;
  }
  return kAbsent;
}

Finding Good(absl::string_view subject, absl::string_view found) {
  return {Finding::kGood, std::string(subject), std::string(found), "", ""};
}

Finding Note(absl::string_view subject, absl::string_view found,
             absl::string_view effect, absl::string_view fix) {
  return {Finding::kNote, std::string(subject), std::string(found),
          std::string(effect), std::string(fix)};
}

Finding Warning(absl::string_view subject, absl::string_view found,
                absl::string_view effect, absl::string_view fix) {
  return {Finding::kWarning, std::string(subject), std::string(found),
          std::string(effect), std::string(fix)};
}

}  // namespace exitbench
