// How much boots differ, told by the compared sides themselves: for a diff that
// has no calibration, of sides that have several boots each.
#ifndef EXITBENCH_RESULTS_COMPARE_DIFF_BOOTS_H_
#define EXITBENCH_RESULTS_COMPARE_DIFF_BOOTS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "results/compare/boot_variation.h"
#include "results/sides/side.h"

namespace exitbench {

// The distinct boots of its runs: a case need not be in every boot of a side.
size_t BootsOf(const Series& series);

// What `calibrate` would find in the boots of all sides together, if it were
// not for what differs between the sides: boots are taken about the middle of
// their own side, so kernels may differ. Of each case only sides with two boots
// of it or more take part, and of the values only logs: `range` means nothing.
// As in a calibration no case gets less than the typical one. Nullopt where the
// sides' boots can't tell: it takes two boots on each of two sides, or three on
// one.
std::optional<BootVariation> VariationWithin(
    const std::vector<const Side*>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_DIFF_BOOTS_H_
