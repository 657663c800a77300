// Memory parameters: page sizes, where the host's pages are from, and working
// set, which change what some cases do. A case that a parameter changes gets
// another name, so that no diff takes it for the same: mem/hot becomes
// mem/hot.host_thp.
#ifndef EXITBENCH_CASES_CATALOGUE_PARAMETERS_H_
#define EXITBENCH_CASES_CATALOGUE_PARAMETERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cases/catalogue/catalogue.h"
#include "results/model/model.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// Each may be set or not.
struct Parameters {
  std::optional<GuestPage> guest_page;
  std::optional<Backing> host_page;
  std::optional<uint64_t> working_set_bytes;
  std::optional<MemorySource> backing;
};

// Returns what the flags say. Each may be empty, which is not set; `guest_page`
// may be 4k or 2m; `host_page` may be 4k, thp or hugetlb; `working_set` is a
// size such as 64m; `backing` is a Name() of MemorySource. kInvalidArgument
// names the flag and what it takes, or which of two exclude each other.
absl::StatusOr<Parameters> ParseParameters(absl::string_view guest_page,
                                           absl::string_view host_page,
                                           absl::string_view working_set,
                                           absl::string_view backing = "");

// Returns those that are set, for the results file.
std::vector<Fact> ParameterFacts(const Parameters& parameters);

// Returns `cases` with `parameters` set. A case that obeys one of them gets a
// row and a name of its own. The others stay as they are.
std::vector<CaseInstance> WithParameters(std::vector<CaseInstance> cases,
                                         const Parameters& parameters);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CATALOGUE_PARAMETERS_H_
