#include "harness/samples/samples.h"

#include <algorithm>

#include "results/model/summary.h"

namespace exitbench {

void Samples::Clear() {
  raw.clear();
  histogram = Histogram();
}

double Samples::Iqm() const {
  std::vector<double> sorted = raw;
  std::sort(sorted.begin(), sorted.end());
  return InterquartileMean(sorted);
}

}  // namespace exitbench
