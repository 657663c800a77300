// Slim results: only what diff reads. Such files take about a third of the
// size.
#ifndef EXITBENCH_RESULTS_MODEL_SLIM_H_
#define EXITBENCH_RESULTS_MODEL_SLIM_H_

#include "results/model/model.h"

namespace exitbench {

// Drops histograms, the runs' counters, the sentences that describe the cases,
// and all statistics of a run except its interquartile mean. Outcomes, proofs,
// hosts and sessions stay. The count of a slim summary is 0.
void Slim(Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_SLIM_H_
