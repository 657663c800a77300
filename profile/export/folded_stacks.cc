#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "profile/export/paths.h"
#include "profile/export/profile_export.h"
#include "profile/report/counts.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Blanks and semicolons separate.
std::string Frame(absl::string_view name) {
  return absl::StrReplaceAll(Printable(name), {{" ", "_"}, {";", "_"}});
}

}  // namespace

std::string ToFoldedStacks(const Profile& profile) {
  std::string text;
  for (const CaseProfile& one : profile.cases) {
    WholeCounts whole;
    for (const LegProfile& leg : one.legs) {
      std::string head = Frame(one.name);
      if (leg.leg != Leg::kWhole) absl::StrAppend(&head, ";", Name(leg.leg));
      std::vector<uint32_t> path;
      VisitPaths(
          profile, leg.roots, path, [&](const std::vector<uint32_t>& nodes) {
            const int64_t count = whole.Next(profile.nodes[nodes.back()].self);
            if (count == 0) return;
            text += head;
            for (const uint32_t node : nodes) {
              absl::StrAppend(
                  &text, ";",
                  Frame(profile.functions[profile.nodes[node].function].name));
            }
            absl::StrAppend(&text, " ", count, "\n");
          });
    }
  }
  return text;
}

}  // namespace exitbench
