#include "results/text/digits.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(Digits, LeavesOutWhatNoClockHas) {
  EXPECT_EQ(Digits(106195.98999999992), "106195.99");
  EXPECT_EQ(Digits(0.1 + 0.2), "0.3");
  EXPECT_EQ(Digits(1.0 / 3), "0.333333333333");
  EXPECT_EQ(Digits(-2.5), "-2.5");
  EXPECT_EQ(Digits(1.5e300), "1.5e+300");
  EXPECT_EQ(Digits(2596142.0625), "2596142.0625");
}

TEST(Digits, KeepsWholeNumbers) {
  EXPECT_EQ(Digits(0), "0");
  EXPECT_EQ(Digits(-0.0), "0");
  EXPECT_EQ(Digits(1e6), "1000000");
  EXPECT_EQ(Digits(1234567890123456), "1234567890123456");
  EXPECT_EQ(Digits(0x1p53 - 1), "9007199254740991");
  EXPECT_EQ(Digits(-1e15), "-1000000000000000");
}

TEST(ToDigits, IsTheNumberWritten) {
  EXPECT_EQ(ToDigits(106195.98999999992), 106195.99);
  EXPECT_EQ(ToDigits(1234567890123456), 1234567890123456);
  EXPECT_EQ(ToDigits(5e-324), 5e-324);
  EXPECT_TRUE(std::isnan(ToDigits(NAN)));
  EXPECT_EQ(ToDigits(std::numeric_limits<double>::infinity()),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(ToDigits(std::numeric_limits<double>::max()), 1.79769313486e308);
}

}  // namespace
}  // namespace exitbench
