// How much of a results file to decode.
#ifndef EXITBENCH_RESULTS_MODEL_DETAIL_H_
#define EXITBENCH_RESULTS_MODEL_DETAIL_H_

namespace exitbench {

// What is not decoded is still covered by the checksum.
enum class Detail {
  kAll,
  kRunStatistics,  // No histograms, no counters: all that diff needs.
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_DETAIL_H_
