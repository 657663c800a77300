#include "report/side_json.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "results/model/names.h"
#include "results/report/disturbed.h"
#include "results/report/report.h"
#include "results/report/two_places.h"
#include "results/sides/compatibility.h"
#include "results/sides/labels.h"

namespace exitbench {
namespace {

void WriteFacts(absl::string_view key, const std::vector<Fact>& facts,
                JsonWriter& json) {
  json.Key(key);
  json.BeginArray();
  for (const Fact& fact : facts) {
    json.BeginArray();
    json.String(fact.key);
    json.String(fact.value);
    json.EndArray();
  }
  json.EndArray();
}

// Returns the facts of each host, without those that all hosts share.
std::vector<std::vector<Fact>> FactsThatDiffer(
    const std::vector<Results>& results) {
  std::map<std::pair<std::string, std::string>, size_t> hosts;
  for (const Results& one : results) {
    for (const Fact& fact : one.host.facts) ++hosts[{fact.key, fact.value}];
  }
  std::vector<std::vector<Fact>> all;
  for (const Results& one : results) {
    std::vector<Fact>& facts = all.emplace_back();
    for (const Fact& fact : one.host.facts) {
      if (hosts[{fact.key, fact.value}] < results.size()) facts.push_back(fact);
    }
  }
  return all;
}

void WriteHost(const Host& host, JsonWriter& json) {
  json.Field("kernel", host.kernel_release);
  json.Field("version", host.kernel_version);
  json.Field("architecture", ArchitectureOf(host));
  json.Field("backend", host.kvm_backend);
  json.Field("paging", host.paging);
  json.Field("cpu", host.cpu_model);
  json.Field("microcode", host.microcode);
  json.Field("compiler", KernelCompiler(host));
  json.Field("clock", ClockName(host));
  json.Field("khz", host.tsc_khz);
  json.Field("ticks", Name(Unit::kTicks, host.tick));
  json.Field("counts_instructions", host.tick == Tick::kInstruction);
  json.Field("hypervisor", host.virtual_machine ? host.hypervisor : "");
  json.Field("virtual_machine", host.virtual_machine);
  json.Field("emulator", host.emulator);
}

void WriteSession(const Session& session, JsonWriter& json) {
  json.BeginObject();
  json.Field("started", session.started_utc);
  json.Field("boot", session.boot_id);
  json.Field("seed", static_cast<double>(session.seed));
  json.Field("rounds", static_cast<double>(session.rounds));
  json.Field("events", static_cast<double>(session.events));
  json.Field("quick", session.quick);
  json.Field("partial", session.partial);
  json.Field("cpus", session.cpus);
  json.Field("seconds", session.elapsed_s);
  WriteFacts("settings", session.settings, json);
  json.EndObject();
}

void WriteSide(const Results& results, const Side& side,
               const std::string& label, const std::vector<Fact>& facts,
               JsonWriter& json) {
  json.BeginObject();
  json.Field("file", side.label);
  json.Field("label", label);
  json.Field("tool", results.tool_version);
  json.Field("outcomes", OutcomeCounts(results));
  json.Field("disturbed", DisturbedText(results));
  json.Field("two_places", TwoPlacesText(results));
  json.Field("partial", results.partial);
  json.Field("boots", static_cast<double>(side.boots));
  WriteHost(results.host, json);
  WriteFacts("facts", facts, json);
  json.Key("sessions");
  json.BeginArray();
  for (const Session& session : results.sessions) WriteSession(session, json);
  json.EndArray();
  json.EndObject();
}

}  // namespace

void WriteSides(const ReportInput& input, JsonWriter& json) {
  const SideLabels labels = LabelSides(input.sides);
  const std::vector<std::vector<Fact>> differing =
      FactsThatDiffer(input.results);
  json.BeginArray();
  for (size_t i = 0; i < input.sides.size(); ++i) {
    const Results& results = input.results[i];
    WriteSide(results, input.sides[i], labels.labels[i],
              input.sides.size() == 1 ? results.host.facts : differing[i],
              json);
  }
  json.EndArray();
}

}  // namespace exitbench
