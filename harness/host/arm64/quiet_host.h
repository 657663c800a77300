// A host that doctor finds good, for tests.
#ifndef EXITBENCH_HARNESS_HOST_ARM64_QUIET_HOST_H_
#define EXITBENCH_HARNESS_HOST_ARM64_QUIET_HOST_H_

#include "results/model/model.h"

namespace exitbench {

// Returns a host with what only this architecture has.
inline Host QuietArchHost() {
  Host h;
  h.kvm_backend = "kvm_arm_vhe";
  h.paging = "stage2";
  h.facts = {{"clock.cntfrq_hz", "1000000000"},
             {"clocksource", "arch_sys_counter"},
             {"cpu.errata", "none"},
             {"cpufreq.boost", "0"},
             {"gic", "GICv3"},
             {"memory.page_bytes", "4096"}};
  return h;
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_ARM64_QUIET_HOST_H_
