// Prints what explain finds, as text for people and as JSON for programs.
#ifndef EXITBENCH_PROFILE_EXPLAIN_EXPLAIN_REPORT_H_
#define EXITBENCH_PROFILE_EXPLAIN_EXPLAIN_REPORT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "profile/explain/explain.h"
#include "profile/model/profile.h"
#include "results/model/model.h"
#include "results/text/column_table.h"
#include "results/text/json_writer.h"

namespace exitbench {

struct ExplainReport {
  const Explanation& explanation;
  const Host& host;            // Of the results,
  const ProfileHost& profile;  // and of the profile.
  // Mismatches() that --force passes over.
  std::vector<std::string> forced;
};

// Returns the model, the `top` cases of the largest residuals (0: all of them),
// where it does not hold, and what was left out. No line is wider than
// `columns`.
std::string ExplanationToText(const ExplainReport& report, size_t top,
                              size_t columns);

// Writes an object with all of it.
void WriteExplanation(const ExplainReport& report, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_EXPLAIN_EXPLAIN_REPORT_H_
