#include "cases/catalogue/catalogue.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Case kRows[] = {
    {.name = "pio/out", .modes = kBothModes},
    {.name = "pio/in", .modes = kKernelMode},
    {.name = "mmio/write", .modes = kKernelMode},
};

std::string Selected(absl::string_view filter) {
  auto selected = Select(Instances(kRows), filter);
  if (!selected.ok()) return "error";
  std::string names;
  for (const CaseInstance& c : *selected) names += c.name + " ";
  return names;
}

TEST(Select, IncludesAndExcludes) {
  EXPECT_EQ(Selected(""), "pio/out pio/out.ring3 pio/in mmio/write ");
  EXPECT_EQ(Selected("pio"), "pio/out pio/out.ring3 pio/in ");
  EXPECT_EQ(Selected("^pio/out$"), "pio/out ");
  EXPECT_EQ(Selected("pio,-ring3"), "pio/out pio/in ");
  EXPECT_EQ(Selected("-ring3"), "pio/out pio/in mmio/write ");
  EXPECT_EQ(Selected("mmio,in$"), "pio/in mmio/write ");
}

TEST(Select, RefusesWhatMatchesNothing) {
  EXPECT_EQ(Selected("nothing"), "error");
  EXPECT_EQ(Selected("pio,nothing"), "error");
  EXPECT_EQ(Selected("-nothing"), "error");
  EXPECT_EQ(Selected("("), "error");
  EXPECT_EQ(Selected("pio,"), "error");
  EXPECT_EQ(Selected("pio,-pio"), "error");
}

TEST(CodeHash, TellsCasesApart) {
  const auto all = AllCases();
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(CodeHash(all[i]), CodeHash(all[j]))
          << all[i].name << " " << all[j].name;
    }
  }
}

}  // namespace
}  // namespace exitbench
