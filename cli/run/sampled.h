// What run says of a profile that it made.
#ifndef EXITBENCH_CLI_RUN_SAMPLED_H_
#define EXITBENCH_CLI_RUN_SAMPLED_H_

#include <string>

#include "absl/strings/string_view.h"
#include "profile/model/profile.h"

namespace exitbench {

// Returns one line: where the profile is, how many samples it has, which part
// of them is in functions that are known, and what took them. `counted` says
// whether hardware events were counted too. `cut` says why cases lack; empty:
// none do.
std::string DescribeSampled(const Profile& profile, absl::string_view path,
                            bool counted, absl::string_view cut);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_SAMPLED_H_
