// The cases of a report as JSON.
#ifndef EXITBENCH_REPORT_CASE_JSON_H_
#define EXITBENCH_REPORT_CASE_JSON_H_

#include "report/report_input.h"
#include "report/string_table.h"
#include "results/text/json_writer.h"

namespace exitbench {

// Writes an array of one object per case, in the order in which cases first
// appear:
//
//   name, family, measures, ring
//   main    the metric that stands for the case: an index into `strings`
//   bins    [metric, [lower, width, bins, ...], [side, ...]] each, a side being
//           [total, below, above, count of each bin, ...], or 0 if it has none
//   sides   one per side, null where it does not have the case:
//     outcome, verdict, hash
//     reason, proof, no_legs   indices into `strings`, left out if empty
//     unexpected, reasons      lists of sentences, left out if empty
//     linearity                [events, ticks per event] each
//     net                      [ticks, standard deviation]
//     runs                     [list of "session round attempt", list of
//                              numbers of events]: indices into `strings`, of
//                              texts that are joined by commas, since most
//                              cases have the same
//     disturbed                [run, index of what disturbed it] each, left out
//                              if empty
//     metrics  [name, unit, direction and "judged" if diff judges it, in lines:
//              an index into `strings`; median of the runs, their spread as a
//              part, then p99, count, mean, standard deviation, min, p50, p90,
//              p999, max]
//     points   [metric, [figure of each of `runs`, null for one without]] each
//
// With more than two sides metrics end with the spread, and points and bins are
// those of the main metric. The median has all digits, all else those of a
// plot.
void WriteCases(const ReportInput& input, StringTable& strings,
                JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_CASE_JSON_H_
