#include "cli/run/measure_case.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/run/run_flags.h"
#include "harness/session/describe_session.h"
#include "harness/session/orchestrator.h"
#include "harness/settings/run_config.h"
#include "re2/re2.h"
#include "vmm/kvm.h"

namespace exitbench {

absl::StatusOr<Results> MeasureCase(const std::string& case_name) {
  EB_ASSIGN_OR_RETURN(RunConfig config, ConfigFromFlags());
  config.exit_reasons = false;  // The figure is what is asked for.
  config.cases = absl::StrCat("^", re2::RE2::QuoteMeta(case_name), "$");
  EB_ASSIGN_OR_RETURN(const std::vector<CaseInstance> cases,
                      SelectCases(config));
  EB_RETURN_IF_ERROR(Kvm::Open(config.kvm_device).status());
  EB_ASSIGN_OR_RETURN(GatheredResults gathered,
                      RunSessions(config, cases, RunCallbacks()));
  if (gathered.stop_signal != 0) {
    return absl::CancelledError(
        absl::StrCat("interrupted by signal ", gathered.stop_signal));
  }
  return std::move(gathered.results);
}

}  // namespace exitbench
