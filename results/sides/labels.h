// Short names for sides, made of what tells them apart: "kvm.halt_poll_ns=0"
// rather than the name of a file.
#ifndef EXITBENCH_RESULTS_SIDES_LABELS_H_
#define EXITBENCH_RESULTS_SIDES_LABELS_H_

#include <string>
#include <vector>

#include "results/sides/side.h"
#include "results/sides/traits.h"

namespace exitbench {

struct SideLabels {
  // One per side, each another. The kernel's release comes first if the sides
  // differ in it. What follows are the fewest settings, then facts of the host,
  // that tell this side from all others; the name of its file where these do
  // not.
  std::vector<std::string> labels;
  // The same without the kernel's release. Empty if that says it all.
  std::vector<std::string> beside_kernel;
  // The settings that differ by themselves, and follow from no other.
  std::vector<Trait> settings;
  bool one_kernel = false;  // All sides are of one build of one kernel.

  // Sides that are to be compared by their settings.
  bool differ_in_settings() const { return one_kernel && !settings.empty(); }
};

SideLabels LabelSides(const std::vector<const Side*>& sides);
SideLabels LabelSides(const std::vector<Side>& sides);

// Returns text such as "kvm.halt_poll_ns 200000 -> 0, mitigations auto -> off",
// of two sides.
std::string SettingsChanged(const SideLabels& labels);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_LABELS_H_
