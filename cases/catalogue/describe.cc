#include "cases/catalogue/describe.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

// Returns the claims on counters that hold, or may hold, on such a host.
std::vector<const CounterClaim*> ClaimsOn(const CaseInstance& instance,
                                          Backend backend,
                                          const FeatureSet& features) {
  std::vector<const CounterClaim*> claims;
  for (const CounterClaim& claim : instance.row->expect.claims) {
    if ((claim.backends & backend) && (claim.modes & instance.mode) &&
        !features.Lacks(claim.with) &&
        (features.present & claim.without) == 0) {
      claims.push_back(&claim);
    }
  }
  return claims;
}

// Returns what the claims on exits say of an event that does not reach
// userspace.
std::string InTheKernel(const std::vector<const CounterClaim*>& claims) {
  for (const CounterClaim* claim : claims) {
    const absl::string_view counter = claim->counter;
    if (claim->over_control) return "emulated, without an exit of its own";
    if (counter != "exits") continue;
    const bool may_exit = claim->per_event_most > 0;
    if (claim->per_event == 0 && !may_exit) return "does not exit";
    if (claim->or_none || claim->per_event == 0) return "exits or not";
    return "exits, handled in the kernel";
  }
  return "does not reach userspace";
}

}  // namespace

std::string DescribeExpectation(const CaseInstance& instance, Backend backend,
                                const FeatureSet& features) {
  const Case& row = *instance.row;
  const std::vector<const CounterClaim*> claims =
      ClaimsOn(instance, backend, features);
  std::vector<std::string> proofs;
  std::string what;
  if (row.blob == nullptr) {
    what = "a call of the host's";
    proofs.push_back("its answers");
  } else if (row.expect.exit.reason != ExpectedExit::kNone) {
    what = absl::StrCat("exits to userspace, ",
                        ExitReasonName(row.expect.exit.reason));
    proofs.push_back("its records");
  } else if ((row.expect.never_exits & backend) &&
             !(backend == kBackendPvm && instance.mode == kKernelMode)) {
    what = "must not exit";
    proofs.push_back("exits standing still");
  } else {
    what = InTheKernel(claims);
  }
  if (row.expect.verifies != nullptr) proofs.push_back(row.expect.verifies);
  std::vector<std::string> counts;
  for (const CounterClaim* claim : claims) {
    (claim->proves ? proofs : counts).push_back(claim->counter);
  }
  if (proofs.empty() && !counts.empty()) {
    return absl::StrCat(what, "; ", absl::StrJoin(counts, ", "),
                        " say how often");
  }
  if (proofs.empty()) return absl::StrCat(what, "; nothing here proves it");
  return absl::StrCat(what, "; proven by ", absl::StrJoin(proofs, ", "));
}

std::string DescribeNeeds(const CaseInstance& instance) {
  std::vector<std::string> needs;
  for (const Need& need : instance.row->host.needs) {
    needs.push_back(need.name);
  }
  return absl::StrJoin(needs, ", ");
}

}  // namespace exitbench
