#include "vmm/arm64/exception_name.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr uint64_t Syndrome(uint64_t ec) { return ec << 26 | 1u << 25 | 0x7; }

TEST(ExceptionName, TheClassIsInTheSyndrome) {
  EXPECT_EQ(ExceptionClassName(Syndrome(0x24)), "data abort from EL0");
  EXPECT_EQ(ExceptionClassName(Syndrome(0x25)), "data abort");
  EXPECT_EQ(ExceptionClassName(Syndrome(0x16)), "HVC");
  EXPECT_EQ(ExceptionClassName(0), "undefined instruction");
  EXPECT_EQ(ExceptionClassName(Syndrome(0x3f)), "exception class 0x3f");
  EXPECT_EQ(ExceptionClassName(uint64_t{1} << 32 | Syndrome(0x15)), "SVC");
}

TEST(ExceptionName, OnlySynchronousExceptionsHaveAClass) {
  EXPECT_EQ(ExceptionName(4, Syndrome(0x25)), "data abort");
  EXPECT_EQ(ExceptionName(8, Syndrome(0x15)), "SVC");
  EXPECT_EQ(ExceptionName(5, Syndrome(0x25)), "IRQ");
  EXPECT_EQ(ExceptionName(10, 0), "FIQ");
  EXPECT_EQ(ExceptionName(7, 0), "SError");
  EXPECT_EQ(ExceptionName(0, 0), "vector 0");
}

}  // namespace
}  // namespace exitbench
