#include "harness/plan/round_order.h"

#include <algorithm>
#include <random>
#include <utility>

namespace exitbench {

std::vector<CaseInstance> RoundOrder(std::vector<CaseInstance> cases,
                                     uint32_t seed, uint32_t session_index,
                                     uint32_t round) {
  std::seed_seq sequence{seed, session_index, round};
  std::mt19937 random(sequence);
  // std::shuffle() differs between libraries. A seed is to give the same order
  // with every build.
  for (size_t i = cases.size(); i > 1; --i) {
    std::swap(cases[i - 1], cases[random() % i]);
  }
  return cases;
}

std::vector<CaseInstance> Without(std::vector<CaseInstance> cases,
                                  const std::vector<std::string>& names) {
  cases.erase(std::remove_if(cases.begin(), cases.end(),
                             [&names](const CaseInstance& c) {
                               return std::find(names.begin(), names.end(),
                                                c.name) != names.end();
                             }),
              cases.end());
  return cases;
}

std::vector<CaseInstance> LeftOfRound(const std::vector<CaseInstance>& cases,
                                      uint32_t seed, const SessionPart& part,
                                      uint32_t round) {
  std::vector<CaseInstance> left;
  if (round < part.round) return left;
  left = RoundOrder(cases, seed, part.session_index, round);
  if (round == part.round && !part.after.empty()) {
    const auto last = std::find_if(
        left.begin(), left.end(),
        [&part](const CaseInstance& c) { return c.name == part.after; });
    if (last != left.end()) left.erase(left.begin(), last + 1);
  }
  return Without(std::move(left), part.without);
}

bool AnyLeft(const std::vector<CaseInstance>& cases, uint32_t seed,
             const SessionPart& part, uint32_t rounds) {
  for (uint32_t round = part.round; round < rounds; ++round) {
    if (!LeftOfRound(cases, seed, part, round).empty()) return true;
  }
  return false;
}

}  // namespace exitbench
