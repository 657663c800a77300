#include "cli/run_append.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "harness/host/provenance.h"
#include "results/file/file.h"
#include "results/compare/merge.h"

namespace exitbench {
namespace {

bool KernelHasSeccomp() {
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0 || errno != EINVAL;
}

// What the sessions of the run will say of themselves: see harness/session/session.cc.
absl::StatusOr<Results> Plan(const Kvm& kvm, const RunConfig& config,
                             const std::vector<CaseInstance>& cases) {
  Results plan;
  plan.host = HostFacts(kvm);
  plan.host.emulator = config.emulator;
  plan.host.tick = config.tick;
  EB_ASSIGN_OR_RETURN(plan.host.tsc_khz, HostTscKhz(kvm));
  Session& session = plan.sessions.emplace_back();
  session.cpus = config.cpus.empty() ? "none" : absl::StrJoin(config.cpus, ",");
  session.knobs = config.knobs;
  session.knobs.push_back(
      {"seccomp", config.seccomp && KernelHasSeccomp() ? "on" : "off"});
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
