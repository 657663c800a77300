#include "vmm/backend.h"

#include <sys/stat.h>

#include <fstream>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

// A /sys/module with one module and one parameter of it.
BackendInfo Detect(const std::string& module, const std::string& parameter,
                   const std::string& value) {
  static int number = 0;
  const std::string root =
      testing::TempDir() + "/modules" + std::to_string(number++);
  mkdir(root.c_str(), 0755);
  mkdir((root + "/" + module).c_str(), 0755);
  mkdir((root + "/" + module + "/parameters").c_str(), 0755);
  std::ofstream(root + "/" + module + "/parameters/" + parameter)
      << value << "\n";
  return DetectBackend(root);
}

TEST(Backend, ModuleAndPagingMakeOne) {
  EXPECT_EQ(Detect("kvm_intel", "ept", "Y").backend, kBackendVmxEpt);
  EXPECT_EQ(Detect("kvm_intel", "ept", "N").backend, kBackendVmxShadow);
  EXPECT_EQ(Detect("kvm_amd", "npt", "1").backend, kBackendSvmNpt);
  EXPECT_EQ(Detect("kvm_amd", "npt", "0").backend, kBackendSvmShadow);
  EXPECT_EQ(Detect("kvm_pvm", "pvm", "1").backend, kBackendPvm);
  EXPECT_EQ(Detect("kvm_other", "x", "1").backend, kBackendUnknown);
}

TEST(Backend, PagingHasAName) {
  EXPECT_EQ(Detect("kvm_intel", "ept", "Y").paging(), "ept");
  EXPECT_EQ(Detect("kvm_amd", "npt", "Y").paging(), "npt");
  EXPECT_EQ(Detect("kvm_amd", "npt", "N").paging(), "shadow");
  EXPECT_EQ(Detect("kvm_pvm", "pvm", "1").paging(), "shadow");
}

}  // namespace
}  // namespace exitbench
