#include "vmm/arm64/host_texts.h"

#include <string>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(HostTexts, TheLastOfAParameterCounts) {
  const std::string line = "quiet kvm-arm.mode=nvhe kvm-arm.mode=protected x=1";
  EXPECT_EQ(KernelParameter(line, "kvm-arm.mode"), "protected");
  EXPECT_EQ(KernelParameter(line, "x"), "1");
  EXPECT_EQ(KernelParameter(line, "mode"), "");
  EXPECT_EQ(KernelParameter("", "x"), "");
}

std::string Of(const std::string& vendor, const std::string& product) {
  return HypervisorName({.system_vendor = vendor, .product_name = product});
}

TEST(HostTexts, FirmwareNamesTheHypervisor) {
  EXPECT_EQ(Of("QEMU", "KVM Virtual Machine"), "QEMU");
  EXPECT_EQ(Of("Amazon EC2", "c7g.large"), "Amazon EC2");
  EXPECT_EQ(Of("Google", "Google Compute Engine"), "Google");
  EXPECT_EQ(Of("Microsoft Corporation", "Virtual Machine"), "Microsoft Hv");
  EXPECT_EQ(Of("Apple Inc.", "Apple Virtualization Generic Platform"),
            "Apple Inc.");
  EXPECT_EQ(Of("Red Hat", "KVM Virtual Machine"), "KVM");
}

TEST(HostTexts, BareMetalHasNone) {
  EXPECT_EQ(Of("", ""), "");
  EXPECT_EQ(Of("GIGABYTE", "R272-P30-JG"), "");
  EXPECT_EQ(Of("Amazon EC2", "c7g.metal"), "");
  EXPECT_EQ(Of("Apple Inc.", "Mac mini"), "");
  EXPECT_EQ(Of("Microsoft Corporation", "Surface Pro"), "");
  EXPECT_EQ(HypervisorName({.board_compatible = "raspberrypi,4-model-b"}), "");
}

TEST(HostTexts, SoDoesADeviceTreeOfABoardThatOnlyHypervisorsMake) {
  EXPECT_EQ(HypervisorName({.board_compatible = "linux,dummy-virt"}),
            "dummy-virt");
  EXPECT_EQ(HypervisorName({.hypervisor_type = "xen"}), "xen");
}

}  // namespace
}  // namespace exitbench
