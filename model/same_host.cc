#include "model/same_host.h"

#include <algorithm>

#include "results/model/names.h"
#include "results/sides/side.h"

namespace exitbench {
namespace {

class Checks {
 public:
  explicit Checks(std::vector<Difference>& found) : found_(found) {}

  void Compare(absl::string_view what, const std::string& baseline,
               const std::string& candidate) {
    if (baseline == candidate) return;
    // CompareHosts() may have it, as a note.
    found_.erase(
        std::remove_if(found_.begin(), found_.end(),
                       [&](const Difference& one) { return one.what == what; }),
        found_.end());
    found_.push_back(
        {Action::kRefuseUnlessForced, std::string(what), baseline, candidate});
  }

 private:
  std::vector<Difference>& found_;
};

void WorstFirst(std::vector<Difference>& found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Difference& a, const Difference& b) {
                     return a.action < b.action;
                   });
}

// Sessions differ from case to case, and a live VM has none.
Side HostOnly(const Host& host) {
  Side side;
  side.host = host;
  return side;
}

}  // namespace

std::vector<Difference> CostsOfAnotherHost(const Results& costs,
                                           const Host& host) {
  std::vector<Difference> found =
      CompareHosts(HostOnly(costs.host), HostOnly(host));
  Checks checks(found);
  checks.Compare("kernel", costs.host.kernel_release, host.kernel_release);
  checks.Compare("kernel version", costs.host.kernel_version,
                 host.kernel_version);
  checks.Compare("KVM backend", costs.host.kvm_backend, host.kvm_backend);
  checks.Compare("paging", costs.host.paging, host.paging);
  checks.Compare("CPU model", costs.host.cpu_model, host.cpu_model);
  checks.Compare("microcode", costs.host.microcode, host.microcode);
  WorstFirst(found);
  return found;
}

std::vector<Difference> CostsOfAnotherCpu(const Results& costs,
                                          const Results& what_if) {
  std::vector<Difference> found;
  Checks checks(found);
  checks.Compare("architecture", ArchitectureOf(costs.host),
                 ArchitectureOf(what_if.host));
  const auto tick = [](const Host& host) {
    return std::string(Name(Unit::kTicks, host.tick));
  };
  checks.Compare("what is counted", tick(costs.host), tick(what_if.host));
  checks.Compare("CPU model", costs.host.cpu_model, what_if.host.cpu_model);
  return found;
}

}  // namespace exitbench
