#include "results/text/column_table.h"

#include "gtest/gtest.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

TEST(ColumnTableTest, AlignsOnThePoint) {
  ColumnTable table({{"name", Align::kLeft, 0}, {"value", Align::kPoint, 2}});
  table.AddRow({{"a"}, {"1.25"}});
  table.AddRow({{"long name"}, {"12345"}});
  table.AddRow({{"b"}, {"-"}});
  EXPECT_EQ(table.Render(false),
            "name          value\n"
            "a              1.25\n"
            "long name  12345\n"
            "b              -\n");
}

TEST(ColumnTableTest, CutsWhatIsTooWide) {
  ColumnTable table({{"n", Align::kLeft, 0}, {"v", Align::kRight, 1}});
  table.AddRow({{"aaaa"}, {"bbbb"}});
  table.AddLine("a line of its own");
  EXPECT_EQ(table.Render(false, 7), "n\naaaa bb\na line \n");
}

TEST(ColumnTableTest, EmptyColumnsTakeNoRoom) {
  ColumnTable table({{"a"}, {"", Align::kLeft, 3}, {"b"}});
  table.AddRow({{"1"}, {""}, {"2"}});
  EXPECT_EQ(table.Render(false), "a  b\n1  2\n");
}

TEST(ColumnTableTest, ColourTakesNoRoom) {
  ColumnTable table({{"a"}, {"b"}});
  table.AddRow({{"1", Colour::kBad}, {"22", Colour::kGood}});
  EXPECT_EQ(table.Render(true), "a   b\n\x1b[31m1\x1b[0m  \x1b[32m22\x1b[0m\n");
}

TEST(ColumnTableTest, WidthCountsCharacters) {
  EXPECT_EQ(Width("\xc2\xb1"
                  "1%"),
            3u);
}

TEST(PrintableTest, ReplacesAllThatIsNotPrintableAscii) {
  EXPECT_EQ(Printable("a\x1b[1m\n\x7f\xc2\xb1~ "), "a?[1m????~ ");
  EXPECT_EQ(Shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(Shortened("abcdefg", 6), "abcd..");
}

}  // namespace
}  // namespace exitbench
