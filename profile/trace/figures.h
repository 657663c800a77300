// What a results file says of a case, as far as a profile explains it.
#ifndef EXITBENCH_PROFILE_TRACE_FIGURES_H_
#define EXITBENCH_PROFILE_TRACE_FIGURES_H_

#include <optional>
#include <string>

#include "results/model/model.h"

namespace exitbench {

struct CaseFigures {
  std::string metric;  // call, handler or guest.
  double median = 0;   // The median of the runs' medians,
  double iqm = 0;      // and of their interquartile means.
  // Medians of the legs, if there are any.
  bool exits_to_userspace = false;
  std::optional<double> exit_leg;
  std::optional<double> userspace;
  std::optional<double> entry_leg;
};

// Returns the figures of a case; none if it was not measured, or is measured by
// none of these metrics.
std::optional<CaseFigures> FiguresOf(const CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_TRACE_FIGURES_H_
