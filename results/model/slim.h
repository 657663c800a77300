// Results without what diff does not read, for files that are kept: about a
// third of the size.
#ifndef EXITBENCH_RESULTS_MODEL_SLIM_H_
#define EXITBENCH_RESULTS_MODEL_SLIM_H_

#include "results/model/model.h"

namespace exitbench {

// Drops histograms, all statistics of a run but its interquartile mean, the
// runs' counters, and what a case's sentence says. Outcomes, proofs, hosts and
// sessions stay. A summary without the rest has a count of 0.
void Slim(Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_SLIM_H_
