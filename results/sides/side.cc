#include "results/sides/side.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "results/model/summary.h"

namespace exitbench {
namespace {

// Returns for each run of a case whether it is used.
std::vector<bool> ChooseRuns(const CaseResult& result,
                             const std::vector<bool>& session_used) {
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> last_attempt;
  for (const Run& run : result.runs) {
    uint32_t& last = last_attempt[{run.session, run.round}];
    last = std::max(last, run.attempt);
  }
  std::vector<bool> chosen;
  chosen.reserve(result.runs.size());
  for (const Run& run : result.runs) {
    chosen.push_back(session_used[run.session] &&
                     run.attempt == last_attempt[{run.session, run.round}]);
  }
  return chosen;
}

// Returns Side::round_trend of one metric; 0 if there is nothing to compare.
double RoundTrend(const CaseResult& result, const Metric& metric,
                  const std::vector<bool>& chosen) {
  uint32_t last_round = 0;
  for (const Run& run : result.runs) {
    last_round = std::max(last_round, run.round);
  }
  double early = 0, late = 0;
  int early_runs = 0, late_runs = 0;
  for (const RunStatistics& run : metric.runs) {
    if (!chosen[run.run] || run.summary.iqm <= 0) continue;
    const double log = std::log(run.summary.iqm);
    const uint64_t twice = 2 * uint64_t{result.runs[run.run].round};
    if (twice < last_round) early += log, ++early_runs;
    if (twice > last_round) late += log, ++late_runs;
  }
  if (early_runs == 0 || late_runs == 0) return 0;
  return late / late_runs - early / early_runs;
}

}  // namespace

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return Quantile(values, .5);
}

Side MakeSide(const Results& results, const std::string& label) {
  Side side;
  side.label = label;
  side.tool_version = results.tool_version;
  side.host = results.host;
  side.sessions = results.sessions;
  side.partial = results.partial;
  side.quick = std::all_of(side.sessions.begin(), side.sessions.end(),
                           [](const Session& s) { return s.quick; });
  std::vector<bool> session_used;
  std::vector<uint32_t> session_boot;
  std::map<std::string, uint32_t> boots;
  for (const Session& session : results.sessions) {
    const bool used = side.quick || !session.quick;
    session_used.push_back(used);
    side.used_sessions += used;
    session_boot.push_back(
        used ? boots.emplace(session.boot_id, boots.size()).first->second : 0);
    side.partial = side.partial || session.partial;
  }
  side.boots = static_cast<uint32_t>(boots.size());
  std::vector<double> trends;
  side.cases.reserve(results.cases.size());
  for (const CaseResult& result : results.cases) {
    SideCase& c = side.cases.emplace_back();
    c.name = c.own_name = result.name;
    c.plain_name = result.plain_name;
    c.code_hash = result.code_hash;
    c.outcome = result.outcome;
    c.reason = result.reason;
    const std::vector<bool> chosen = ChooseRuns(result, session_used);
    for (size_t i = 0; i < result.runs.size(); ++i) {
      if (!chosen[i]) continue;
      ++side.runs;
      if (result.runs[i].disturbed) ++side.disturbed_runs;
    }
    bool trend_known = false;
    for (const Metric& metric : result.metrics) {
      Series& series = c.series.emplace_back();
      series.metric = metric.name;
      series.unit = metric.unit;
      series.direction = metric.direction;
      series.gating = metric.gating;
      for (const RunStatistics& run : metric.runs) {
        if (!chosen[run.run]) continue;
        const uint32_t session = result.runs[run.run].session;
        series.values.push_back(run.summary.iqm);
        series.boots.push_back(session_boot[session]);
        series.sessions.push_back(session);
      }
      if (metric.gating && metric.unit == Unit::kTicks && !trend_known) {
        trends.push_back(RoundTrend(result, metric, chosen));
        trend_known = true;
      }
    }
  }
  side.round_trend = Median(std::move(trends));
  return side;
}

}  // namespace exitbench
