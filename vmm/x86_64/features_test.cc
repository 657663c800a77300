#include "vmm/x86_64/features.h"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

// {"kvm_intel/pml", "Y"}
using Parameters = std::vector<std::pair<std::string, std::string>>;

FeatureSources Host(const std::string& module, Backend backend,
                    const Parameters& parameters) {
  static int number = 0;
  FeatureSources s;
  s.backend = {.backend = backend,
               .module = module,
               .two_dimensional_paging = (backend & kTwoDimensional) != 0};
  s.sys_module = testing::TempDir() + "/features" + std::to_string(number++);
  mkdir(s.sys_module.c_str(), 0755);
  for (const char* name : {"kvm", "kvm_intel", "kvm_amd"}) {
    const std::string folder = s.sys_module + "/" + name;
    mkdir(folder.c_str(), 0755);
    mkdir((folder + "/parameters").c_str(), 0755);
  }
  for (const auto& [path, value] : parameters) {
    const size_t slash = path.find('/');
    std::ofstream(s.sys_module + "/" + path.substr(0, slash) + "/parameters/" +
                  path.substr(slash + 1))
        << value << "\n";
  }
  return s;
}

TEST(HostFeatures, ForGuestsThatAreHypervisors) {
  FeatureSources vmx =
      Host("kvm_intel", kBackendVmxEpt,
           {{"kvm_intel/enable_shadow_vmcs", "Y"}, {"kvm_amd/vls", "1"}});
  EXPECT_EQ(DetectFeatures(vmx).Of(kShadowVmcs), "yes");
  EXPECT_EQ(DetectFeatures(vmx).Of(kVirtualVmload), "no");
  vmx = Host("kvm_intel", kBackendVmxEpt,
             {{"kvm_intel/enable_shadow_vmcs", "N"}});
  EXPECT_EQ(DetectFeatures(vmx).Of(kShadowVmcs), "no");
  const FeatureSources svm =
      Host("kvm_amd", kBackendSvmNpt,
           {{"kvm_intel/enable_shadow_vmcs", "Y"}, {"kvm_amd/vls", "1"}});
  EXPECT_EQ(DetectFeatures(svm).Of(kShadowVmcs), "no");
  EXPECT_EQ(DetectFeatures(svm).Of(kVirtualVmload), "yes");
}

TEST(HostFeatures, OfAXeonByItsModulesParameters) {
  FeatureSources s = Host("kvm_intel", kBackendVmxEpt,
                          {{"kvm_intel/enable_apicv", "Y"},
                           {"kvm_intel/enable_ipiv", "N"},
                           {"kvm_intel/pml", "Y"},
                           {"kvm_intel/eptad", "Y"},
                           {"kvm_intel/ple_gap", "128"},
                           {"kvm_intel/preemption_timer", "Y"},
                           {"kvm/mmio_caching", "Y"},
                           {"kvm_amd/avic", "Y"}});
  s.cpu_flags = "fpu cpuid_fault umip";
  const FeatureSet set = DetectFeatures(s);
  EXPECT_TRUE(set.Has(kApicv | kPml | kSecondLevelAccessed | kPauseLoopExits |
                      kPreemptionTimer | kMmioCaching | kCpuidFaulting |
                      kUmip));
  for (Feature no : {kIpiVirtualization, kAvic, kX2avic, kNrips, kNested}) {
    EXPECT_EQ(set.Of(no), "no") << no;
  }
  EXPECT_EQ(set.Of(kVirtualNmi), "unknown");
}

TEST(HostFeatures, OfAnEpycByBothParameterAndProcessor) {
  FeatureSources s = Host("kvm_amd", kBackendSvmNpt,
                          {{"kvm_amd/avic", "Y"},
                           {"kvm_amd/nrips", "1"},
                           {"kvm_amd/vgif", "1"},
                           {"kvm_amd/pause_filter_count", "0"},
                           {"kvm_intel/pml", "Y"}});
  s.cpuid.svm_features = 1u << 3 | 1u << 18 | 1u << 30;
  const FeatureSet set = DetectFeatures(s);
  EXPECT_TRUE(set.Has(kAvic | kX2avic | kNrips | kVirtualGif |
                      kIpiVirtualization | kSecondLevelAccessed));
  EXPECT_EQ(set.Of(kPml), "no");
  EXPECT_EQ(set.Of(kPauseLoopExits), "no");
  EXPECT_EQ(set.Of(kIdleHlt), "unknown") << "whether this kernel uses it";
  EXPECT_EQ(set.Of(kCpuidFaulting), "unknown") << "no /proc/cpuinfo";
  s.cpuid.svm_features = 0;
  const FeatureSet old = DetectFeatures(s);
  EXPECT_FALSE(old.Has(kX2avic) || old.Has(kNrips));
  EXPECT_EQ(old.Of(kIdleHlt), "no");
}

TEST(HostFeatures, NestedIsToldByTheSignatureBelow) {
  FeatureSources s = Host("kvm_pvm", kBackendPvm, {});
  s.cpu_flags = "fpu";
  EXPECT_EQ(DetectFeatures(s).Of(kNested), "no");
  s.hypervisor = "Microsoft Hv";
  const FeatureSet set = DetectFeatures(s);
  EXPECT_EQ(set.Of(kNested), "yes");
  EXPECT_TRUE(set.Lacks(kCpuidFaulting));
  EXPECT_FALSE(set.Lacks(kNested));
}

TEST(HostFeatures, OfAnUnknownBackendOnlyTheProcessorsOwnAreKnown) {
  FeatureSources s =
      Host("unknown", kBackendUnknown, {{"kvm/mmio_caching", "Y"}});
  s.cpu_flags = "umip";
  const FeatureSet set = DetectFeatures(s);
  EXPECT_EQ(set.present, kUmip);
  EXPECT_EQ(set.Of(kApicv), "unknown");
  EXPECT_EQ(set.Of(kNested), "no");
}

TEST(HostFeatures, EachHasANameOfItsOwn) {
  uint32_t all = 0;
  for (const FeatureName& name : AllFeatures()) {
    EXPECT_EQ(all & name.feature, 0u) << name.name;
    all |= name.feature;
  }
  EXPECT_EQ(AllFeatures().size(), 19u);
}

}  // namespace
}  // namespace exitbench
