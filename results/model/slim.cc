#include "results/model/slim.h"

namespace exitbench {

void Slim(Results& results) {
  for (CaseResult& c : results.cases) {
    c.measures.clear();
    for (Run& run : c.runs) run.counters.clear();
    for (Metric& metric : c.metrics) {
      metric.histogram = Histogram();
      for (RunStatistics& run : metric.runs) {
        const double iqm = run.summary.iqm;
        run.summary = Summary();
        run.summary.iqm = iqm;
      }
    }
  }
}

}  // namespace exitbench
