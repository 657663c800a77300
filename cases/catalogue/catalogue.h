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

// One row in one mode. It is what is run, stored and diffed.
struct CaseInstance {
  const Case* row;
  GuestMode mode;
  // The row's, the mode's suffix, memory parameters, the VM's configuration.
  std::string name;
  // Owns `row` where it was made for memory parameters or for a configuration;
  // else empty.
  std::shared_ptr<const Case> made_row = nullptr;
  // The name without the VM's configuration, where it has one; else empty.
  std::string plain_name = {};
};

// Returns the rows of all groups, in all their modes.
std::vector<CaseInstance> AllCases();

// Returns `rows`, in all their modes, for tests that bring rows of their own.
// The instances point into `rows`.
std::vector<CaseInstance> Instances(absl::Span<const Case> rows);

// Returns those of `all` whose name matches `filter`: RE2 expressions,
// unanchored, joined by commas, of which those with a leading '-' exclude.
// Empty: all. kInvalidArgument: an expression does not compile, or matches
// nothing.
absl::StatusOr<std::vector<CaseInstance>> Select(
    const std::vector<CaseInstance>& all, absl::string_view filter);

// Returns a hash of the payload in all its builds and of the facts that drive
// it, as 16 hexadecimal digits. Two results compare only if theirs is the same.
std::string CodeHash(const CaseInstance& instance);

// Returns how much host memory may come to be used by the VMs of `row`, the
// event's and the control's, and by its hooks.
uint64_t MemoryBytes(const Case& row);

// Returns OK if `instance` can run on this host. Else it says why not:
// kUnimplemented, or kUnavailable where the host lacks a resource just now.
absl::Status Supported(const CaseInstance& instance, const Kvm& kvm);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CATALOGUE_CATALOGUE_H_
