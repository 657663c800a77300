#include "results/sides/configurations.h"

#include "gtest/gtest.h"
#include "results/sides/compatibility.h"
#include "results/sides/labels.h"

namespace exitbench {
namespace {

// A side with one case, named as a run with these settings names it.
Side Configured(const std::string& label, const std::vector<Fact>& settings,
                const std::string& suffix) {
  Side side;
  side.label = label;
  side.host.kernel_release = "6.1";
  Session& session = side.sessions.emplace_back();
  session.settings = settings;
  session.settings.push_back({"seccomp", "on"});
  SideCase& c = side.cases.emplace_back();
  c.name = "pio/out" + suffix;
  if (!suffix.empty()) c.plain_name = "pio/out";
  return side;
}

Side On() { return Configured("a", {{"vm.pmu", "on"}}, ".pmu_on"); }
Side Off() { return Configured("b", {{"vm.pmu", "off"}}, ".pmu_off"); }
Side Plain() { return Configured("c", {}, ""); }

TEST(Configurations, CasesOfUnlikeOnesAreNamedAlike) {
  std::vector<Side> sides = {On(), Off(), Plain()};
  NameAcrossConfigurations(sides);
  for (const Side& side : sides) EXPECT_EQ(side.cases[0].name, "pio/out");
}

TEST(Configurations, CasesOfOneKeepTheirNames) {
  std::vector<Side> sides = {Off(), Off()};
  NameAcrossConfigurations(sides);
  for (const Side& side : sides) {
    EXPECT_EQ(side.cases[0].name, "pio/out.pmu_off");
  }
}

TEST(Configurations, AreDifferencesThatAreNotRefused) {
  const std::vector<Difference> found = CompareHosts(On(), Off());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].action, Action::kWarn);
  EXPECT_EQ(found[0].what, "vm.pmu");
  EXPECT_EQ(found[0].baseline, "on");
  EXPECT_EQ(found[0].candidate, "off");
  EXPECT_TRUE(CompareHosts(Off(), Off()).empty());
  const std::vector<Difference> from_default = CompareHosts(Plain(), Off());
  ASSERT_EQ(from_default.size(), 1u);
  EXPECT_EQ(from_default[0].baseline, "default");
}

TEST(Configurations, OtherSettingsAreStillRefused) {
  Side native = Plain();
  native.sessions[0].settings.push_back({"native", "true"});
  const std::vector<Difference> found = CompareHosts(Plain(), native);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].action, Action::kRefuseUnlessForced);
  EXPECT_EQ(found[0].what, "settings of the cases");
}

TEST(Configurations, NameTheSides) {
  const SideLabels two = LabelSides(std::vector<Side>{On(), Off()});
  EXPECT_EQ(two.labels, (std::vector<std::string>{"pmu:on", "pmu:off"}));
  EXPECT_TRUE(two.differ_in_settings());
  EXPECT_EQ(SettingsChanged(two), "pmu on -> off");
  const SideLabels with_default = LabelSides(std::vector<Side>{Plain(), Off()});
  EXPECT_EQ(with_default.labels,
            (std::vector<std::string>{"default pmu", "pmu:off"}));
}

TEST(Configurations, TheSideThatSetNothingHasTheDefault) {
  const SideLabels labels = LabelSides(std::vector<Side>{On(), Off(), Plain()});
  ASSERT_EQ(labels.settings.size(), 1u);
  EXPECT_EQ(DefaultSide(labels.settings[0]), 2u);
  const SideLabels none = LabelSides(std::vector<Side>{On(), Off()});
  EXPECT_EQ(DefaultSide(none.settings[0]), std::nullopt);
}

}  // namespace
}  // namespace exitbench
