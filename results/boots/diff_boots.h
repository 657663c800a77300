// Boot variance estimated from the compared sides. For a diff without a
// calibration file, if the sides have several boots each.
#ifndef EXITBENCH_RESULTS_BOOTS_DIFF_BOOTS_H_
#define EXITBENCH_RESULTS_BOOTS_DIFF_BOOTS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "results/boots/boot_variation.h"
#include "results/sides/side.h"

namespace exitbench {

// Returns the number of distinct boots in `series`. A case may be missing in
// some boots of its side.
size_t BootsOf(const Series& series);

// Estimates the boot variance from the boots of all sides together. Each boot
// is compared with the middle of its own side, so kernels may differ. A side
// takes part in a case if it has two or more boots of it. Only sigmas are
// estimated, see group_spread.h. Nullopt: there are too few boots. Two on each
// of two sides, or three on one, are enough.
std::optional<BootVariation> VariationWithin(
    const std::vector<const Side*>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_BOOTS_DIFF_BOOTS_H_
