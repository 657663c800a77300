#include "results/report.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "results/names.h"
#include "results/summary.h"
#include "results/text_table.h"

namespace exitbench {
namespace {

const Metric* Find(const CaseResult& c, absl::string_view name) {
  for (const Metric& metric : c.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

std::string Iqm(const CaseResult& c, absl::string_view name) {
  const Metric* metric = Find(c, name);
  return metric == nullptr ? "-" : Number(SummarizeAllRuns(*metric).iqm);
}

// Spread of the runs' IQMs, in percent of their mean.
std::string RunSpread(const Metric& metric) {
  const std::vector<double> iqms = RunIqms(metric);
  if (iqms.size() < 2) return "-";
  double mean = 0, squares = 0;
  for (double x : iqms) mean += x / static_cast<double>(iqms.size());
  for (double x : iqms) squares += (x - mean) * (x - mean);
  if (mean == 0) return "-";
  const double sd = std::sqrt(squares / static_cast<double>(iqms.size() - 1));
  return absl::StrFormat("%.1f", 100 * sd / std::abs(mean));
}

const Metric* FirstOf(const CaseResult& c,
                      std::initializer_list<absl::string_view> names) {
  for (absl::string_view name : names) {
    if (const Metric* metric = Find(c, name)) return metric;
  }
  return nullptr;
}

std::vector<std::string> MeasuredRow(const CaseResult& c, const Host& host) {
  const Metric* guest = Find(c, "guest");
  const Metric* seen_by_host = FirstOf(c, {"kvm_run", "call", "host_batch"});
  const Metric* main = guest != nullptr ? guest : seen_by_host;
  std::vector<std::string> row = {c.name};
  if (main == nullptr) return row;
  const Summary all = SummarizeAllRuns(*main);
  const Metric* control = Find(c, "guest_control");
  row.push_back(guest == nullptr ? "-" : Number(all.iqm));
  row.push_back(guest == nullptr || control == nullptr
                    ? "-"
                    : Number(all.iqm - SummarizeAllRuns(*control).iqm));
  row.push_back(host.tick == Tick::kTsc && host.tsc_khz > 0
                    ? Number(all.iqm * 1e6 / host.tsc_khz)
                    : "-");
  row.push_back(RunSpread(*main));
  row.push_back(Number(all.p99));
  row.push_back(seen_by_host == nullptr
                    ? "-"
                    : Number(SummarizeAllRuns(*seen_by_host).iqm));
  row.push_back(Iqm(c, "exit_leg"));
  row.push_back(Iqm(c, "entry_leg"));
  row.push_back(std::string(Name(c.verdict)));
  return row;
}

std::string Header(const Results& r) {
  const Host& h = r.host;
  std::string text =
      absl::StrCat("kernel ", h.kernel_release, ", ", h.kvm_backend, " (",
                   h.paging, "), ", h.cpu_model, "\n");
  std::vector<std::string> parts;
  if (!h.emulator.empty()) parts.push_back("emulated by " + h.emulator);
  if (h.virtual_machine)
    parts.push_back("itself in a VM (" + h.hypervisor + ")");
  if (h.tick == Tick::kInstruction) {
    parts.push_back("a tick is one instruction");
  } else {
    parts.push_back(absl::StrFormat("TSC %.3f MHz", h.tsc_khz / 1e3));
  }
  if (!r.sessions.empty()) {
    const Session& s = r.sessions[0];
    parts.push_back(absl::StrCat(r.sessions.size(), " x ", s.rounds,
                                 " runs of ", s.exits, " events"));
    parts.push_back(absl::StrCat("seed ", s.seed));
    parts.push_back("pinned to CPU " + s.cpus);
  }
  absl::StrAppend(&text, absl::StrJoin(parts, ", "), "\n");
  if (r.partial) text += "PARTIAL: the run was interrupted\n";
  if (!r.sessions.empty() && r.sessions[0].quick) {
    text += "--quick: for a look; too short to carry a verdict\n";
  }
  std::string clean;
  for (char c : text) {
    clean += c == '\n' ? std::string("\n") : Printable(std::string(1, c));
  }
  return clean;
}

}  // namespace

std::string OutcomeCounts(const Results& results) {
  std::vector<std::string> parts;
  for (Outcome outcome :
       {Outcome::kOk, Outcome::kSkipped, Outcome::kFailed, Outcome::kTimeout}) {
    const auto n = std::count_if(
        results.cases.begin(), results.cases.end(),
        [outcome](const CaseResult& c) { return c.outcome == outcome; });
    if (n > 0) parts.push_back(absl::StrCat(n, " ", Name(outcome)));
  }
  return parts.empty() ? "no cases" : absl::StrJoin(parts, ", ");
}

std::string RenderReport(const Results& results) {
  TextTable measured;
  measured.AddRow({"case", "guest", "net", "ns", "+-%", "p99", "host", "exit",
                   "entry", "proof"});
  bool any = false;
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    measured.AddRow(MeasuredRow(c, results.host));
    any = true;
  }
  std::string text = Header(results) + "\n";
  const absl::string_view unit = Name(Unit::kTicks, results.host.tick);
  if (any) {
    absl::StrAppend(&text, measured.ToString(), "\n");
    absl::StrAppend(
        &text, "In ", unit,
        ", interquartile mean of each run, median of the runs. guest: stamps "
        "around the\nevent in the guest; net: less the control twin; +-%: "
        "spread of the runs; host: KVM_RUN\nfor exits to userspace, per event "
        "of a batch for others, the call itself for host calls;\nexit, entry: "
        "the legs of the round trip.\n");
  }
  TextTable others;
  for (const CaseResult& c : results.cases) {
    if (c.outcome == Outcome::kOk) continue;
    others.AddLine(absl::StrCat(Name(c.outcome), "  ", c.name, ": ", c.reason));
  }
  const std::string rest = others.ToString();
  if (!rest.empty()) absl::StrAppend(&text, "\n", rest);
  absl::StrAppend(&text, "\n", OutcomeCounts(results), "\n");
  return text;
}

}  // namespace exitbench
