#include "results/text/json_string.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(JsonString, IsAscii) {
  EXPECT_EQ(JsonString("a\"\\\n\x1b\x7f"),
            "\"a\\\"\\\\\\u000a\\u001b\\u007f\"");
  EXPECT_EQ(JsonString("\xc3\xbc"), "\"\\u00fc\"");
  EXPECT_EQ(JsonString("\xc2\x9b"), "\"\\u009b\"");      // CSI.
  EXPECT_EQ(JsonString("\xe2\x80\xae"), "\"\\u202e\"");  // Right to left.
  EXPECT_EQ(JsonString("\xf0\x9f\x98\x80"), "\"\\ud83d\\ude00\"");
  EXPECT_EQ(JsonString("a\xff"), "\"a?\"");
}

TEST(JsonString, OfADocument) {
  EXPECT_EQ(AsciiJson("{\n \"k\": \"\xc2\x9b\x7f\\n\"\n}"),
            "{\n \"k\": \"\\u009b\\u007f\\n\"\n}");
}

TEST(JsonString, Utf8IsKept) {
  EXPECT_EQ(ValidUtf8("\xc3\xbc\xae!"), "\xc3\xbc?!");
}

}  // namespace
}  // namespace exitbench
