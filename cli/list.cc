#include "cli/list.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/cpus.h"
#include "cases/catalogue/catalogue.h"
#include "cases/catalogue/describe.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "harness/loop/helper_threads.h"
#include "harness/session/describe_session.h"
#include "harness/settings/probe.h"
#include "harness/settings/run_config.h"
#include "results/text/folded.h"
#include "results/text/json_writer.h"
#include "vmm/kvm.h"

ABSL_FLAG(bool, check, false,
          "list: say for each case whether this host can run it");

namespace exitbench {
namespace {

struct Entry {
  std::string name;
  std::string measures;
  std::string needs;
  // Only with --check.
  std::string can;   // "yes", or why not.
  std::string here;  // What it does on this backend, and what proves it.
};

// Returns names, and beside or below them the text, in lines that fit.
std::string ToText(const std::vector<Entry>& entries, size_t columns) {
  constexpr size_t kNames = 36, kLeastText = 40;
  const bool beside = columns >= kNames + kLeastText;
  const size_t indent = beside ? kNames + 1 : 4;
  std::string text;
  for (const Entry& e : entries) {
    std::string lines = Folded(e.measures + "\n", columns - indent);
    if (!e.can.empty()) {
      absl::StrAppend(
          &lines,
          Folded(absl::StrCat("  ", e.can == "yes" ? "here: " : "NOT HERE: ",
                              e.can == "yes" ? e.here : e.can, "\n"),
                 columns - indent));
    }
    // As it ever was where nothing limits the width.
    bool first = beside && (e.name.size() <= kNames || columns == kAnyWidth);
    if (!first) absl::StrAppend(&text, e.name, "\n");
    for (absl::string_view line : absl::StrSplit(lines, '\n')) {
      if (line.empty()) continue;
      absl::StrAppendFormat(&text, "%-*s%s\n", static_cast<int>(indent),
                            first ? e.name + " " : "", line);
      first = false;
    }
  }
  return text;
}

std::string ToJson(const std::vector<Entry>& entries, bool checked) {
  JsonWriter json;
  json.BeginArray();
  for (const Entry& e : entries) {
    const bool can = e.can == "yes";
    json.BeginObject();
    json.Field("name", e.name);
    json.Field("measures", e.measures);
    json.Field("needs", e.needs);
    if (checked) {
      json.Field("runs_here", can);
      json.Field("why_not", can ? "" : e.can);
      json.Field("here", can ? e.here : "");
    }
    json.EndObject();
  }
  json.EndArray();
  return json.Take();
}

}  // namespace

int ListCommand(const std::vector<std::string>& arguments) {
  absl::StatusOr<Format> format = FormatFlag();
  RunConfig config;
  config.cases = absl::GetFlag(FLAGS_cases);
  config.vm = absl::GetFlag(FLAGS_vm);
  const absl::StatusOr<std::vector<CaseInstance>> cases = SelectCases(config);
  absl::Status bad = !arguments.empty()
                         ? absl::InvalidArgumentError(absl::StrCat(
                               "list takes no arguments, got ", arguments[0]))
                     : !format.ok() ? format.status()
                                    : cases.status();
  if (bad.ok() && *format == Format::kTextproto) {
    bad = absl::InvalidArgumentError("list has --format=text and json only");
  }
  if (!bad.ok()) {
    PrintError(bad);
    return kExitUsage;
  }
  std::optional<Kvm> kvm;
  if (absl::GetFlag(FLAGS_check)) {
    absl::StatusOr<Kvm> opened = Kvm::Open(absl::GetFlag(FLAGS_kvm_device));
    if (!opened.ok()) {
      PrintError(opened.status());
      return kExitNoKvm;
    }
    kvm.emplace(*std::move(opened));
  }
  // `run` pins to these by default.
  const absl::StatusOr<CpuSet> allowed = CpuSet::OfThisThread();
  if (!allowed.ok()) return Fail(allowed.status(), kExitUsage);
  GiveCpus(allowed->Numbers());
  ProbeFindings findings;
  if (kvm.has_value()) findings = ProbeCases(*kvm, *cases);
  std::vector<Entry> entries;
  for (const CaseInstance& c : *cases) {
    Entry entry = {c.name, std::string(c.row->measures), DescribeNeeds(c)};
    if (kvm.has_value()) {
      absl::Status can = CanRun(c, *kvm, findings);
      if (can.ok()) can = PlaceThreads(*c.row, allowed->Numbers()).status();
      entry.can = can.ok() ? "yes" : std::string(can.message());
      entry.here =
          DescribeExpectation(c, kvm->backend().backend, kvm->features());
    }
    entries.push_back(entry);
  }
  return PrintResult(
      *format == Format::kJson
          ? ToJson(entries, kvm.has_value())
          : ToText(entries, TextColumns(STDOUT_FILENO, kAnyWidth)),
      kExitOk);
}

}  // namespace exitbench
