// Knobs: page sizes and working set, which change what some cases do. A case
// changed by a knob gets another name, so that no diff takes it for the same:
// mem/hot becomes mem/hot.host_thp.
#ifndef EXITBENCH_CASES_CATALOGUE_KNOBS_H_
#define EXITBENCH_CASES_CATALOGUE_KNOBS_H_

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

struct Knobs {
  std::optional<GuestPage> guest_page;
  std::optional<Backing> host_page;
  std::optional<uint64_t> working_set_bytes;
};

// What the flags say: "" (not set), "4k", "2m"; "", "4k", "thp", "hugetlb"; "",
// "64m". kInvalidArgument names the flag and what it takes.
absl::StatusOr<Knobs> ParseKnobs(absl::string_view guest_page,
                                 absl::string_view host_page,
                                 absl::string_view working_set);

// Those that are set, for the results file.
std::vector<Fact> KnobFacts(const Knobs& knobs);

// `cases` as the knobs have them: those that a knob changes get a row and a
// name of their own, the others stay as they are.
std::vector<CaseInstance> WithKnobs(std::vector<CaseInstance> cases,
                                    const Knobs& knobs);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CATALOGUE_KNOBS_H_
