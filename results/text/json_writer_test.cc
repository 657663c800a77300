#include "results/text/json_writer.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

std::string OfString(absl::string_view text) {
  JsonWriter json;
  json.String(text);
  return json.Take();
}

std::string OfNumber(double number) {
  JsonWriter json;
  json.Number(number);
  return json.Take();
}

TEST(JsonWriterTest, Nests) {
  JsonWriter json;
  json.BeginObject();
  json.Field("a", 1.5);
  json.Key("b");
  json.BeginArray();
  json.Bool(true);
  json.Null();
  json.EndArray();
  json.Key("c");
  json.BeginObject();
  json.EndObject();
  json.EndObject();
  EXPECT_EQ(json.Take(),
            "{\n  \"a\": 1.5,\n  \"b\": [\n    true,\n    null\n  ],\n"
            "  \"c\": {}\n}\n");
}

TEST(JsonWriterTest, EscapesWhatStringsMayNotHold) {
  EXPECT_EQ(OfString("a\"\\\n\x1b\x7f"),
            "\"a\\\"\\\\\\u000a\\u001b\\u007f\"\n");
}

TEST(JsonWriterTest, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(OfString("a\xff"
                     "b"),
            "\"a?b\"\n");
  EXPECT_EQ(OfString("\xc3"), "\"?\"\n");                 // Cut short.
  EXPECT_EQ(OfString("\xc0\xaf"), "\"??\"\n");            // Overlong.
  EXPECT_EQ(OfString("\xed\xa0\x80"), "\"???\"\n");       // A surrogate.
  EXPECT_EQ(OfString("\xf4\x90\x80\x80"), "\"????\"\n");  // Too large.
}

TEST(JsonWriterTest, CompactHasNoWhiteSpace) {
  JsonWriter json(JsonLayout::kCompact);
  json.BeginObject();
  json.Field("a", 1.5);
  json.Key("b");
  json.BeginArray();
  json.Null();
  json.String("x y");
  json.EndArray();
  json.Key("c");
  json.BeginObject();
  json.EndObject();
  json.EndObject();
  EXPECT_EQ(json.Take(), "{\"a\":1.5,\"b\":[null,\"x y\"],\"c\":{}}\n");
}

TEST(JsonWriterTest, IntegersAreInDigits) {
  JsonWriter json;
  json.BeginArray();
  json.Integer(1000000);
  json.Integer(18446744073709551615u);
  json.EndArray();
  EXPECT_EQ(json.Take(), "[\n  1000000,\n  18446744073709551615\n]\n");
}

TEST(JsonWriterTest, NumbersHaveTwelveDigits) {
  for (double number : {0.1, 1e300, -5e-324, 3256.0, 0x1p53 - 1}) {
    EXPECT_EQ(std::strtod(OfNumber(number).c_str(), nullptr), number);
  }
  EXPECT_EQ(OfNumber(106195.98999999992), "106195.99\n");
  EXPECT_EQ(OfNumber(1.0 / 3), "0.333333333333\n");
  EXPECT_EQ(OfNumber(1e6), "1000000\n");
  EXPECT_EQ(OfNumber(3256), "3256\n");
  EXPECT_EQ(OfNumber(NAN), "null\n");
  EXPECT_EQ(OfNumber(std::numeric_limits<double>::infinity()), "null\n");
}

}  // namespace
}  // namespace exitbench
