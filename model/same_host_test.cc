#include "model/same_host.h"

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

Results Costs() { return MakeResults("6.1.0", "boot"); }

// What is refused, by name; empty: nothing.
std::string Refused(const std::vector<Difference>& found) {
  for (const Difference& one : found) {
    if (one.action <= Action::kRefuseUnlessForced) return one.what;
  }
  return "";
}

TEST(SameHostTest, TheHostItselfIsTheSame) {
  EXPECT_EQ(Refused(CostsOfAnotherHost(Costs(), Costs().host)), "");
}

TEST(SameHostTest, RefusesWhatMakesOtherCosts) {
  struct {
    std::string Host::*field;
    const char* what;
  } const rows[] = {{&Host::kernel_release, "kernel"},
                    {&Host::kernel_version, "kernel version"},
                    {&Host::kvm_backend, "KVM backend"},
                    {&Host::paging, "paging"},
                    {&Host::cpu_model, "CPU model"},
                    {&Host::microcode, "microcode"},
                    {&Host::architecture, "architecture"}};
  for (const auto& row : rows) {
    Host host = Costs().host;
    host.*row.field = "another";
    EXPECT_EQ(Refused(CostsOfAnotherHost(Costs(), host)), row.what);
  }
}

TEST(SameHostTest, AWhatIfMayBeOfAnotherKernelButNotOfAnotherCpu) {
  Results other = Costs();
  other.host.kernel_release = "6.12.0";
  other.host.paging = "shadow";
  EXPECT_EQ(Refused(CostsOfAnotherCpu(Costs(), other)), "");
  other.host.cpu_model = "another";
  EXPECT_EQ(Refused(CostsOfAnotherCpu(Costs(), other)), "CPU model");
}

}  // namespace
}  // namespace exitbench
