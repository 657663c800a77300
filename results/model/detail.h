// How much of a results file is wanted.
#ifndef EXITBENCH_RESULTS_MODEL_DETAIL_H_
#define EXITBENCH_RESULTS_MODEL_DETAIL_H_

namespace exitbench {

// The rest is still checked for damage by the checksum, but not looked at.
enum class Detail {
  kAll,
  kRunStatistics,  // Without histograms and counters: all that diff needs.
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_DETAIL_H_
