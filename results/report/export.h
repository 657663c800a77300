// Converts results to the formats of other tools. Each row or entry is one run,
// by its interquartile mean, as in diff.
#ifndef EXITBENCH_RESULTS_REPORT_EXPORT_H_
#define EXITBENCH_RESULTS_REPORT_EXPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "results/model/model.h"

namespace exitbench {

// Returns CSV (RFC 4180, but lines end with a newline only): a heading, and one
// row per case, metric and run. Cases without runs have no row. All text is
// printable ASCII, with '?' for other characters.
std::string ToCsv(const Results& results);

// Returns the Go benchmark format, which benchstat reads. Each case and run has
// a line with all its metrics, each in a unit of its own ("guest-cycles/op").
// "Unit" lines say which direction is better.
std::string ToBenchstat(const Results& results);

// Returns google/benchmark's JSON: one entry per run of each metric that is a
// time, in nanoseconds, named "case/metric". Its tools/compare.py takes the
// runs as repetitions. kFailedPrecondition: ticks are not a time.
absl::StatusOr<std::string> ToGbench(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_EXPORT_H_
