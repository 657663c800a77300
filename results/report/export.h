// Results in the formats of other tools. Each row or entry is one run: its
// interquartile mean stands for it, as in diff.
#ifndef EXITBENCH_RESULTS_REPORT_EXPORT_H_
#define EXITBENCH_RESULTS_REPORT_EXPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "results/model/model.h"

namespace exitbench {

// A heading, and one row per case, metric and run (RFC 4180, newline only).
// Printable ASCII; '?' for what else names hold.
// Cases without runs have no row.
std::string ToCsv(const Results& results);

// The Go benchmark format, which benchstat reads: one line per case and run,
// with all its metrics, each in a unit of its own ("guest-cycles/op"). "Unit"
// lines say which direction is better.
std::string ToBenchstat(const Results& results);

// google/benchmark's JSON: one entry per run of each metric that is a time, in
// nanoseconds, named "case/metric"; its tools/compare.py takes the runs as
// repetitions. kFailedPrecondition where ticks are no time.
absl::StatusOr<std::string> ToGbench(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_EXPORT_H_
