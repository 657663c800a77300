// Prints the functions behind a diff, below its table.
#ifndef EXITBENCH_PROFILE_COMPARE_DIFF_FUNCTIONS_REPORT_H_
#define EXITBENCH_PROFILE_COMPARE_DIFF_FUNCTIONS_REPORT_H_

#include <cstddef>
#include <string>

#include "profile/compare/diff_functions.h"
#include "results/text/json_writer.h"

namespace exitbench {

// Functions of each list of a block.
inline constexpr size_t kMostChanges = 12;

// Returns a block per change, then the notes and the warnings. No line is wider
// than `columns`. Text from files can't move the cursor of a terminal.
std::string DiffFunctionsToText(const DiffFunctions& functions, bool colour,
                                size_t columns);

// Returns the same in short: of each change the `most` functions that changed
// most, with all that they call.
std::string LargestChangesToText(const DiffFunctions& functions, size_t most,
                                 size_t columns);

// Writes members of an object: "functions" with all changes of counts,
// "function_shares" with all functions of hosts that were sampled,
// "functions_notes" and "functions_warnings".
void WriteDiffFunctions(const DiffFunctions& functions, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_COMPARE_DIFF_FUNCTIONS_REPORT_H_
