#include "cases/catalogue/catalogue.h"

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

const Case kRows[] = {
    {.name = "pio/out", .modes = kBothModes},
    {.name = "pio/in", .modes = kKernelMode},
    {.name = "mmio/write", .modes = kKernelMode},
};

// The names of `words`, where "user" stands for the suffix of user mode:
// "ring3".
std::string Named(absl::string_view words) {
  return absl::StrReplaceAll(words,
                             {{"user", ModeSuffix(kUserMode).substr(1)}});
}

std::string Selected(absl::string_view words) {
  const std::string filter = Named(words);
  auto selected = Select(Instances(kRows), filter);
  if (!selected.ok()) return "error";
  std::string names;
  for (const CaseInstance& c : *selected) names += c.name + " ";
  return names;
}

TEST(Select, IncludesAndExcludes) {
  EXPECT_EQ(Selected(""), Named("pio/out pio/out.user pio/in mmio/write "));
  EXPECT_EQ(Selected("pio"), Named("pio/out pio/out.user pio/in "));
  EXPECT_EQ(Selected("^pio/out$"), "pio/out ");
  EXPECT_EQ(Selected("pio,-user"), "pio/out pio/in ");
  EXPECT_EQ(Selected("-user"), "pio/out pio/in mmio/write ");
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
