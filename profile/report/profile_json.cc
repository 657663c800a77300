#include "profile/model/interval.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"
#include "profile/report/profile_report.h"

namespace exitbench {
namespace {

void WriteTree(const Profile& profile, const FunctionCounter& counter,
               const std::vector<uint32_t>& siblings, JsonWriter& json) {
  json.BeginArray();
  for (const uint32_t index : siblings) {
    const ProfileNode& node = profile.nodes[index];
    const ProfileFunction& function = profile.functions[node.function];
    json.BeginObject();
    json.Field("name", function.name);
    json.Field("module", profile.modules[function.module]);
    json.Field("inclusive", counter.Total(index));
    json.Field("self", node.self);
    json.Field("calls", node.calls);
    if (!node.children.empty()) {
      json.Key("children");
      WriteTree(profile, counter, node.children, json);
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteRow(const FunctionRow& row, const std::vector<LegProfile>& legs,
              JsonWriter& json) {
  json.BeginObject();
  json.Field("name", row.name);
  json.Field("module", row.module);
  json.Field("inclusive", Sum(row.inclusive));
  json.Field("self", Sum(row.self));
  WriteByLeg("inclusive_by_leg", row.inclusive, legs, json);
  WriteByLeg("self_by_leg", row.self, legs, json);
  json.Field("calls", row.calls);
  json.Key("costly_instructions");
  WriteKinds(row.kinds, json);
  json.EndObject();
}

void WriteTracedCase(const CaseProfile& one, const CaseFunctions& functions,
                     JsonWriter& json) {
  json.Field("uncounted", one.uncounted);
  json.Field("events", static_cast<double>(one.events));
  json.Field("modal_events", static_cast<double>(one.modal_events));
  WriteByLeg("legs", functions.self, one.legs, json);
  json.Key("costly_instructions");
  WriteKinds(functions.kinds, json);
  json.Key("functions");
  json.BeginArray();
  for (const FunctionRow& row : functions.rows) WriteRow(row, one.legs, json);
  json.EndArray();
}

void WriteSampledCase(const CaseProfile& one, const CaseFunctions& functions,
                      JsonWriter& json) {
  json.Field("events", static_cast<double>(one.events));
  json.Field("clock", one.sampled.clock);
  json.Field("period", one.sampled.period);
  json.Field("samples", one.sampled.samples);
  json.Field("attributed", one.sampled.attributed);
  json.Field("lost", one.sampled.lost);
  json.Key("functions");
  json.BeginArray();
  const double samples = Sum(functions.self);
  for (const FunctionRow& row : functions.rows) {
    json.BeginObject();
    json.Field("name", row.name);
    json.Field("module", row.module);
    WriteShare("inclusive", Sum(row.inclusive), samples, json);
    WriteShare("self", Sum(row.self), samples, json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteCase(const Profile& profile, const CaseProfile& one,
               const FunctionCounter& counter, bool tree, JsonWriter& json) {
  json.BeginObject();
  json.Field("name", one.name);
  json.Field("metric", one.metric);
  json.Field("figure", one.figure);
  json.Field("refused", one.refused);
  if (one.refused.empty()) {
    const CaseFunctions functions = counter.Count(one);
    if (IsSampled(profile.host)) {
      WriteSampledCase(one, functions, json);
    } else {
      WriteTracedCase(one, functions, json);
    }
    if (tree) {
      json.Key("tree");
      json.BeginObject();
      for (const LegProfile& leg : one.legs) {
        json.Key(Name(leg.leg));
        WriteTree(profile, counter, leg.roots, json);
      }
      json.EndObject();
    }
  }
  json.EndObject();
}

}  // namespace

void WriteByLeg(absl::string_view key, const ByLeg& counts,
                const std::vector<LegProfile>& legs, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  for (const LegProfile& leg : legs) {
    json.Field(Name(leg.leg), counts[static_cast<size_t>(leg.leg)]);
  }
  json.EndObject();
}

void WriteKinds(const ByKind& kinds, JsonWriter& json) {
  json.BeginObject();
  for (size_t i = 1; i < kKinds; ++i) {
    if (kinds[i] == 0) continue;
    json.Field(Name(static_cast<InstructionKind>(i)), kinds[i]);
  }
  json.EndObject();
}

void WriteShare(absl::string_view key, double hits, double samples,
                JsonWriter& json) {
  const Interval interval = ShareInterval(hits, samples);
  json.Key(key);
  json.BeginObject();
  json.Field("samples", hits);
  json.Field("share", samples > 0 ? hits / samples : 0);
  json.Field("low", interval.low);
  json.Field("high", interval.high);
  json.EndObject();
}

void WriteProfileJson(const std::string& file, const Profile& profile,
                      const ProfileReportOptions& options, JsonWriter& json) {
  const FunctionCounter counter(profile, options.fold_thunks);
  json.BeginObject();
  json.Field("file", file);
  json.Field("kernel", profile.host.kernel_release);
  json.Field("kvm_backend", profile.host.kvm_backend);
  json.Field("paging", profile.host.paging);
  json.Field("cpu_model", profile.host.cpu_model);
  json.Field("emulator", profile.host.emulator);
  json.Field("counted_by", CountedBy(profile.host));
  json.Key("cases");
  json.BeginArray();
  for (const CaseProfile& one : profile.cases) {
    WriteCase(profile, one, counter, options.tree, json);
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace exitbench
