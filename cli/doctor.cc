#include "cli/doctor.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cases/catalogue/catalogue.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "harness/host/doctor.h"
#include "harness/host/provenance.h"
#include "harness/profile/count_reasons.h"
#include "results/text/json_writer.h"
#include "results/text/text_table.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

struct Unavailable {
  std::string name;
  std::string why;
};

std::vector<Unavailable> UnavailableCases(const Kvm& kvm) {
  std::vector<Unavailable> unavailable;
  for (const CaseInstance& c : AllCases()) {
    const absl::Status can = Supported(c, kvm);
    if (!can.ok()) unavailable.push_back({c.name, std::string(can.message())});
  }
  return unavailable;
}

std::string ToText(const Host& host, const std::vector<Finding>& findings,
                   const std::vector<Unavailable>& unavailable) {
  std::string text = absl::StrCat("kernel ", Printable(host.kernel_release),
                                  ", ", Printable(host.cpu_model), "\n\n");
  for (const Finding& f : findings) {
    absl::StrAppendFormat(&text, "%-8s %s: %s\n", Name(f.level), f.subject,
                          Printable(f.found));
    if (!f.effect.empty()) {
      absl::StrAppend(&text, "         ", f.effect, "\n");
    }
    if (!f.fix.empty()) {
      absl::StrAppend(&text, "         fix: ", f.fix, "\n");
    }
  }
  absl::StrAppend(&text, "\n", unavailable.size(),
                  " cases can't run on this host",
                  unavailable.empty() ? "" : ":", "\n");
  for (const Unavailable& u : unavailable) {
    absl::StrAppend(&text, "  ", u.name, ": ", u.why, "\n");
  }
  return text;
}

std::string ToJson(const std::vector<Finding>& findings,
                   const std::vector<Unavailable>& unavailable) {
  JsonWriter json;
  json.BeginObject();
  json.Key("findings");
  json.BeginArray();
  for (const Finding& f : findings) {
    json.BeginObject();
    json.Field("level", Name(f.level));
    json.Field("subject", f.subject);
    json.Field("found", f.found);
    json.Field("effect", f.effect);
    json.Field("mend", f.fix);
    json.EndObject();
  }
  json.EndArray();
  json.Key("unavailable_cases");
  json.BeginArray();
  for (const Unavailable& u : unavailable) {
    json.BeginObject();
    json.Field("case", u.name);
    json.Field("why", u.why);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

Finding ExitReasonsFinding(const Kvm& kvm) {
  const absl::Status may = CheckMayCountReasons(kvm);
  if (may.ok()) {
    return Good("exit reasons", "counted by the tracepoint kvm:kvm_exit");
  }
  return Note("exit reasons", absl::StrCat("not counted: ", may.message()),
              "the proof of events that the kernel handles is without the "
              "reason of their exits");
}

}  // namespace

int DoctorCommand(const std::vector<std::string>& arguments) {
  absl::StatusOr<Format> format = FormatFlag();
  absl::Status bad = format.status();
  if (bad.ok() && !arguments.empty()) {
    bad = absl::InvalidArgumentError(
        absl::StrCat("doctor takes no arguments, got ", arguments[0]));
  } else if (bad.ok() && *format == Format::kTextproto) {
    bad = absl::InvalidArgumentError("doctor has --format=text and json only");
  }
  if (!bad.ok()) {
    PrintError(bad);
    return kExitUsage;
  }
  absl::StatusOr<Kvm> kvm = Kvm::Open(absl::GetFlag(FLAGS_kvm_device));
  if (!kvm.ok()) {
    PrintError(kvm.status());
    return kExitNoKvm;
  }
  const Host host = HostFacts(*kvm);
  std::vector<Finding> findings = Diagnose(host, SessionFacts());
  findings.push_back(ExitReasonsFinding(*kvm));
  const std::vector<Unavailable> unavailable = UnavailableCases(*kvm);
  return PrintResult(*format == Format::kJson
                         ? ToJson(findings, unavailable)
                         : ToText(host, findings, unavailable),
                     kExitOk);
}

}  // namespace exitbench
