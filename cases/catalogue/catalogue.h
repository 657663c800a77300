// All cases, in the order that `list` shows them.
#ifndef EXITBENCH_CASES_CATALOGUE_CATALOGUE_H_
#define EXITBENCH_CASES_CATALOGUE_CATALOGUE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cases/case.h"

namespace exitbench {

// One row in one mode: what is run, stored and diffed.
struct CaseInstance {
  const Case* row;
  GuestMode mode;
  std::string name;  // The row's, the mode's suffix, and knobs.
  // Owns `row` where it was made for the knobs; else empty.
  std::shared_ptr<const Case> made_row = nullptr;
};

// The rows of all groups, in all their modes.
std::vector<CaseInstance> AllCases();

// `rows` as instances; for tests that bring rows of their own. `rows` is
// pointed into.
std::vector<CaseInstance> Instances(absl::Span<const Case> rows);

// Those of `all` whose name matches `filter`: RE2 expressions, unanchored,
// joined by commas; one with a leading '-' excludes. Empty: all.
// kInvalidArgument: an expression that does not compile or matches nothing.
absl::StatusOr<std::vector<CaseInstance>> Select(
    const std::vector<CaseInstance>& all, absl::string_view filter);

// Of the payload in all its builds and of the facts that drive it: two results
// are comparable only if this is the same. 16 hexadecimal digits.
std::string CodeHash(const CaseInstance& instance);

// Host memory that the VMs of `row`, its event's and its control twin's, and
// its hooks may come to use.
uint64_t MemoryBytes(const Case& row);

// Why `instance` can't run on this host (kUnimplemented; kUnavailable where it
// lacks a resource just now), or OK.
absl::Status Supported(const CaseInstance& instance, const Kvm& kvm);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CATALOGUE_CATALOGUE_H_
