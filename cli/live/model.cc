#include "cli/live/model.h"

#include <unistd.h>

#include <utility>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "cli/live/model_flags.h"
#include "harness/host/provenance.h"
#include "harness/live/exit_windows.h"
#include "harness/live/find_vms.h"
#include "harness/live/watch.h"
#include "harness/session/stop_signals.h"
#include "model/attribution.h"
#include "model/costs.h"
#include "model/model_report.h"
#include "model/same_host.h"
#include "model/what_if.h"
#include "results/compare/load.h"
#include "results/report/diff_report.h"
#include "results/text/json_writer.h"
#include "results/text/printable.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

constexpr int kExitIncomplete = 1;
// Of a difference between hosts, in a message.
constexpr size_t kMostOfDifference = 160;

// Returns the host that this process runs on, as far as the costs' file can
// say the same of its own.
absl::StatusOr<Host> ThisHost(const Host& of_costs) {
  EB_ASSIGN_OR_RETURN(const Kvm kvm,
                      Kvm::Open(absl::GetFlag(FLAGS_kvm_device)));
  Host host = HostFacts(kvm);
  EB_ASSIGN_OR_RETURN(host.tsc_khz, HostClockKhz(kvm));
  // Whoever made the file said these. No host knows them of itself.
  host.emulator = of_costs.emulator;
  host.tick = of_costs.tick;
  return host;
}

// kFailedPrecondition: the costs are not of this host. Otherwise the other
// differences are put into `warnings`.
absl::Status CheckHost(const std::string& what,
                       const std::vector<Difference>& differences, bool force,
                       std::vector<std::string>& warnings) {
  std::string refused;
  bool forceable = true;
  for (const Difference& one : differences) {
    const std::string text = FormatDifference(one, kMostOfDifference);
    if (one.action == Action::kRefuse ||
        (one.action == Action::kRefuseUnlessForced && !force)) {
      absl::StrAppend(&refused, refused.empty() ? "" : "; ", text);
      forceable = forceable && one.action != Action::kRefuse;
    } else if (one.action != Action::kNote) {
      warnings.push_back(absl::StrCat(what, ", ", text));
    }
  }
  if (refused.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("refused, the costs of ", what, ": ", refused,
                   forceable ? " (--force takes them all the same)" : ""));
}

// All that is known before the watch.
struct Prepared {
  Results costs;
  Host host;
  std::vector<std::pair<std::string, Results>> others;
  ModelContext context;
};

// Errors: kFailedPrecondition is a refusal; all else is a bad file.
absl::StatusOr<Prepared> Prepare(const ModelFlags& flags) {
  Prepared out;
  EB_ASSIGN_OR_RETURN(out.costs, LoadResults(flags.costs));
  for (const std::string& file : flags.questions.files) {
    EB_ASSIGN_OR_RETURN(Results other, LoadResults(file));
    out.others.emplace_back(file, std::move(other));
  }
  const absl::StatusOr<Host> host = ThisHost(out.costs.host);
  if (!host.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "whether ", Printable(flags.costs),
        " is of this host can't be told: ", host.status().message()));
  }
  out.host = *host;
  ModelContext& context = out.context;
  EB_RETURN_IF_ERROR(CheckHost(
      absl::StrCat(Printable(flags.costs), " are not of this host"),
      CostsOfAnotherHost(out.costs, out.host), flags.force, context.warnings));
  for (const auto& [file, other] : out.others) {
    EB_RETURN_IF_ERROR(CheckHost(
        absl::StrCat(Printable(file), " are not of this CPU"),
        CostsOfAnotherCpu(out.costs, other), flags.force, context.warnings));
  }
  context.costs_file = flags.costs;
  context.host = out.costs.host;
  return out;
}

ModelReport ReportOf(LiveCounts counts, const Prepared& prepared,
                     const Costs& costs, const Questions& questions) {
  ModelReport report;
  report.counts = std::move(counts);
  report.attribution = Attribute(report.counts, prepared.host, costs);
  for (const auto& [file, other] : prepared.others) {
    report.what_ifs.push_back(
        WithOtherCosts(report.counts, prepared.host, costs, Costs(other),
                       absl::StrCat("costs were those of ", file)));
  }
  if (questions.ioeventfd) {
    report.what_ifs.push_back(
        WithIoeventfd(report.counts, prepared.host, costs));
  }
  for (const double ns : questions.halt_poll_ns) {
    absl::StatusOr<HaltPollWhatIf> what =
        WithHaltPoll(report.counts, prepared.host, ns);
    if (what.ok()) {
      report.halt_polls.push_back(*std::move(what));
    } else {
      report.what_ifs_missing.push_back(absl::StrFormat(
          "what if halt_poll_ns=%.0f: %s", ns, what.status().message()));
    }
  }
  return report;
}

struct Watched {
  std::vector<LiveCounts> vms;
  int stop_signal = 0;  // That ended the watch early; 0: none did.
};

absl::StatusOr<Watched> Watch(const ModelFlags& flags) {
  EB_ASSIGN_OR_RETURN(const FoundVms found, flags.pid.has_value()
                                                ? FindVmsOf(*flags.pid)
                                                : FindAllVms());
  for (const std::string& missing : found.missing) {
    PrintError(absl::UnavailableError(missing));
  }
  const StopSignals signals;
  WatchOptions options;
  options.time = flags.time;
  options.stopped = [] { return StopSignals::Last() != 0; };
  if (flags.by_reason) options.windows = MakeExitWindows;
  Watched watched;
  EB_ASSIGN_OR_RETURN(watched.vms, WatchVms(found.vms, options));
  watched.stop_signal = StopSignals::Last();
  return watched;
}

// Says on standard error what is not as asked for.
int ExitCodeOf(const std::vector<ModelReport>& reports, int stop_signal) {
  int code = kExitOk;
  for (const ModelReport& report : reports) {
    const LiveCounts& counts = report.counts;
    if (counts.ended) {
      PrintError(absl::UnavailableError(absl::StrFormat(
          "the VM of pid %d ended after %.1f s; the figures are of that time",
          counts.pid, counts.watched_ns / 1e9)));
      code = kExitIncomplete;
    } else if (!counts.has_any()) {
      PrintError(absl::UnavailableError(absl::StrFormat(
          "nothing of the VM of pid %d could be counted: see what is missing",
          counts.pid)));
      code = kExitIncomplete;
    }
  }
  return stop_signal != 0 ? kExitSignal + stop_signal : code;
}

}  // namespace

int ModelCommand(const std::vector<std::string>& arguments) {
  const absl::StatusOr<ModelFlags> flags = ModelFlagsOf(arguments);
  if (!flags.ok()) return Fail(flags.status(), kExitUsage);
  absl::StatusOr<Prepared> prepared = Prepare(*flags);
  if (!prepared.ok()) {
    return Fail(prepared.status(), absl::IsFailedPrecondition(prepared.status())
                                       ? kExitRefused
                                       : kExitUsage);
  }
  absl::StatusOr<Watched> watched = Watch(*flags);
  if (!watched.ok()) return Fail(watched.status(), kExitUsage);

  for (const std::string& warning : prepared->context.warnings) {
    PrintError(absl::UnavailableError(warning));
  }
  const Costs costs(prepared->costs);
  prepared->context.ticks_per_second = costs.ticks_per_second();
  std::vector<ModelReport> reports;
  for (LiveCounts& counts : watched->vms) {
    reports.push_back(
        ReportOf(std::move(counts), *prepared, costs, flags->questions));
  }
  std::string text;
  if (flags->json) {
    JsonWriter json;
    WriteModel(prepared->context, reports, json);
    text = json.Take();
  } else {
    for (const ModelReport& report : reports) {
      absl::StrAppend(
          &text, text.empty() ? "" : "\n",
          ModelToText(prepared->context, report, TextColumns(STDOUT_FILENO)));
    }
  }
  const int code = ExitCodeOf(reports, watched->stop_signal);
  return PrintResult(text, code);
}

}  // namespace exitbench
