// Converts results to the formats of other tools. Where an entry is one run, it
// is by its interquartile mean, as in diff.
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

// Returns OpenMetrics text, which is Prometheus's text format too: gauges with
// the median of the runs of each metric, in seconds where ticks are a time, and
// the outcome of each case.
std::string ToOpenMetrics(const Results& results);

// Returns KTAP, version 1, as kernel tests print: one line per case, with its
// figures before it as a comment.
std::string ToKtap(const Results& results);

// Returns JUnit's XML: a testsuite per group of cases, with the figures as
// properties of the testcases.
std::string ToJunit(const Results& results);

// Returns a script for sqlite3. It adds the file to the tables of its database,
// which it makes if they are not there.
std::string ToSqlite(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_EXPORT_H_
