// The kinds of `exitbench model` name cases and reasons of exits: each must
// exist here.
#include <sys/utsname.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "cases/catalogue/catalogue.h"
#include "gtest/gtest.h"
#include "harness/live/exit_kinds.h"
#include "model/kinds.h"
#include "vmm/host/backend.h"

namespace exitbench {
namespace {

std::string Architecture() {
  utsname names = {};
  uname(&names);
  return names.machine;
}

TEST(ModelKindsTest, ThereAreSome) {
  EXPECT_GE(KindsOf(Architecture()).size(), 10);
  EXPECT_TRUE(KindsOf("riscv64").empty());
}

TEST(ModelKindsTest, EachCaseExists) {
  std::set<std::string> names;
  for (const CaseInstance& c : AllCases()) names.insert(c.name);
  const auto exists = [&](absl::string_view name) {
    return names.count(std::string(name)) > 0;
  };
  for (const Kind& kind : KindsOf(Architecture())) {
    EXPECT_FALSE(kind.cases.empty()) << kind.name;
    for (absl::string_view name : kind.cases) {
      EXPECT_TRUE(exists(name)) << kind.name << ": " << name;
    }
    EXPECT_TRUE(kind.at_most.empty() || exists(kind.at_most)) << kind.name;
  }
  EXPECT_TRUE(exists(ShortestExit(Architecture())));
}

TEST(ModelKindsTest, EachIsCountedBySomething) {
  for (const Kind& kind : KindsOf(Architecture())) {
    EXPECT_TRUE(kind.count != nullptr || !kind.statistic.empty() ||
                !kind.reasons.empty())
        << kind.name;
  }
}

TEST(ModelKindsTest, EachReasonIsCountedOnSomeBackend) {
  std::set<std::string> reasons;
  for (const Backend backend :
       {kBackendVmxEpt, kBackendVmxShadow, kBackendSvmNpt, kBackendSvmShadow,
        kBackendArmVhe, kBackendArmNvhe, kBackendArmPkvm}) {
    for (const ExitKind& kind : ExitKinds(backend)) reasons.insert(kind.name);
  }
  for (const Kind& kind : KindsOf(Architecture())) {
    for (absl::string_view reason : kind.reasons) {
      EXPECT_EQ(reasons.count(std::string(reason)), 1)
          << kind.name << ": " << reason;
    }
  }
}

TEST(ModelKindsTest, ReturnsOfKvmRunHaveTheseNames) {
  std::set<std::string> reasons;
  for (const ExitKind& kind : UserspaceExitKinds()) reasons.insert(kind.name);
  for (const char* name : {"KVM_EXIT_IO", "KVM_EXIT_MMIO", "KVM_EXIT_INTR"}) {
    EXPECT_EQ(reasons.count(name), 1) << name;
  }
}

}  // namespace
}  // namespace exitbench
