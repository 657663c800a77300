#include "results/model/names.h"
#include "results/report/diff_report.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

absl::string_view Name(Action action) {
  switch (action) {
    case Action::kRefuse:
      return "refuse";
    case Action::kRefuseUnlessForced:
      return "refuse unless forced";
    case Action::kWarn:
      return "warn";
    case Action::kNote:
      return "note";
  }
  return "unknown";
}

void Write(absl::string_view key, const SideFacts& side, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.Field("file", side.label);
  json.Field("label", side.name);
  json.Field("kernel", side.kernel);
  json.Field("kvm_backend", side.backend);
  json.Field("cpu_model", side.cpu);
  json.Field("kernel_compiler", side.compiler);
  json.Field("sessions", static_cast<double>(side.sessions));
  json.Field("boots", static_cast<double>(side.boots));
  json.EndObject();
}

void Write(absl::string_view key, const Centre& centre, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.Field("value", centre.value);
  if (centre.runs > 0) json.Field("median_of_runs", centre.value);
  json.Field("spread", centre.spread);
  json.Field("runs", static_cast<double>(centre.runs));
  WriteModes(centre.modes, json);
  json.EndObject();
}

void Write(const MetricDiff& m, const Diff& diff, JsonWriter& json) {
  json.BeginObject();
  json.Field("name", m.metric);
  json.Field("unit", exitbench::Name(m.unit, diff.tick));
  json.Field("direction", exitbench::Name(m.direction));
  Write("old", m.baseline, json);
  Write("new", m.candidate, json);
  json.Field("exact", m.exact);
  json.Field("ratio", m.ratio);
  json.Field("ratio_low", m.ratio_low);
  json.Field("ratio_high", m.ratio_high);
  json.Field("disagreement", exitbench::Name(m.disagreement));
  json.Field("p", m.p);
  json.Field("p_adjusted", m.p_adjusted);
  json.Field("margin", m.margin);
  json.Field("verdict", exitbench::Name(m.change));
  json.Field("forced", diff.forced);
  json.Field("runs_to_settle", static_cast<double>(m.runs_to_settle));
  json.EndObject();
}

void Write(const CaseDiff& c, const Diff& diff, JsonWriter& json) {
  json.BeginObject();
  json.Field("name", c.name);
  json.Field("change", exitbench::Name(c.change));
  json.Field("old_outcome", exitbench::Name(c.baseline));
  json.Field("new_outcome", exitbench::Name(c.candidate));
  json.Field("reason", c.reason);
  json.Key("metrics");
  json.BeginArray();
  for (const MetricDiff& m : c.metrics) Write(m, diff, json);
  json.EndArray();
  json.EndObject();
}

void Write(const UncountedMitigation& m, JsonWriter& json) {
  json.BeginObject();
  json.Field("mitigation", m.mitigation);
  json.Field("instruction", m.instruction);
  json.Field("asked", m.asked);
  json.Field("instead", m.instead);
  json.Key("sides");
  json.BeginArray();
  for (size_t side : m.sides) json.String(side == 0 ? "old" : "new");
  json.EndArray();
  json.EndObject();
}

}  // namespace

void WriteModes(const std::optional<TwoModes>& modes, JsonWriter& json) {
  if (!modes.has_value()) return;
  json.Key("modes");
  json.BeginArray();
  for (const Mode& mode : {modes->low, modes->high}) {
    json.BeginObject();
    json.Field("value", mode.value);
    json.Field("runs", static_cast<double>(mode.runs));
    json.EndObject();
  }
  json.EndArray();
}

std::string DiffToJson(const Diff& diff, const MoreJson& more) {
  JsonWriter json;
  json.BeginObject();
  Write("old", diff.baseline, json);
  Write("new", diff.candidate, json);
  json.Field("settings_changed", diff.settings_changed);
  json.Field("refused", diff.refused);
  json.Field("forced", diff.forced);
  json.Field("alpha", diff.alpha);
  json.Field("threshold", diff.threshold);
  json.Key("differences");
  json.BeginArray();
  for (const Difference& d : diff.differences) {
    json.BeginObject();
    json.Field("what", d.what);
    json.Field("old", d.baseline);
    json.Field("new", d.candidate);
    json.Field("action", Name(d.action));
    json.EndObject();
  }
  json.EndArray();
  json.Key("warnings");
  json.BeginArray();
  for (const std::string& warning : diff.warnings) json.String(warning);
  json.EndArray();
  json.Key("uncounted_mitigations");
  json.BeginArray();
  for (const UncountedMitigation& m : diff.uncounted) Write(m, json);
  json.EndArray();
  json.Field("tests", static_cast<double>(diff.tests));
  json.Field("least_runs", static_cast<double>(diff.least_runs));
  json.Field("common_shift", diff.common_shift);
  json.Field("common_shift_cases", static_cast<double>(diff.shift_cases));
  json.Key("session_noise");
  if (diff.session_noise.has_value()) {
    json.BeginObject();
    json.Field("sessions", diff.session_noise->sessions);
    json.Field("runs", diff.session_noise->runs);
    json.Field("paired", diff.session_noise->paired);
    json.EndObject();
  } else {
    json.Null();
  }
  const DiffCounts& n = diff.counts;
  json.Key("counts");
  json.BeginObject();
  json.Field("better", static_cast<double>(n.better));
  json.Field("worse", static_cast<double>(n.worse));
  json.Field("same", static_cast<double>(n.same));
  json.Field("unsure", static_cast<double>(n.unsure));
  json.Field("lost_metrics", static_cast<double>(n.lost_metrics));
  json.Field("newly_failing", static_cast<double>(n.newly_failing));
  json.Field("recovered", static_cast<double>(n.recovered));
  json.Field("lost", static_cast<double>(n.lost));
  json.Field("added", static_cast<double>(n.added));
  json.EndObject();
  json.Key("cases");
  json.BeginArray();
  for (const CaseDiff& c : diff.cases) Write(c, diff, json);
  json.EndArray();
  if (more) more(json);
  json.EndObject();
  return json.Take();
}

}  // namespace exitbench
