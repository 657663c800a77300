// The rules of x86-64, by group of cases.
#ifndef EXITBENCH_TESTS_CENSUS_X86_64_GROUPS_H_
#define EXITBENCH_TESTS_CENSUS_X86_64_GROUPS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "tests/census/behaviour.h"

namespace exitbench {

// Whether a case of pv/ is a hypercall. The others are MSRs.
bool IsPvHypercall(absl::string_view name);

// By group.
std::optional<Behaviour> CpuBehaviour(const Situation& s);
std::optional<Behaviour> IoBehaviour(const Situation& s);
std::optional<Behaviour> UserspaceExitBehaviour(const Situation& s);
std::optional<Behaviour> MemoryBehaviour(const Situation& s);
std::optional<Behaviour> ShadowBehaviour(const Situation& s);
std::optional<Behaviour> InterruptBehaviour(const Situation& s);
std::optional<Behaviour> PvBehaviour(const Situation& s);
std::optional<Behaviour> NestedBehaviour(const Situation& s);
std::optional<Behaviour> HostCallBehaviour(const Situation& s);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_CENSUS_X86_64_GROUPS_H_
