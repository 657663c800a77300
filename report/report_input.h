// What a report is made of.
#ifndef EXITBENCH_REPORT_REPORT_INPUT_H_
#define EXITBENCH_REPORT_REPORT_INPUT_H_

#include <optional>
#include <vector>

#include "profile/compare/diff_functions.h"
#include "results/compare/diff.h"
#include "results/compare/steps.h"
#include "results/model/model.h"
#include "results/sides/side.h"

namespace exitbench {

// The vectors have one entry per side, in the same order: that of `diff` or
// `steps`, if there is one.
struct ReportInput {
  std::vector<Results> results;
  std::vector<Side> sides;
  std::vector<SideProfiles> profiles;  // Without profiles where there are none.
  std::optional<Diff> diff;            // Of two sides, not refused.
  std::optional<Steps> steps;          // Of three or more, not refused.
};

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_REPORT_INPUT_H_
