#include "results/model/names.h"
#include "results/report/steps_report.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

void WriteSide(const Steps& steps, size_t index, JsonWriter& json) {
  const SideFacts& side = steps.sides[index];
  json.BeginObject();
  json.Field("file", side.label);
  json.Field("label", side.name);
  json.Field("kernel", side.kernel);
  json.Field("kvm_backend", side.backend);
  json.Field("cpu_model", side.cpu);
  json.Field("kernel_compiler", side.compiler);
  json.Key("differences");
  json.BeginArray();
  for (const Difference& d : steps.differences[index]) {
    json.BeginObject();
    json.Field("what", d.what);
    json.Field("first", d.baseline);
    json.Field("here", d.candidate);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteCell(const StepCell& cell, JsonWriter& json) {
  json.BeginObject();
  json.Field("outcome", Name(cell.outcome));
  json.Field("lost", cell.lost);
  if (cell.has_value) {
    json.Field("value", cell.value);
    json.Field("median_of_runs", cell.value);
    WriteModes(cell.modes, json);
    json.Field("step", IsChanged(cell.change));
    if (IsChanged(cell.change) || cell.compared) {
      json.Field("verdict", Name(cell.change));
      json.Field("ratio", cell.ratio);
      json.Field("disagreement", Name(cell.disagreement));
      json.Field("from_side", static_cast<double>(cell.base));
    }
  }
  json.EndObject();
}

void WriteRow(const StepRow& row, Tick tick, JsonWriter& json) {
  json.BeginObject();
  json.Field("case", row.case_name);
  json.Field("metric", row.metric);
  json.Field("unit", Name(row.unit, tick));
  json.Key("cells");
  json.BeginArray();
  for (const StepCell& cell : row.cells) WriteCell(cell, json);
  json.EndArray();
  json.EndObject();
}

void WriteCounts(const Steps& steps, JsonWriter& json) {
  json.Field("worse", static_cast<double>(steps.worse));
  json.Field("better", static_cast<double>(steps.better));
  json.Field("newly_failing", static_cast<double>(steps.newly_failing));
  json.Field("lost", static_cast<double>(steps.lost));
  json.Field("lost_metrics", static_cast<double>(steps.lost_metrics));
  if (steps.has_unsure) {
    json.Field("unsure", static_cast<double>(steps.unsure));
  }
}

}  // namespace

std::string StepsToJson(const Steps& steps, const MoreJson& more) {
  JsonWriter json;
  json.BeginObject();
  json.Field("refused", steps.refused);
  json.Field("forced", steps.forced);
  json.Field("against_first", steps.against_first);
  json.Field("why_against_first", steps.why_against_first);
  json.Key("sides");
  json.BeginArray();
  for (size_t i = 0; i < steps.sides.size(); ++i) WriteSide(steps, i, json);
  json.EndArray();
  json.Key("warnings");
  json.BeginArray();
  for (const std::string& warning : steps.warnings) json.String(warning);
  json.EndArray();
  WriteCounts(steps, json);
  json.Key("rows");
  json.BeginArray();
  for (const StepRow& row : steps.rows) WriteRow(row, steps.tick, json);
  json.EndArray();
  if (more) more(json);
  json.EndObject();
  return json.Take();
}

}  // namespace exitbench
