// A host that doctor finds good, for tests.
#ifndef EXITBENCH_HARNESS_HOST_X86_64_QUIET_HOST_H_
#define EXITBENCH_HARNESS_HOST_X86_64_QUIET_HOST_H_

#include "results/model/model.h"

namespace exitbench {

// Returns a host with what only this architecture has.
inline Host QuietArchHost() {
  Host h;
  h.kvm_backend = "kvm_intel";
  h.paging = "ept";
  h.facts = {{"clocksource", "tsc"}, {"intel_pstate.no_turbo", "1"}};
  return h;
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_X86_64_QUIET_HOST_H_
