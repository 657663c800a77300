#include "results/text/folded.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(Folded, LeavesLinesThatFit) {
  EXPECT_EQ(Folded("a  b\n\n  cc dd\n", 7), "a  b\n\n  cc dd\n");
  EXPECT_EQ(Folded("", 7), "");
}

TEST(Folded, BreaksAtBlanksAndIndents) {
  EXPECT_EQ(Folded("aaa bbb ccc\n", 7), "aaa bbb\n  ccc\n");
  EXPECT_EQ(Folded("  aaa bbb ccc\n", 9), "  aaa bbb\n    ccc\n");
  EXPECT_EQ(Folded("net  aa bb cc\n", 10), "net  aa bb\n     cc\n");
  EXPECT_EQ(Folded("a too_long_for_it b\n", 6), "a\n  too_long_for_it\n  b\n");
}

TEST(Folded, JoinsWhatIsIndentedOnlyIfAsked) {
  EXPECT_EQ(Folded("net  aa bb cc\n     dd\nx\n", 10),
            "net  aa bb\n     cc\n     dd\nx\n");
  EXPECT_EQ(Folded("net  aa bb cc\n     dd\nx\n", 10, true),
            "net  aa bb\n     cc dd\nx\n");
  EXPECT_EQ(Folded("net  aa\n     dd\n", 10, true), "net  aa\n     dd\n");
}

}  // namespace
}  // namespace exitbench
