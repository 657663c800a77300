// What T_virt of a live VM would be if events cost something else.
#ifndef EXITBENCH_MODEL_WHAT_IF_H_
#define EXITBENCH_MODEL_WHAT_IF_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "model/attribution.h"
#include "model/costs.h"
#include "model/counts.h"

namespace exitbench {

// Both shares are of the kinds that have one under both costs.
struct WhatIf {
  std::string question;  // "pio and mmio to userspace as ioeventfd"
  // How many kinds that are. 0: nothing can be said, and both are 0.
  size_t compared = 0;
  Share now;
  Share then;
  Share then_parts[3];                // By Part.
  std::vector<std::string> left_out;  // Kinds without a share under either.
  std::vector<std::string> notes;     // Sentences.
};

// The same counts under the costs of another results file.
WhatIf WithOtherCosts(const LiveCounts& counts, const Host& host,
                      const Costs& now, const Costs& other,
                      const std::string& question);

// I/O to userspace as if each access were taken by an ioeventfd. Reads can't
// be, so that is the most that may be won.
WhatIf WithIoeventfd(const LiveCounts& counts, const Host& host,
                     const Costs& costs);

// Halt polling, as parts of a CPU.
struct HaltPollWhatIf {
  double poll_ns = 0;
  double now = 0;  // Polling, measured.
  // The same by KVM's rules with the host's halt_poll_ns, as `then` is. Far
  // from `now` the rules do not say what happens here. Nothing: the host does
  // not show its halt_poll_ns.
  std::optional<double> now_by_rules;
  Share then;               // Polling, by KVM's rules.
  double then_at_most = 0;  // If each halt were polled for poll_ns.
  double halts_per_second = 0;
  double ended_by_poll_now = 0;  // Halts per second that a poll ended.
  Share ended_by_poll_then;
};

// As if KVM's halt_poll_ns were that. Takes halts to follow on each other by
// chance, and those of a histogram to be as long in their buckets as their sum
// says. The range is of all orders of halts and all lengths that the buckets
// allow. See halt_polling.h. kNotFound: the counts have no histograms of halts
// (Linux 5.15, by statistics files).
absl::StatusOr<HaltPollWhatIf> WithHaltPoll(const LiveCounts& counts,
                                            const Host& host, double poll_ns);

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_WHAT_IF_H_
