#include "cli/doctor.h"

#include <cstdio>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cases/catalogue.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "harness/doctor.h"
#include "harness/provenance.h"
#include "results/json_string.h"
#include "results/text_table.h"
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

void PrintText(const Host& host, const std::vector<Finding>& findings,
               const std::vector<Unavailable>& unavailable) {
  std::printf("kernel %s, %s\n\n", Printable(host.kernel_release).c_str(),
              Printable(host.cpu_model).c_str());
  for (const Finding& f : findings) {
    std::printf("%-8s %s: %s\n", std::string(Name(f.level)).c_str(),
                f.subject.c_str(), Printable(f.found).c_str());
    if (!f.effect.empty()) std::printf("         %s\n", f.effect.c_str());
    if (!f.mend.empty()) std::printf("         mend: %s\n", f.mend.c_str());
  }
  std::printf("\n%zu cases can't run on this host%s\n", unavailable.size(),
              unavailable.empty() ? "" : ":");
  for (const Unavailable& u : unavailable) {
    std::printf("  %s: %s\n", u.name.c_str(), u.why.c_str());
  }
}

void PrintJson(const std::vector<Finding>& findings,
               const std::vector<Unavailable>& unavailable) {
  std::printf("{\"findings\": [");
  for (size_t i = 0; i < findings.size(); ++i) {
    const Finding& f = findings[i];
    std::printf(
        "%s\n  {\"level\": %s, \"subject\": %s, \"found\": %s, "
        "\"effect\": %s, \"mend\": %s}",
        i == 0 ? "" : ",", JsonString(Name(f.level)).c_str(),
        JsonString(f.subject).c_str(), JsonString(f.found).c_str(),
        JsonString(f.effect).c_str(), JsonString(f.mend).c_str());
  }
  std::printf("\n], \"unavailable_cases\": [");
  for (size_t i = 0; i < unavailable.size(); ++i) {
    std::printf("%s\n  {\"case\": %s, \"why\": %s}", i == 0 ? "" : ",",
                JsonString(unavailable[i].name).c_str(),
                JsonString(unavailable[i].why).c_str());
  }
  std::printf("\n]}\n");
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
  const std::vector<Finding> findings = Diagnose(host, SessionFacts());
  const std::vector<Unavailable> unavailable = UnavailableCases(*kvm);
  if (*format == Format::kJson) {
    PrintJson(findings, unavailable);
  } else {
    PrintText(host, findings, unavailable);
  }
  return kExitOk;
}

}  // namespace exitbench
