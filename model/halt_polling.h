// How long KVM polls for vCPUs that halt, by its own rules (kvm_vcpu_halt() in
// virt/kvm/kvm_main.c): each vCPU has a time for which it polls, which grows
// after a halt that was shorter than the most but longer than that time, and
// shrinks after one that was longer than the most.
#ifndef EXITBENCH_MODEL_HALT_POLLING_H_
#define EXITBENCH_MODEL_HALT_POLLING_H_

#include <optional>
#include <vector>

#include "results/model/model.h"

namespace exitbench {

// KVM's parameters of these names, by default those of Linux 6.11.
struct HaltPollRules {
  double most_ns = 0;  // halt_poll_ns
  double grow = 2;
  double grow_start_ns = 10000;
  double shrink = 2;  // 0: to nothing. It is the default before 6.11.
};

// Returns the rules of a host, so far as its facts have them, with this most.
HaltPollRules RulesOf(const Host& host, double most_ns);

// Returns a host's halt_poll_ns. Nothing: its facts do not have it.
std::optional<double> MostPollOf(const Host& host);

// Halts of one length.
struct Halts {
  double ns = 0;
  double count = 0;
};

struct Polling {
  double ns = 0;     // Of all halts together.
  double ended = 0;  // How many halts a poll ended.
};

// Returns the polling if halts of all lengths follow on each other by chance,
// on average after a long time.
Polling PollingByChance(const std::vector<Halts>& halts,
                        const HaltPollRules& rules);

// Returns the least polling, in whatever order the halts are, and of however
// many vCPUs: a halt that is longer than the most can't keep more than a few
// others from being ended by a poll.
Polling PollingAtLeast(const std::vector<Halts>& halts,
                       const HaltPollRules& rules);

// Returns the polling if each halt is polled for the most: it is never longer.
Polling PollingAtMost(const std::vector<Halts>& halts,
                      const HaltPollRules& rules);

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_HALT_POLLING_H_
