#include "results/sides/side_warnings.h"

#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

Side TestSide(const std::function<void(Results&)>& change = nullptr) {
  Results results = MakeResults("6.1", "a");
  AddCase("pio/out", std::vector<double>(15, 1000), results);
  if (change) change(results);
  return MakeSide(results, "side");
}

Side BuiltBy(const std::string& compiler) {
  return TestSide([&](Results& r) {
    r.host.facts = {{kKernelCompilerFact, compiler}};
  });
}

int CompilerWarnings(const Side& baseline, const Side& candidate) {
  int found = 0;
  for (const std::string& warning : SampleWarnings(baseline, candidate, true)) {
    found += warning.find("different compilers") != std::string::npos;
  }
  return found;
}

TEST(SideWarningsTest, KernelsOfTwoCompilersAreWarnedOf) {
  const Side old_side = BuiltBy("gcc-12 (Debian 12.2.0-14) 12.2.0");
  const Side new_side = BuiltBy("gcc-14 (Debian 14.2.0-19) 14.2.0");
  EXPECT_EQ(CompilerWarnings(old_side, new_side), 1);
  EXPECT_EQ(CompilerWarnings(old_side, old_side), 0);
  // An unknown compiler is no difference.
  EXPECT_EQ(CompilerWarnings(old_side, BuiltBy("absent")), 0);
  EXPECT_EQ(CompilerWarnings(TestSide(), new_side), 0);
}

bool Warns(const Side& baseline, const Side& candidate, const std::string& part,
           bool boot_variance_known = false) {
  for (const std::string& w :
       SampleWarnings(baseline, candidate, boot_variance_known)) {
    if (w.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST(SideWarningsTest, WeakSamplesAreWarnedOf) {
  const auto other_boot = [](Results& r) {
    for (Session& s : r.sessions) s.boot_id = "b";
  };
  const Side old_side = TestSide(), new_side = TestSide(other_boot);
  EXPECT_TRUE(Warns(old_side, new_side, "can't be told apart"));
  EXPECT_FALSE(Warns(old_side, new_side, "can't be told apart", true));
  EXPECT_TRUE(Warns(old_side, TestSide(), "of one boot"));
  EXPECT_TRUE(Warns(old_side, TestSide([](Results& r) {
                      r.sessions.resize(1);
                      for (auto& run : r.cases[0].runs) run.session = 0;
                    }),
                    "NEW has 1 session"));
  const Side once = TestSide([](Results& r) {
    r.host.tick = Tick::kInstruction;
    r.cases[0].runs.resize(1);
    r.cases[0].metrics[0].runs.resize(1);
  });
  EXPECT_TRUE(Warns(once, once, "OLD has one run of each case"));
  EXPECT_FALSE(Warns(once, once, "of one boot"));
  EXPECT_TRUE(Warns(once, once, "a few instructions may be the boot's"));
  EXPECT_FALSE(Warns(once, once, "may be the boot's", true));
  EXPECT_TRUE(Warns(old_side, TestSide([](Results& r) { r.partial = true; }),
                    "interrupted"));
  EXPECT_TRUE(Warns(old_side, TestSide([](Results& r) {
                      for (int i = 0; i < 4; ++i) {
                        r.cases[0].runs[i].disturbed = true;
                      }
                    }),
                    "4 of 15 runs were disturbed"));
  EXPECT_FALSE(Warns(old_side, TestSide([](Results& r) {
                       for (int i = 0; i < 3; ++i) {
                         r.cases[0].runs[i].disturbed = true;
                       }
                     }),
                     "disturbed"));
  EXPECT_TRUE(Warns(old_side, TestSide([](Results& r) {
                      for (RunStatistics& run : r.cases[0].metrics[0].runs) {
                        if (r.cases[0].runs[run.run].round > 2) {
                          run.summary.iqm *= 1.05;
                        }
                      }
                    }),
                    "NEW drifts from its first to its last rounds by +5.0%"));
}

Side OfBoots(const std::vector<std::string>& boots) {
  return TestSide([&](Results& r) {
    for (size_t i = 0; i < r.sessions.size(); ++i) {
      r.sessions[i].boot_id = boots[i % boots.size()];
    }
  });
}

TEST(SideWarningsTest, OneSideOfOneBootIsEnough) {
  const Side one = OfBoots({"a"}), three = OfBoots({"b", "c", "d"});
  EXPECT_TRUE(Warns(one, three, "OLD is of one boot: boot and kernel"));
  EXPECT_TRUE(Warns(three, one, "NEW is of one boot: boot and kernel"));
  EXPECT_FALSE(Warns(one, three, "one boot", true));
  EXPECT_FALSE(Warns(OfBoots({"e", "f", "g"}), three, "one boot"));
}

TEST(SideWarningsTest, QuickSessionsAmongOthersAreNotCounted) {
  const auto quick = [](size_t n) {
    return TestSide([n](Results& r) {
      for (size_t i = 0; i < n; ++i) r.sessions[i].quick = true;
    });
  };
  EXPECT_TRUE(Warns(TestSide(), quick(2), "NEW has 1 session: take 3 or more"));
  EXPECT_TRUE(Warns(TestSide(), quick(3), "NEW has only --quick sessions"));
  EXPECT_FALSE(Warns(TestSide(), quick(3), "take 3 or more"));
}

using Texts = std::vector<std::string>;

TEST(SideWarningsTest, ManySidesAreNamedByNumber) {
  const auto partial = [](const std::string& boot, bool is_partial) {
    return TestSide([&](Results& r) {
      r.partial = is_partial;
      for (Session& s : r.sessions) s.boot_id = boot;
    });
  };
  const std::vector<Side> sides = {partial("a", true), partial("b", true),
                                   partial("c", true), partial("d", false),
                                   partial("e", true)};
  EXPECT_EQ(SampleWarnings(sides, true),
            Texts{"each of [1] to [3], [5] is of an interrupted measurement"});
  EXPECT_EQ(SampleWarnings({sides[3], sides[0], sides[4]}, true),
            Texts{"each of [2], [3] is of an interrupted measurement"});
  EXPECT_EQ(SampleWarnings({sides[0], sides[1]}, true),
            Texts{"each side is of an interrupted measurement"});
  EXPECT_EQ(SampleWarnings(
                {sides[3], OfBoots({"x", "y", "z"}), OfBoots({"u", "v", "w"})},
                false),
            Texts{"[1] is of one boot: boot and kernel can't be told apart; "
                  "measure 3 or more boots a side, or pass "
                  "--calibration=FILE"});
}

TEST(SideWarningsTest, ManySidesMayShareABoot) {
  const Side a = OfBoots({"a"}), b = OfBoots({"b", "c"}),
             c = OfBoots({"c", "d"});
  EXPECT_EQ(SampleWarnings({a, a, a}, false),
            Texts{"all sides share a boot, so a kernel"});
  EXPECT_EQ(SampleWarnings({a, b, c}, true),
            Texts{"[2], [3] share a boot, so a kernel"});
  EXPECT_EQ(
      SampleWarnings({BuiltBy("x"), BuiltBy("y"), BuiltBy("absent")}, true),
      (Texts{"all sides share a boot, so a kernel",
             "the kernels come from different compilers, which alone "
             "can move every path"}));
}

}  // namespace
}  // namespace exitbench
