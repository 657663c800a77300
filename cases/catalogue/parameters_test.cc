#include "cases/catalogue/knobs.h"

#include <memory>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Case kRows[] = {
    {.name = "t/all",
     .modes = kUserMode,
     .shape = {.data_bytes = 4u << 20},
     .knobs = kKnobGuestPage | kKnobHostPage | kKnobWorkingSet},
    {.name = "t/guest_page",
     .shape = {.data_bytes = 4u << 20},
     .knobs = kKnobGuestPage},
    {.name = "t/none"}};

std::vector<CaseInstance> With(absl::string_view guest_page,
                               absl::string_view host_page,
                               absl::string_view working_set) {
  auto knobs = ParseKnobs(guest_page, host_page, working_set);
  EXPECT_TRUE(knobs.ok()) << knobs.status();
  return WithKnobs(Instances(kRows), knobs.value_or(Knobs()));
}

TEST(Knobs, UnsetChangesNothing) {
  const auto cases = With("", "", "");
  ASSERT_EQ(cases.size(), 3u);
  EXPECT_EQ(cases[0].name, "t/all.ring3");
  EXPECT_EQ(cases[0].row, &kRows[0]);
  EXPECT_TRUE(KnobFacts(Knobs()).empty());
}

TEST(Knobs, ChangeNameShapeAndHashOfThoseThatObey) {
  const auto plain = With("", "", "");
  const auto cases = With("2m", "thp", "64m");
  EXPECT_EQ(cases[0].name, "t/all.ring3.guest_2m.host_thp.set_64m");
  EXPECT_EQ(cases[0].row->shape.data_page, GuestPage::k2M);
  EXPECT_EQ(cases[0].row->shape.data_backing, Backing::kThp);
  EXPECT_EQ(cases[0].row->shape.data_bytes, 64u << 20);
  EXPECT_NE(CodeHash(cases[0]), CodeHash(plain[0]));
  EXPECT_EQ(cases[1].name, "t/guest_page.guest_2m");
  EXPECT_EQ(cases[1].row->shape.data_bytes, 4u << 20);
  EXPECT_EQ(cases[2].name, "t/none");
  EXPECT_EQ(CodeHash(cases[2]), CodeHash(plain[2]));
}

// Also what is the default already: a run with the knob is told from one
// without, whatever the default comes to be.
TEST(Knobs, ASetKnobIsNamedEvenIfItIsTheDefault) {
  EXPECT_EQ(With("4k", "", "")[1].name, "t/guest_page.guest_4k");
}

TEST(Knobs, RowsLiveAsLongAsTheirInstances) {
  CaseInstance kept = With("2m", "", "")[1];
  EXPECT_EQ(kept.row->name, "t/guest_page");
}

TEST(Knobs, FactsSayWhatWasSet) {
  const auto facts = KnobFacts(*ParseKnobs("2m", "hugetlb", "1g"));
  ASSERT_EQ(facts.size(), 3u);
  EXPECT_EQ(facts[0], (Fact{"guest_page", "2m"}));
  EXPECT_EQ(facts[1], (Fact{"host_page", "hugetlb"}));
  EXPECT_EQ(facts[2], (Fact{"working_set", "1024m"}));
}

TEST(Knobs, BadOnesAreNamed) {
  EXPECT_EQ(ParseKnobs("1g", "", "").status().message(),
            "--guest_page=1g: give 4k or 2m");
  EXPECT_EQ(ParseKnobs("", "2m", "").status().message(),
            "--host_page=2m: give 4k, thp or hugetlb");
  for (const char* bad : {"0", "4k", "3m", "m", "4g", "-2m", "2mm", "2T",
                          "18446744073709551615g"}) {
    EXPECT_FALSE(ParseKnobs("", "", bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace exitbench
