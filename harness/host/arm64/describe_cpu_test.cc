#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "harness/host/arm64/midr.h"
#include "harness/host/cpu_info.h"

namespace exitbench {
namespace {

constexpr char kCpuinfo[] =
    "processor\t: 0\n"
    "BogoMIPS\t: 50.00\n"
    "Features\t: fp asimd evtstrm aes\n"
    "CPU implementer\t: 0x41\n"
    "CPU architecture: 8\n"
    "CPU variant\t: 0x3\n"
    "CPU part\t: 0xd0c\n"
    "CPU revision\t: 1\n";

class DescribeCpuTest : public testing::Test {
 protected:
  DescribeCpuTest()
      : root_(testing::TempDir() + "/" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(root_);
  }

  void Put(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void PutMidr(int cpu, const std::string& midr) {
    Put("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
            "/regs/identification/midr_el1",
        midr + "\n");
  }

  std::string FactOf(const std::string& key) {
    for (const Fact& fact : host_.facts) {
      if (fact.key == key) return fact.value;
    }
    return "no such fact";
  }

  const std::string root_;
  Host host_;
};

TEST_F(DescribeCpuTest, ByTheIdRegisters) {
  Put("/proc/cpuinfo", kCpuinfo);
  for (int cpu : {0, 1, 2}) PutMidr(cpu, "0x00000000410fd4f1");
  Put("/sys/devices/system/cpu/cpu0/regs/identification/revidr_el1",
      "0x0000000000000000\n");
  Put("/sys/devices/system/cpu/cpu0/regs/identification/aidr_el1",
      "0x0000000000000012\n");
  Put("/dev/kmsg",
      "6,0,0,-;Booting Linux on physical CPU 0x0000000000\n"
      "6,8,0,-;CPU features: detected: ARM erratum 1542419 (kernel portion)\n");
  Put("/proc/interrupts",
      "           CPU0       CPU1\n"
      " 10:          0          0     GICv3  23 Level     arm-pmu\n");
  Put("/sys/firmware/devicetree/base/model", std::string("A board\0", 8));
  DescribeCpu(root_, host_);
  EXPECT_EQ(host_.cpu_vendor, "Arm");
  EXPECT_EQ(host_.cpu_model, "Arm Neoverse-V2 r0p1");
  EXPECT_EQ(host_.microcode, "absent");
  EXPECT_EQ(host_.tick, Tick::kCounter);
  EXPECT_EQ(FactOf("cpu.flags"), "fp asimd evtstrm aes");
  EXPECT_EQ(FactOf("cpu.midr"), "0x410fd4f1");
  EXPECT_EQ(FactOf("cpu.revidr"), "0");
  EXPECT_EQ(FactOf("cpu.aidr"), "0x12");
  EXPECT_EQ(FactOf("cpu.errata"), "ARM erratum 1542419 (kernel portion)");
  EXPECT_EQ(FactOf("gic"), "GICv3");
  EXPECT_EQ(FactOf("machine.model"), "A board");
  EXPECT_EQ(FactOf("memory.page_bytes"), std::to_string(sysconf(_SC_PAGESIZE)));
}

TEST_F(DescribeCpuTest, ByCpuinfoWhereTheRegistersAreNotShown) {
  Put("/proc/cpuinfo", kCpuinfo);
  DescribeCpu(root_, host_);
  EXPECT_EQ(host_.cpu_model, "Arm Neoverse-N1 r3p1");
  EXPECT_EQ(FactOf("cpu.midr"), "0x413fd0c1");
  EXPECT_EQ(FactOf("cpu.revidr"), "absent");
  EXPECT_EQ(FactOf("cpu.aidr"), "absent");
  EXPECT_EQ(FactOf("cpu.errata"), "absent");
  EXPECT_EQ(FactOf("gic"), "absent");
}

TEST_F(DescribeCpuTest, CoresOfTwoKinds) {
  for (int cpu : {0, 1}) PutMidr(cpu, "0x410fd034");
  PutMidr(2, "0x410fd083");
  DescribeCpu(root_, host_);
  EXPECT_EQ(host_.cpu_model, "2 Arm Cortex-A53 r0p4 + 1 Arm Cortex-A72 r0p3");
  EXPECT_EQ(FactOf("cpu.midr"), "0x410fd034 0x410fd083");
}

TEST_F(DescribeCpuTest, NothingToRead) {
  DescribeCpu(root_, host_);
  EXPECT_EQ(host_.cpu_vendor, "absent");
  EXPECT_EQ(host_.cpu_model, "absent");
  EXPECT_EQ(FactOf("cpu.flags"), "absent");
}

TEST(Midr, WhatIsNotKnownHasItsNumber) {
  EXPECT_EQ(CoreName(0x000f0510), "implementer 0x00 part 0x051 r0p0");
  EXPECT_EQ(CoreName(0x411fd990), "Arm part 0xd99 r1p0");
  EXPECT_EQ(CoreName(0xc00fac30), "Ampere Ampere1 r0p0");
  EXPECT_EQ(ImplementerName(0x6d0fd490), "Microsoft");
}

}  // namespace
}  // namespace exitbench
