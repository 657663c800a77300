#include "vmm/x86_64/detect_backend.h"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

struct Module {
  std::string name;
  bool loaded = false;  // Or else built in.
  std::string parameter = "any";
  std::string value = "1";
};

const HostCpuid kIntel = {.vendor = "GenuineIntel", .vmx = true};
const HostCpuid kAmd = {.vendor = "AuthenticAMD", .svm = true};
const HostCpuid kNeither = {.vendor = "GenuineIntel"};

// Detects by a /sys/module with these modules.
BackendInfo Detect(const HostCpuid& cpuid, const std::vector<Module>& modules) {
  static int number = 0;
  const std::string root =
      testing::TempDir() + "/modules" + std::to_string(number++);
  mkdir(root.c_str(), 0755);
  for (const Module& m : modules) {
    const std::string folder = root + "/" + m.name;
    mkdir(folder.c_str(), 0755);
    mkdir((folder + "/parameters").c_str(), 0755);
    std::ofstream(folder + "/parameters/" + m.parameter) << m.value << "\n";
    if (m.loaded) std::ofstream(folder + "/initstate") << "live\n";
  }
  return DetectBackend(cpuid, root);
}

const Module kBuiltInIntel = {"kvm_intel", false, "ept", "Y"};
const Module kBuiltInAmd = {"kvm_amd", false, "npt", "1"};

TEST(Backend, ModuleAndPagingMakeOne) {
  EXPECT_EQ(Detect(kIntel, {{"kvm_intel", true, "ept", "Y"}}).backend,
            kBackendVmxEpt);
  EXPECT_EQ(Detect(kIntel, {{"kvm_intel", true, "ept", "N"}}).backend,
            kBackendVmxShadow);
  EXPECT_EQ(Detect(kAmd, {{"kvm_amd", true, "npt", "1"}}).backend,
            kBackendSvmNpt);
  EXPECT_EQ(Detect(kAmd, {{"kvm_amd", true, "npt", "0"}}).backend,
            kBackendSvmShadow);
  EXPECT_EQ(Detect(kAmd, {{"kvm_pvm"}}).backend, kBackendPvm);
  EXPECT_EQ(Detect(kAmd, {{"kvm_other"}}).backend, kBackendUnknown);
  EXPECT_EQ(Detect(kAmd, {}).backend, kBackendUnknown);
  EXPECT_EQ(Detect(kNeither, {}).backend, kBackendPvm);
}

TEST(Backend, OfBothVendorsBuiltInTheProcessorsRuns) {
  EXPECT_EQ(Detect(kIntel, {kBuiltInIntel, kBuiltInAmd}).module, "kvm_intel");
  const BackendInfo amd = Detect(kAmd, {kBuiltInIntel, kBuiltInAmd});
  EXPECT_EQ(amd.module, "kvm_amd");
  EXPECT_EQ(amd.paging(), "npt");
}

TEST(Backend, WhatWasLoadedRunsWhateverIsBuiltIn) {
  EXPECT_EQ(Detect(kIntel, {kBuiltInIntel, {"kvm_pvm", true}}).module,
            "kvm_pvm");
  EXPECT_EQ(
      Detect(kNeither, {kBuiltInIntel, kBuiltInAmd, {"kvm_pvm", true}}).backend,
      kBackendPvm);
}

TEST(Backend, WithoutHardwareOnlyPvmCanRun) {
  EXPECT_EQ(Detect(kNeither, {kBuiltInIntel, kBuiltInAmd, {"kvm_pvm"}}).backend,
            kBackendPvm);
}

TEST(Backend, OneAloneRunsWhateverCpuidHides) {
  EXPECT_EQ(Detect(kNeither, {kBuiltInIntel}).backend, kBackendVmxEpt);
}

TEST(Backend, SeveralThatCouldRunAreNotGuessed) {
  const BackendInfo info = Detect(kIntel, {kBuiltInIntel, {"kvm_pvm"}});
  EXPECT_EQ(info.backend, kBackendUnknown);
  EXPECT_EQ(info.module, "unknown");
}

TEST(Backend, PagingHasAName) {
  EXPECT_EQ(Detect(kIntel, {{"kvm_intel", true, "ept", "Y"}}).paging(), "ept");
  EXPECT_EQ(Detect(kAmd, {{"kvm_amd", true, "npt", "Y"}}).paging(), "npt");
  EXPECT_EQ(Detect(kAmd, {{"kvm_amd", true, "npt", "N"}}).paging(), "shadow");
  EXPECT_EQ(Detect(kAmd, {{"kvm_pvm"}}).paging(), "shadow");
}

}  // namespace
}  // namespace exitbench
