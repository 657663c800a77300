// Prints profiles as text for people and as JSON for programs.
#ifndef EXITBENCH_PROFILE_REPORT_PROFILE_REPORT_H_
#define EXITBENCH_PROFILE_REPORT_PROFILE_REPORT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "profile/model/profile.h"
#include "profile/report/counts.h"
#include "results/text/column_table.h"
#include "results/text/json_writer.h"

namespace exitbench {

struct ProfileReportOptions {
  bool tree = false;        // The call tree too.
  bool fold_thunks = true;  // All thunks are one row.
  size_t top = 20;          // Rows of each table; 0 is all.
  size_t columns = kTextColumns;
};

// In the text's tree, calls of less than this part of an event are one line.
inline constexpr double kTreeShare = .01;

// Returns a table per case, and last the cases without a profile. No line is
// wider than options.columns. Text from files can't move the cursor of a
// terminal.
std::string ProfileToText(const Profile& profile,
                          const ProfileReportOptions& options);

// Writes an object: the host, and all functions of each case whatever
// options.top is. With options.tree also all of the call tree.
void WriteProfileJson(const std::string& file, const Profile& profile,
                      const ProfileReportOptions& options, JsonWriter& json);

// What follows is shared with the diff of functions.

// Returns the name of a function for a line of text.
std::string FunctionLabel(absl::string_view name);

// Writes the counts of `legs` as a member.
void WriteByLeg(absl::string_view key, const ByLeg& counts,
                const std::vector<LegProfile>& legs, JsonWriter& json);
// Writes a share as a member: an object of its samples, its part of all, and
// the 95% interval of that part.
void WriteShare(absl::string_view key, double hits, double samples,
                JsonWriter& json);
// Writes an object of those of `kinds` that are not 0.
void WriteKinds(const ByKind& kinds, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_REPORT_PROFILE_REPORT_H_
