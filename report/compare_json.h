// What became of the cases from side to side, as JSON: what `diff` finds.
#ifndef EXITBENCH_REPORT_COMPARE_JSON_H_
#define EXITBENCH_REPORT_COMPARE_JSON_H_

#include "report/string_table.h"
#include "results/compare/diff.h"
#include "results/compare/steps.h"
#include "results/sides/side.h"
#include "results/text/json_writer.h"

namespace exitbench {

// Writes an object: how the hosts differ, warnings, counts, and `rows`, one per
// metric of a case that was compared, and one per case that was not:
//
//   [case, metric, unit, verdict: indices into `strings`; old, new, ratio, its
//    lower and upper bound, p, margin, 1 if exact, runs to settle, the change
//    in words]
//   [case, -1, reason, what became of it]
//
// In the order of `diff`.
void WriteDiff(const Diff& diff, StringTable& strings, JsonWriter& json);

// Writes an object: how the hosts differ, warnings, counts, `axis` if the sides
// differ in one setting, and `rows`, one per metric of a case:
//
//   [case, metric, unit: indices into `strings`; cells]
//
// with a cell for each side: 0 if it does not have the case, an index into
// `strings` in an array, which is the outcome, if it has no value, or
//
//   [value, value / that of the first side with one, verdict: index into
//    `strings`, ratio, side that the ratio is against, 1 if it is a step]
//
// `sides` are those of `steps`.
void WriteSteps(const Steps& steps, const std::vector<Side>& sides,
                StringTable& strings, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_COMPARE_JSON_H_
