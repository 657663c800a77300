#include "harness/host/provenance.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(CompilerOfTest, IsWhatStandsBeforeTheLinker) {
  EXPECT_EQ(CompilerOf("Linux version 6.1.0-56-cloud-amd64 "
                       "(debian-kernel@lists.debian.org) (gcc-12 (Debian "
                       "12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for "
                       "Debian) 2.40) #1 SMP PREEMPT_DYNAMIC"),
            "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0");
  EXPECT_EQ(CompilerOf("Linux version 6.9.0 (me@here) (clang version 17.0.6 "
                       "(https://example.org/a, b), LLD 17.0.6) #2 SMP"),
            "clang version 17.0.6 (https://example.org/a, b)");
}

TEST(CompilerOfTest, OldKernelsNameNoLinker) {
  EXPECT_EQ(CompilerOf("Linux version 4.19.0 (me@here) (gcc version 8.3.0 "
                       "(Debian 8.3.0-6)) #1 SMP"),
            "gcc version 8.3.0 (Debian 8.3.0-6)");
}

TEST(CompilerOfTest, OtherTextNamesNone) {
  EXPECT_EQ(CompilerOf(""), "absent");
  EXPECT_EQ(CompilerOf("Linux version 6.1.0"), "absent");
  EXPECT_EQ(CompilerOf("Linux version 6.1.0 (me@here) (gcc (cut"), "absent");
}

}  // namespace
}  // namespace exitbench
