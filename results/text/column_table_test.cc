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

ColumnTable Ranked() {
  ColumnTable table({{"case", Align::kLeft},
                     {"guest"},
                     {"", Align::kRight, 1, 2, "spread"},
                     {"p99", Align::kRight, 2, 1},
                     {"exit", Align::kRight, 2, 3},
                     {"entry", Align::kRight, 2, 3}});
  table.AddRow({{"pio/in"}, {"123"}, {"4%"}, {"-"}, {"70"}, {"80"}});
  return table;
}

TEST(ColumnTableTest, LeavesOutByRankAndSaysSo) {
  const std::string all =
      "case    guest     p99  exit  entry\n"
      "pio/in    123 4%    -    70     80\n";
  EXPECT_EQ(Ranked().Render(false, 34), all);
  EXPECT_EQ(Ranked().Render(false, kAnyWidth), all);
  // First what has no figure, whatever its rank.
  EXPECT_EQ(Ranked().Render(false, 33),
            "case    guest     exit  entry\n"
            "pio/in    123 4%    70     80\n"
            "left out at this width: p99;\n"
            "  COLUMNS=34 shows all\n");
  // Then those of one rank together.
  EXPECT_EQ(Ranked().Render(false, 28),
            "case    guest\n"
            "pio/in    123 4%\n"
            "left out at this width: p99,\n"
            "  exit, entry; COLUMNS=34\n"
            "  shows all\n");
  EXPECT_EQ(Ranked().Render(false, 15).substr(0, 28),
            "case    guest\npio/in    123\n");
}

TEST(ColumnTableTest, LongNamesGetTheirOwnLines) {
  ColumnTable table({{"case", Align::kLeft}, {"n"}});
  table.AddRow({{"mmio/read"}, {"1"}});
  table.AddRow({{"a/very_long_name_of_a_case"}, {"12345678"}});
  EXPECT_EQ(table.Render(false, 30),
            "case              n\n"
            "mmio/read         1\n"
            "a/very_long_name_of_a_case\n"
            "           12345678\n");
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
