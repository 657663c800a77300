#include "results/report/two_places.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "results/model/summary.h"
#include "results/stats/modes.h"
#include "results/text/text_table.h"

namespace exitbench {
namespace {

constexpr size_t kMostCases = 12;

// Returns both places, or an empty text.
std::string PlacesOf(const Metric& metric, double quantum) {
  const std::optional<TwoModes> runs = FindTwoModes(RunIqms(metric));
  // Those of a slow counter may differ by less than is shown.
  if (runs.has_value() && Number(runs->low.value) != Number(runs->high.value)) {
    return absl::StrFormat("%s (%d %s) and %s (%d)", Number(runs->low.value),
                           runs->low.runs, runs->low.runs == 1 ? "run" : "runs",
                           Number(runs->high.value), runs->high.runs);
  }
  if (const auto samples = FindSplitMiddle(metric.histogram, quantum)) {
    const double percent = std::round(100 * samples->low_share);
    return absl::StrFormat("%s (%.0f%% of the samples) and %s (%.0f%%)",
                           Number(samples->low), percent, Number(samples->high),
                           100 - percent);
  }
  return "";
}

// Returns the line of a case, or an empty text. The first metric stands for
// all, since they mostly move together.
std::string LineOf(const CaseResult& c, double quantum) {
  std::string line;
  std::vector<std::string> others;
  for (const Metric& metric : c.metrics) {
    if (metric.unit != Unit::kTicks || !metric.gating) continue;
    const std::string places = PlacesOf(metric, quantum);
    if (places.empty()) continue;
    if (line.empty()) {
      line = absl::StrCat(c.name, " ", metric.name,
                          " lies in two places: ", places);
    } else {
      others.push_back(metric.name);
    }
  }
  if (!others.empty()) {
    absl::StrAppend(&line, "; also ", absl::StrJoin(others, ", "));
  }
  return line;
}

}  // namespace

std::string TwoPlacesText(const Results& results) {
  double quantum = 0;
  for (const Session& session : results.sessions) {
    quantum = std::max(quantum, session.clock_calibration.clock_quantum_ticks);
  }
  TextTable table;
  size_t cases = 0;
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    const std::string line = LineOf(c, quantum);
    if (line.empty()) continue;
    if (++cases <= kMostCases) table.AddLine(line);
  }
  if (cases > kMostCases) {
    table.AddLine(absl::StrCat(cases - kMostCases,
                               " more cases lie in two places: show them by "
                               "--cases"));
  }
  return table.ToString();
}

}  // namespace exitbench
