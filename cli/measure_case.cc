#include "cli/measure_case.h"

#include <utility>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "cases/catalogue/catalogue.h"
#include "cli/run_flags.h"
#include "cli/session_argv.h"
#include "harness/session/orchestrator.h"
#include "harness/session/run_config.h"
#include "re2/re2.h"
#include "vmm/kvm.h"

namespace exitbench {

absl::StatusOr<Results> MeasureCase(const std::string& case_name) {
  EB_ASSIGN_OR_RETURN(const RunConfig config, ConfigFromFlags());
  const std::string filter =
      absl::StrCat("^", re2::RE2::QuoteMeta(case_name), "$");
  EB_ASSIGN_OR_RETURN(const std::vector<CaseInstance> cases,
                      Select(AllCases(), filter));
  EB_RETURN_IF_ERROR(Kvm::Open(config.kvm_device).status());
  // Sessions are processes of `run`, which our own command line is not.
  std::vector<std::string> argv = {"exitbench", "run",
                                   absl::StrCat("--cases=", filter)};
  for (const char* name :
       {"cpu", "timeout", "tick", "emulator", "kvm_device", "seccomp"}) {
    const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
    EB_CHECK(flag != nullptr);
    argv.push_back(absl::StrCat("--", name, "=", flag->CurrentValue()));
  }
  EB_ASSIGN_OR_RETURN(
      GatheredResults gathered,
      RunSessions(config, cases, SessionArgv(argv, config), RunCallbacks()));
  if (gathered.stop_signal != 0) {
    return absl::CancelledError(
        absl::StrCat("interrupted by signal ", gathered.stop_signal));
  }
  return std::move(gathered.results);
}

}  // namespace exitbench
