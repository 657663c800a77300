// The functions of profiles, and how they changed, as JSON.
#ifndef EXITBENCH_REPORT_FUNCTION_JSON_H_
#define EXITBENCH_REPORT_FUNCTION_JSON_H_

#include "report/report_input.h"
#include "report/string_table.h"
#include "results/text/json_writer.h"

namespace exitbench {

// Functions of a case, and of a change, that a page has at most.
inline constexpr size_t kMostFunctions = 30;

// Writes an object:
//
//   sides    one per side: [case, metric, events or samples, why there is no
//            profile or "", functions, shown functions] each. A function is
//            [name, module, inclusive, self, calls], and those of the legs
//            exit, userspace and entry of self where there are legs. Samples
//            have shares as inclusive and self, and no calls.
//   sampled  whether each side's profiles are of samples
//   changes  [case, from, to, old, new, functions that changed, shown changes]
//            each. A change is [name, module, old and new self, old and new
//            inclusive, old and new calls], of samples in shares without calls.
//   notes    why there is no comparison, and what is to be known of those that
//            there are
//
// Texts are indices into `strings`. The functions shown are those with the most
// inclusive, the changes those with the largest difference of it.
void WriteFunctions(const ReportInput& input, StringTable& strings,
                    JsonWriter& json);

// Returns whether any side has a profile.
bool HasProfiles(const ReportInput& input);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_FUNCTION_JSON_H_
