#include "harness/host/arm64/errata.h"

#include <fstream>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(Errata, AreNamedOnceEach) {
  EXPECT_EQ(ErrataOf("6,0,0,-;Booting Linux on physical CPU 0x0000000000\n"
                     "6,9,0,-;CPU features: detected: Spectre-BHB\n"
                     "6,10,0,-;CPU features: detected: ARM erratum 1508412 "
                     "(kernel portion) on CPU0-3\n"
                     "6,11,0,-;CPU features: detected: Broken broadcast TLBI "
                     "completion\n"
                     "6,12,0,-;arch_timer: Enabling local workaround for ARM "
                     "erratum 1418040\n"
                     "6,13,5,-;arch_timer: CPU1: Enabling local workaround for "
                     "ARM erratum 1418040\n"
                     " SUBSYSTEM=erratum;not a message\n"),
            "ARM erratum 1418040; ARM erratum 1508412 (kernel portion); Broken "
            "broadcast TLBI completion");
}

TEST(Errata, NoneIsKnownOnlyFromTheFirstMessageOn) {
  EXPECT_EQ(ErrataOf("6,0,0,-;Booting Linux\n6,1,0,-;Linux version\n"), "none");
  EXPECT_EQ(ErrataOf("6,1,0,-;Linux version\n"), "absent");
  EXPECT_EQ(ErrataOf("6,1,0,-;detected: ARM erratum 834220\n"), "absent");
  EXPECT_EQ(ErrataOf(""), "absent");
}

TEST(Errata, AProcessCanNotAddToThem) {
  EXPECT_EQ(ErrataOf("6,0,0,-;Booting Linux\n"
                     "12,5,0,-;CPU features: detected: ARM erratum 1\n"
                     "x,6,0,-;CPU features: detected: ARM erratum 2\n"
                     "CPU features: detected: ARM erratum 3\n"),
            "none");
}

TEST(Errata, TheLogIsReadToItsEnd) {
  const std::string path = testing::TempDir() + "/kmsg";
  std::string text = "6,0,0,-;Booting Linux\n";
  while (text.size() < 20000) text += "6,1,0,-;more\n";
  text += "6,2,0,-;CPU features: detected: Cavium erratum 30115\n";
  std::ofstream(path) << text;
  EXPECT_EQ(ReadKernelLog(path), text);
  EXPECT_EQ(ErrataOf(ReadKernelLog(path)), "Cavium erratum 30115");
  EXPECT_EQ(ReadKernelLog(path + ".none"), "");
}

}  // namespace
}  // namespace exitbench
