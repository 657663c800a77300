#include "results/fleet/fleet_report.h"
#include "results/model/names.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

// Writes the fields that name a figure.
void WriteSeries(const FleetSeries& series, Tick tick, JsonWriter& json) {
  json.Field("case", series.case_name);
  json.Field("metric", series.metric);
  json.Field("code_hash", series.code_hash);
  json.Field("unit", Name(series.unit, tick));
  json.Field("direction", Name(series.direction));
}

void WriteSpread(const Spread& spread, Tick tick, JsonWriter& json) {
  json.BeginObject();
  WriteSeries(spread.series, tick, json);
  json.Field("hosts", static_cast<double>(spread.hosts));
  json.Field("median", spread.median);
  json.Field("deviation", spread.deviation);
  json.Field("p5", spread.p5);
  json.Field("p95", spread.p95);
  json.Field("min", spread.min);
  json.Field("max", spread.max);
  json.EndObject();
}

void WriteOdd(const OddHost& host, Tick tick, JsonWriter& json) {
  json.BeginObject();
  json.Field("host", host.host);
  json.Field("shift", host.shift);
  json.Field("shifted", host.shifted);
  json.Field("shift_p_adjusted", host.shift_p_adjusted);
  json.Key("figures");
  json.BeginArray();
  for (const OddFigure& figure : host.figures) {
    json.BeginObject();
    WriteSeries(figure.series, tick, json);
    json.Field("value", figure.value);
    json.Field("usual", figure.usual);
    json.Field("p_adjusted", figure.p_adjusted);
    json.EndObject();
  }
  json.EndArray();
  json.Key("facts");
  json.BeginArray();
  for (const OddFact& fact : host.facts) {
    json.BeginObject();
    json.Field("key", fact.key);
    json.Field("value", fact.value);
    json.Field("usual", fact.usual);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteKey(const FleetKey& key, JsonWriter& json) {
  json.Field("architecture", key.architecture);
  json.Field("cpu_model", key.cpu_model);
  json.Field("kernel", key.kernel_release);
  json.Field("kernel_build", key.kernel_version);
  json.Field("kvm_backend", key.kvm_backend);
  json.Field("paging", key.paging);
  json.Field("hypervisor", key.hypervisor);
  json.Field("emulator", key.emulator);
  json.Field("settings", key.settings);
  json.Field("mitigations", key.mitigations);
  json.Field("vulnerabilities", key.vulnerabilities);
}

void WriteGroup(const FleetGroupReport& group, JsonWriter& json) {
  json.BeginObject();
  json.Field("label", group.label);
  WriteKey(group.key, json);
  json.Field("hosts", static_cast<double>(group.hosts));
  json.Field("files", static_cast<double>(group.files));
  json.Field("tested", group.tested);
  json.Key("warnings");
  json.BeginArray();
  for (const std::string& warning : group.warnings) json.String(warning);
  json.EndArray();
  json.Key("standing_out");
  json.BeginArray();
  for (const OddHost& host : group.odd) WriteOdd(host, group.key.tick, json);
  json.EndArray();
  json.Key("failed");
  json.BeginArray();
  for (const FailedCase& failed : group.failed) {
    json.BeginObject();
    json.Field("case", failed.case_name);
    json.Key("hosts");
    json.BeginArray();
    for (const std::string& host : failed.hosts) json.String(host);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.Key("figures");
  json.BeginArray();
  for (const Spread& spread : group.spreads) {
    WriteSpread(spread, group.key.tick, json);
  }
  json.EndArray();
  json.EndObject();
}

void WritePair(const KernelPair& pair, JsonWriter& json) {
  json.BeginObject();
  json.Field("old", pair.old_label);
  json.Field("new", pair.new_label);
  json.Field("hosts", static_cast<double>(pair.hosts));
  json.Field("needed_hosts", static_cast<double>(pair.needed_hosts));
  json.Field("worse", static_cast<double>(pair.worse));
  json.Field("better", static_cast<double>(pair.better));
  json.Key("figures");
  json.BeginArray();
  for (const PairedFigure& figure : pair.figures) {
    json.BeginObject();
    WriteSeries(figure.series, pair.tick, json);
    json.Field("hosts", static_cast<double>(figure.hosts));
    json.Field("old_median", figure.old_median);
    json.Field("new_median", figure.new_median);
    json.Field("ratio", figure.ratio);
    json.Field("ratio_low", figure.low);
    json.Field("ratio_high", figure.high);
    json.Field("differing", static_cast<double>(figure.differing));
    json.Field("p_adjusted", figure.p_adjusted);
    json.Field("verdict", Name(figure.change));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

std::string FleetToJson(const FleetReport& report,
                        const std::vector<LeftOut>& left_out) {
  JsonWriter json;
  json.BeginObject();
  json.Field("hosts", static_cast<double>(report.hosts));
  json.Field("files", static_cast<double>(report.files));
  json.Field("tests", static_cast<double>(report.tests));
  json.Field("alpha", report.options.alpha);
  json.Field("threshold", report.options.threshold);
  json.Key("left_out");
  json.BeginArray();
  for (const LeftOut& file : left_out) {
    json.BeginObject();
    json.Field("file", file.file);
    json.Field("why", file.why);
    json.EndObject();
  }
  json.EndArray();
  json.Key("groups");
  json.BeginArray();
  for (const FleetGroupReport& group : report.groups) WriteGroup(group, json);
  json.EndArray();
  json.Key("pairs");
  json.BeginArray();
  for (const KernelPair& pair : report.pairs) WritePair(pair, json);
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace exitbench
