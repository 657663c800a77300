#include "report/function_json.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "profile/compare/diff_functions.h"
#include "profile/compare/function_diff.h"
#include "profile/compare/share_diff.h"
#include "profile/model/profile.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"
#include "report/plot_number.h"

namespace exitbench {
namespace {

// One line of a change, of counts or of shares.
struct Line {
  std::string name;
  std::string module;
  double old_self, new_self;
  double old_inclusive, new_inclusive;
  double old_calls = 0, new_calls = 0;
  bool has_calls = false;

  double Size() const { return std::abs(new_inclusive - old_inclusive); }
};

class FunctionWriter {
 public:
  FunctionWriter(StringTable& strings, JsonWriter& json)
      : strings_(strings), json_(json) {}

  void WriteProfile(const Profile& profile) {
    const FunctionCounter counter(profile, true);
    for (const CaseProfile& one : profile.cases) {
      WriteCase(profile, one, counter);
    }
  }

  void WriteChanges(const DiffFunctions& functions) {
    for (const FunctionsOfChange& change : functions.changes) {
      std::vector<Line> lines;
      for (const FunctionChange& f : change.diff.changes) {
        lines.push_back({f.name, f.module, f.old_self, f.new_self,
                         f.old_inclusive, f.new_inclusive, f.old_calls,
                         f.new_calls, true});
      }
      WriteChange(change.diff.case_name, change.from, change.to,
                  change.diff.old_figure, change.diff.new_figure,
                  std::move(lines));
    }
    for (const SharesOfCase& shares : functions.shares) WriteShares(shares);
  }

 private:
  void WriteShares(const SharesOfCase& shares) {
    const ShareDiff& diff = shares.diff;
    if (!(diff.old_samples > 0 && diff.new_samples > 0)) return;
    std::vector<Line> lines;
    for (const ShareChange& f : diff.functions) {
      if (!f.self_changed && !f.inclusive_changed) continue;
      lines.push_back({f.name, f.module, f.old_self / diff.old_samples,
                       f.new_self / diff.new_samples,
                       f.old_inclusive / diff.old_samples,
                       f.new_inclusive / diff.new_samples});
    }
    if (lines.empty()) return;
    WriteChange(diff.case_name, shares.from, shares.to, diff.old_samples,
                diff.new_samples, std::move(lines));
  }

  void WriteCase(const Profile& profile, const CaseProfile& one,
                 const FunctionCounter& counter) {
    const bool sampled = IsSampled(profile.host);
    json_.BeginArray();
    strings_.Write(one.name, json_);
    strings_.Write(one.metric, json_);
    json_.Number(sampled ? one.sampled.samples : one.figure);
    strings_.Write(one.refused, json_);
    CaseFunctions functions;
    if (one.refused.empty()) functions = counter.Count(one);
    json_.Integer(functions.rows.size());
    json_.BeginArray();
    const size_t shown = std::min(functions.rows.size(), kMostFunctions);
    const double samples = Sum(functions.self);
    for (size_t i = 0; i < shown; ++i) {
      WriteFunction(functions.rows[i], one.legs, sampled, samples);
    }
    json_.EndArray();
    json_.EndArray();
  }

  void WriteFunction(const FunctionRow& row,
                     const std::vector<LegProfile>& legs, bool sampled,
                     double samples) {
    json_.BeginArray();
    strings_.Write(row.name, json_);
    strings_.Write(row.module, json_);
    const double whole = sampled ? samples : 1;
    WritePlotNumber(Sum(row.inclusive) / whole, json_);
    WritePlotNumber(Sum(row.self) / whole, json_);
    if (!sampled) {
      WritePlotNumber(row.calls, json_);
      const bool has_legs = std::any_of(
          legs.begin(), legs.end(),
          [](const LegProfile& leg) { return leg.leg == Leg::kExit; });
      if (has_legs) {
        for (const Leg leg : {Leg::kExit, Leg::kUserspace, Leg::kEntry}) {
          WritePlotNumber(row.self[static_cast<size_t>(leg)], json_);
        }
      }
    }
    json_.EndArray();
  }

  void WriteChange(const std::string& case_name, size_t from, size_t to,
                   double old_figure, double new_figure,
                   std::vector<Line> lines) {
    std::stable_sort(
        lines.begin(), lines.end(),
        [](const Line& a, const Line& b) { return a.Size() > b.Size(); });
    json_.BeginArray();
    strings_.Write(case_name, json_);
    json_.Integer(from);
    json_.Integer(to);
    json_.Number(old_figure);
    json_.Number(new_figure);
    json_.Integer(lines.size());
    lines.resize(std::min(lines.size(), kMostFunctions));
    json_.BeginArray();
    for (const Line& line : lines) WriteLine(line);
    json_.EndArray();
    json_.EndArray();
  }

  void WriteLine(const Line& line) {
    json_.BeginArray();
    strings_.Write(line.name, json_);
    strings_.Write(line.module, json_);
    for (const double number : {line.old_self, line.new_self,
                                line.old_inclusive, line.new_inclusive}) {
      WritePlotNumber(number, json_);
    }
    if (line.has_calls) {
      WritePlotNumber(line.old_calls, json_);
      WritePlotNumber(line.new_calls, json_);
    }
    json_.EndArray();
  }

  StringTable& strings_;
  JsonWriter& json_;
};

DiffFunctions CompareAll(const ReportInput& input) {
  DiffFunctions functions;
  if (input.diff.has_value()) {
    functions = CompareFunctionsOf(ChangedMetrics(*input.diff), input.profiles);
    CompareSharesOf(ComparedCases(*input.diff), input.profiles, functions);
  } else if (input.steps.has_value()) {
    functions =
        CompareFunctionsOf(ChangedMetrics(*input.steps), input.profiles);
    CompareSharesOf(ComparedCases(*input.steps), input.profiles, functions);
  }
  return functions;
}

bool AreSampled(const SideProfiles& side) {
  return std::any_of(
      side.profiles.begin(), side.profiles.end(),
      [](const SideProfile& p) { return IsSampled(p.profile.host); });
}

}  // namespace

bool HasProfiles(const ReportInput& input) {
  return std::any_of(
      input.profiles.begin(), input.profiles.end(),
      [](const SideProfiles& side) { return !side.profiles.empty(); });
}

void WriteFunctions(const ReportInput& input, StringTable& strings,
                    JsonWriter& json) {
  FunctionWriter writer(strings, json);
  json.BeginObject();
  json.Key("sampled");
  json.BeginArray();
  for (const SideProfiles& side : input.profiles) json.Bool(AreSampled(side));
  json.EndArray();
  json.Key("sides");
  json.BeginArray();
  for (const SideProfiles& side : input.profiles) {
    json.BeginArray();
    for (const SideProfile& p : side.profiles) writer.WriteProfile(p.profile);
    json.EndArray();
  }
  json.EndArray();
  const DiffFunctions functions = CompareAll(input);
  json.Key("changes");
  json.BeginArray();
  writer.WriteChanges(functions);
  json.EndArray();
  json.Key("notes");
  json.BeginArray();
  for (const std::string& note : functions.notes) json.String(note);
  for (const std::string& warning : functions.warnings) json.String(warning);
  json.EndArray();
  json.EndObject();
}

}  // namespace exitbench
