// Prints how the shares of functions changed, as a part of what
// diff_functions_report.h prints.
#ifndef EXITBENCH_PROFILE_COMPARE_SHARE_DIFF_REPORT_H_
#define EXITBENCH_PROFILE_COMPARE_SHARE_DIFF_REPORT_H_

#include <cstddef>
#include <string>

#include "profile/compare/diff_functions.h"
#include "results/text/json_writer.h"

namespace exitbench {

// Returns a block per case with a function whose share changed, and a line
// about the others.
std::string SharesToText(const DiffFunctions& functions, bool colour,
                         size_t columns);

// Writes the member "function_shares".
void WriteShares(const DiffFunctions& functions, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_COMPARE_SHARE_DIFF_REPORT_H_
