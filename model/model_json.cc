#include "absl/strings/string_view.h"
#include "model/model_report.h"
#include "results/model/names.h"

namespace exitbench {
namespace {

constexpr double kNsPerSecond = 1e9;

class Json {
 public:
  explicit Json(JsonWriter& json) : json_(json) {}

  void Texts(absl::string_view key, const std::vector<std::string>& texts) {
    json_.Key(key);
    json_.BeginArray();
    for (const std::string& text : texts) json_.String(text);
    json_.EndArray();
  }

  void Of(absl::string_view key, const Share& share) {
    json_.Key(key);
    json_.BeginObject();
    json_.Field("value", share.value);
    json_.Field("low", share.low);
    json_.Field("high", share.high);
    json_.EndObject();
  }

  void Parts(const Share (&parts)[3]) {
    for (const Part part : kParts) {
      Of(NameOf(part), parts[static_cast<size_t>(part)]);
    }
  }

  void Maybe(absl::string_view key, const std::optional<double>& value) {
    json_.Key(key);
    if (value.has_value()) {
      json_.Number(*value);
    } else {
      json_.Null();
    }
  }

  void Vm(const ModelReport& report) {
    json_.BeginObject();
    Counts(report.counts);
    Attributed(report.attribution, report.counts.has_any());
    What(report);
    json_.EndObject();
  }

 private:
  void Threads(absl::string_view key, const ThreadTime& time) {
    json_.Key(key);
    json_.BeginObject();
    json_.Field("threads", static_cast<double>(time.threads));
    json_.Field("cpu_ns", time.cpu_ns);
    json_.Field("guest_ns", time.guest_ns);
    json_.Field("user_ns", time.user_ns);
    Maybe("wait_ns",
          time.has_wait ? std::optional<double>(time.wait_ns) : std::nullopt);
    json_.EndObject();
  }

  void ReasonCounts(absl::string_view key,
                    const std::vector<ReasonCount>& reasons) {
    json_.Key(key);
    json_.BeginArray();
    for (const ReasonCount& one : reasons) {
      json_.BeginObject();
      json_.Field("reason", one.reason);
      json_.Field("count", one.count);
      json_.Field("variance", one.variance);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Counts(const LiveCounts& counts) {
    json_.Field("pid", static_cast<double>(counts.pid));
    json_.Field("vmm", counts.vmm);
    json_.Field("vm", counts.vm);
    json_.Field("vcpus", static_cast<double>(counts.vcpus));
    json_.Field("source", counts.source);
    json_.Field("watched_s", counts.watched_ns / kNsPerSecond);
    json_.Field("ended", counts.ended);
    json_.Key("statistics");
    json_.BeginObject();
    for (const StatisticCount& one : counts.statistics) {
      json_.Field(one.name, one.count);
    }
    json_.EndObject();
    Threads("vcpu_threads", counts.vcpu_threads);
    Threads("other_threads", counts.other_threads);
    json_.Key("windows");
    json_.BeginObject();
    json_.Field("windows", static_cast<double>(counts.windows.windows));
    json_.Field("open_ns", counts.windows.open_ns);
    json_.Field("exits", counts.windows.exits);
    ReasonCounts("reasons", counts.windows.reasons);
    ReasonCounts("userspace_reasons", counts.windows.userspace_reasons);
    json_.EndObject();
    Texts("missing", counts.missing);
  }

  void KindOf(const AttributedKind& row) {
    json_.BeginObject();
    json_.Field("kind", row.kind);
    json_.Field("part", NameOf(row.part));
    json_.Field("near", row.likeness == Likeness::kNear);
    json_.Field("per_second", row.per_second);
    json_.Field("deviation_per_second", row.deviation_per_second);
    if (row.cost.has_value()) {
      const UnitCost& cost = *row.cost;
      json_.Field("ticks", cost.ticks);
      json_.Field("ticks_low", cost.low);
      json_.Field("ticks_high", cost.high);
      Texts("cases", cost.cases);
      json_.Field("at_most", cost.at_most);
      json_.Field("linearity", cost.linearity == Linearity::kLinear ? "linear"
                               : cost.linearity == Linearity::kNotLinear
                                   ? "not linear"
                                   : "not checked");
      Maybe("gnr", cost.native_ratio > 0
                       ? std::optional<double>(cost.native_ratio)
                       : std::nullopt);
    }
    if (row.share.has_value()) Of("share", *row.share);
    if (!row.why_no_share.empty())
      json_.Field("why_no_share", row.why_no_share);
    json_.EndObject();
  }

  // Writes null for sums of what was not counted.
  void Sums(const Attribution& all, bool has_any) {
    if (has_any) {
      Parts(all.parts);
      Of("T_virt", all.virt);
      return;
    }
    for (const Part part : kParts) Maybe(NameOf(part), std::nullopt);
    Maybe("T_virt", std::nullopt);
  }

  void Attributed(const Attribution& all, bool has_any) {
    json_.Key("kinds");
    json_.BeginArray();
    for (const AttributedKind& row : all.kinds) KindOf(row);
    json_.EndArray();
    Sums(all, has_any);
    Texts("without_share", all.without_share);
    json_.Key("eta");
    json_.BeginObject();
    Maybe("exits_per_second", all.eta.exits_per_second);
    Maybe("share_at_least", all.eta.share_at_least);
    json_.Field("shortest", all.eta.shortest);
    json_.EndObject();
    Maybe("gnr", all.gnr);
    json_.Key("time");
    json_.BeginObject();
    json_.Field("vcpus", all.time.vcpus);
    json_.Field("guest", all.time.guest);
    json_.Field("vmm", all.time.vmm);
    Maybe("wait", all.time.wait);
    json_.Field("other_threads", all.time.other_threads);
    Maybe("polling", all.time.polling);
    Maybe("halted", all.time.halted);
    json_.EndObject();
    Texts("notes", all.notes);
  }

  void What(const ModelReport& report) {
    json_.Key("what_if");
    json_.BeginArray();
    for (const WhatIf& one : report.what_ifs) {
      json_.BeginObject();
      json_.Field("question", one.question);
      json_.Field("compared", static_cast<double>(one.compared));
      Of("now", one.now);
      Of("then", one.then);
      Parts(one.then_parts);
      Texts("left_out", one.left_out);
      Texts("notes", one.notes);
      json_.EndObject();
    }
    for (const HaltPollWhatIf& one : report.halt_polls) {
      json_.BeginObject();
      json_.Field("question", "halt_poll_ns");
      json_.Field("halt_poll_ns", one.poll_ns);
      json_.Field("polling_now", one.now);
      if (one.now_by_rules.has_value()) {
        json_.Field("polling_now_by_rules", *one.now_by_rules);
      }
      Of("polling_then", one.then);
      json_.Field("halts_per_second", one.halts_per_second);
      json_.Field("ended_by_poll_now", one.ended_by_poll_now);
      Of("ended_by_poll_then", one.ended_by_poll_then);
      json_.EndObject();
    }
    json_.EndArray();
    Texts("what_if_missing", report.what_ifs_missing);
  }

  JsonWriter& json_;
};

}  // namespace

void WriteModel(const ModelContext& context,
                const std::vector<ModelReport>& reports, JsonWriter& json) {
  Json out(json);
  json.BeginObject();
  json.Field("costs", context.costs_file);
  json.Field("kernel", context.host.kernel_release);
  json.Field("backend", context.host.kvm_backend);
  json.Field("paging", context.host.paging);
  json.Field("cpu", context.host.cpu_model);
  json.Field("tick", Name(Unit::kTicks, context.host.tick));
  json.Field("ticks_per_second", context.ticks_per_second);
  out.Texts("warnings", context.warnings);
  json.Key("vms");
  json.BeginArray();
  for (const ModelReport& report : reports) out.Vm(report);
  json.EndArray();
  json.EndObject();
}

}  // namespace exitbench
