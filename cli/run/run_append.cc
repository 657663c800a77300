#include "cli/run/run_append.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "harness/session/describe_session.h"
#include "harness/session/seccomp.h"
#include "results/file/file.h"
#include "results/sides/merge.h"

namespace exitbench {
namespace {

// Returns what is known of the sessions before they run.
absl::StatusOr<Results> Plan(const Kvm& kvm, const RunConfig& config,
                             const std::vector<CaseInstance>& cases) {
  EB_ASSIGN_OR_RETURN(
      Results plan,
      DescribeSession(kvm, config, config.seccomp && KernelHasSeccomp()));
  for (const CaseInstance& instance : cases) {
    CaseResult& c = plan.cases.emplace_back();
    c.name = instance.name;
    c.code_hash = CodeHash(instance);
  }
  return plan;
}

}  // namespace

absl::StatusOr<Results> ReadToAppendTo(const std::string& path, const Kvm& kvm,
                                       const RunConfig& config,
                                       const std::vector<CaseInstance>& cases) {
  if (access(path.c_str(), F_OK) != 0) return Results();
  EB_ASSIGN_OR_RETURN(Results before, ReadResults(path));
  if (before.sessions.empty()) return before;
  EB_ASSIGN_OR_RETURN(const Results plan, Plan(kvm, config, cases));
  if (absl::Status s = CheckMergeable(plan, before); !s.ok()) {
    return CantAppend(path, s);
  }
  return before;
}

absl::Status CantAppend(const std::string& path, const absl::Status& why) {
  return absl::Status(why.code(), absl::StrCat(path, ": ", why.message(),
                                               "; name another --out"));
}

}  // namespace exitbench
