#include "harness/live/exit_kinds.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr Backend kBackends[] = {
    kBackendVmxEpt,    kBackendVmxShadow, kBackendSvmNpt,
    kBackendSvmShadow, kBackendArmVhe,    kBackendArmNvhe,
    kBackendArmPkvm,   kBackendPvm,       kBackendUnknown};

// A filter more makes each exit about 80 instructions longer.
constexpr size_t kMostExitKinds = 24;
constexpr size_t kMostUserspaceKinds = 16;

// The kinds of the backends of the architecture that this is built for.
TEST(ExitKinds, EachIsNamedOnceAndHasItsFilter) {
  int backends = 0;
  for (const Backend backend : kBackends) {
    const std::vector<ExitKind> kinds = ExitKinds(backend);
    if (kinds.empty()) continue;
    ++backends;
    EXPECT_GT(kinds.size(), 10u);
    EXPECT_LE(kinds.size(), kMostExitKinds) << backend;
    std::set<std::string> names, filters;
    for (const ExitKind& kind : kinds) {
      EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
      EXPECT_TRUE(filters.insert(kind.filter).second) << kind.filter;
      // As ExitReasonName() has those that it has no name for.
      EXPECT_FALSE(absl::StartsWith(kind.name, "reason ")) << kind.name;
    }
  }
  EXPECT_GT(backends, 2);
}

TEST(ExitKinds, ThereAreNoneWhereNoExitPassesTheTracepoint) {
  EXPECT_TRUE(ExitKinds(kBackendPvm).empty());
  EXPECT_TRUE(ExitKinds(kBackendUnknown).empty());
}

TEST(UserspaceExitKinds, EachHasItsNameAndFilter) {
  const std::vector<ExitKind> kinds = UserspaceExitKinds();
  EXPECT_LE(kinds.size(), kMostUserspaceKinds);
  std::set<std::string> names;
  for (const ExitKind& kind : kinds) {
    EXPECT_TRUE(absl::StartsWith(kind.name, "KVM_EXIT_")) << kind.name;
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
  }
  EXPECT_EQ(kinds[0].name, "KVM_EXIT_INTR");
  EXPECT_EQ(kinds[0].filter, "errno == -4");
  EXPECT_EQ(kinds[1].name, "KVM_EXIT_IO");
  EXPECT_EQ(kinds[1].filter, "reason == 2 && errno != -4");
}

}  // namespace
}  // namespace exitbench
