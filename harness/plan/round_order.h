// The order in which a session runs its cases, and what is left of it for a
// process that goes on where another one ended.
#ifndef EXITBENCH_HARNESS_PLAN_ROUND_ORDER_H_
#define EXITBENCH_HARNESS_PLAN_ROUND_ORDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cases/catalogue/catalogue.h"

namespace exitbench {

// The part of a session that one process runs. By default all of it.
struct SessionPart {
  uint32_t session_index = 0;
  uint32_t round = 0;  // The first round of the part.
  // The case of that round after which the part begins. Empty: with the first.
  std::string after;
  std::vector<std::string> without;  // Cases to leave out, by name.
  // It profiles the cases instead, and times none.
  bool profile = false;
  // It counts their exits by reason instead, and times none.
  bool exit_reasons = false;

  // Whether it is no part of a session, but runs cases that have been OK.
  bool again() const { return profile || exit_reasons; }
};

// Returns `cases` in the order of a round. They are shuffled, and the same
// numbers give the same order.
std::vector<CaseInstance> RoundOrder(std::vector<CaseInstance> cases,
                                     uint32_t seed, uint32_t session_index,
                                     uint32_t round);

// Returns `cases` without those in `names`.
std::vector<CaseInstance> Without(std::vector<CaseInstance> cases,
                                  const std::vector<std::string>& names);

// Returns the cases that `part` runs in `round`. They are in the order in which
// the whole session would run them.
std::vector<CaseInstance> LeftOfRound(const std::vector<CaseInstance>& cases,
                                      uint32_t seed, const SessionPart& part,
                                      uint32_t round);

// Returns whether `part` has any case to run in a session of `rounds`.
bool AnyLeft(const std::vector<CaseInstance>& cases, uint32_t seed,
             const SessionPart& part, uint32_t rounds);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_ROUND_ORDER_H_
