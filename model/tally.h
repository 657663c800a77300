// The counts of a live VM, asked for by name, and those of exits by reason as
// estimates for the whole time.
#ifndef EXITBENCH_MODEL_TALLY_H_
#define EXITBENCH_MODEL_TALLY_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "model/counts.h"
#include "results/model/model.h"

namespace exitbench {

// How often something happened. Of a sample it has a variance.
struct Estimate {
  double count = 0;
  double variance = 0;
};

// Sums and differences of independent estimates. A difference is at least 0.
Estimate operator+(const Estimate& a, const Estimate& b);
Estimate operator-(const Estimate& a, const Estimate& b);

class Tally {
 public:
  // Both outlive the tally. The VM runs on `host`.
  Tally(const LiveCounts& counts, const Host& host)
      : counts_(counts), host_(host) {}

  // Returns by how much a statistic grew. Nothing: this kernel has none of that
  // name, or none could be read.
  std::optional<Estimate> Statistic(absl::string_view name) const;

  // Returns the exits by any of these reasons within the whole time: their part
  // of the exits in the windows, times all exits. Nothing: no window was open.
  std::optional<Estimate> Reasons(
      const std::vector<absl::string_view>& reasons) const;

  // Returns the returns of KVM_RUN by all reasons but these: their part of
  // those in the windows, times all. 0 where nothing tells.
  Estimate UserspaceReasonsBut(
      const std::vector<absl::string_view>& reasons) const;

  // Returns how often KVM_RUN returned, which x86-64 counts: each time it puts
  // the guest's FPU away.
  std::optional<Estimate> UserspaceReturns() const;

  // Whether the guest's page tables have shadows, and whether its kernel runs
  // in user mode.
  bool has_shadow() const { return host_.paging == "shadow"; }
  bool is_pvm() const { return host_.kvm_backend == "kvm_pvm"; }
  bool is_svm() const { return host_.kvm_backend == "kvm_amd"; }

  // Whether KVM uses its emulator to step over instructions that exit: SVM does
  // where the processor does not say how long they are (NRIPS, APM vol. 2
  // section 15.7.1). They count as emulated then.
  bool emulates_to_skip() const;

 private:
  const LiveCounts& counts_;
  const Host& host_;
};

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_TALLY_H_
