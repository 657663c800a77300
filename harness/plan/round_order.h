// The order in which a session runs its cases, and what of it is left for a
// process that goes on where another one ended.
#ifndef EXITBENCH_HARNESS_PLAN_ROUND_ORDER_H_
#define EXITBENCH_HARNESS_PLAN_ROUND_ORDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cases/catalogue/catalogue.h"

namespace exitbench {

// What of a session one process runs: all of it by default.
struct SessionPart {
  uint32_t session_index = 0;
  uint32_t round = 0;  // The first one.
  std::string after;   // The last case of that round that was begun before.
  std::vector<std::string> without;  // Cases to leave out, by name.
};

// The order of `cases` in a round: shuffled, the same for the same numbers.
std::vector<CaseInstance> RoundOrder(std::vector<CaseInstance> cases,
                                     uint32_t seed, uint32_t session_index,
                                     uint32_t round);

// Those of `cases` that are not named.
std::vector<CaseInstance> Without(std::vector<CaseInstance> cases,
                                  const std::vector<std::string>& names);

// RoundOrder() of all cases less those that `part` leaves out or has behind it,
// so that a part runs its cases in the order in which a whole session would.
std::vector<CaseInstance> LeftOfRound(const std::vector<CaseInstance>& cases,
                                      uint32_t seed, const SessionPart& part,
                                      uint32_t round);

// Whether `part` has any case to run in a session of `rounds`.
bool AnyLeft(const std::vector<CaseInstance>& cases, uint32_t seed,
             const SessionPart& part, uint32_t rounds);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_ROUND_ORDER_H_
