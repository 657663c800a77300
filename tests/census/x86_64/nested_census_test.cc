#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/census/census.h"

namespace exitbench {
namespace {

// A nested event handled by the other level than the row says.
TEST(NestedCensus, TheOtherLevelIsNoticedOnEachHostThatCounts) {
  const std::vector<CaseInstance> cases = AllCases();
  int noticed = 0;
  for (const CaseInstance& c : cases) {
    const std::string l0 = absl::StrCat(c.name, ".l0");
    const auto other =
        std::find_if(cases.begin(), cases.end(),
                     [&](const CaseInstance& o) { return o.name == l0; });
    if (other == cases.end()) continue;
    for (const SimulatedHost& host : SimulatedHosts()) {
      if (!RunsOn(c, host) || host.hides_modules ||
          host.kernel < kHasStatistics) {
        continue;
      }
      const auto by_l1 = BehaviourOf({c.row->name, 0, host, End::kLeast});
      const auto by_l0 = BehaviourOf({other->row->name, 0, host, End::kLeast});
      ASSERT_TRUE(by_l1.has_value() && by_l0.has_value()) << c.name;
      EXPECT_EQ(VerdictOf(JudgeOn(*c.row, c.mode, host, *by_l0)),
                Verdict::kContradicted)
          << c.name << " on " << host.name;
      EXPECT_EQ(VerdictOf(JudgeOn(*other->row, c.mode, host, *by_l1)),
                Verdict::kContradicted)
          << other->name << " on " << host.name;
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 50);
}

}  // namespace
}  // namespace exitbench
