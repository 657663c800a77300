#include "model/halt_polling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace exitbench {
namespace {

constexpr absl::string_view kHaltPollNs = "module.kvm.halt_poll_ns";
// More times than this are taken for the nearest of them.
constexpr size_t kMostTimes = 96;
// So many steps are 2 to this power.
constexpr int kDoublings = 50;

void SetByFact(const Host& host, absl::string_view key, double& value) {
  for (const Fact& fact : host.facts) {
    double number;
    if (fact.key == key && absl::SimpleAtod(fact.value, &number) &&
        std::isfinite(number) && number >= 0) {
      value = number;
    }
  }
}

// Returns for how long is polled next after a halt of `halt_ns` that could be
// polled for `poll_ns`.
double NextPoll(double poll_ns, double halt_ns, const HaltPollRules& rules) {
  if (halt_ns <= poll_ns) return poll_ns;
  double next = poll_ns;
  if (poll_ns > 0 && halt_ns > rules.most_ns) {
    next = rules.shrink == 0 ? 0 : std::floor(poll_ns / rules.shrink);
    if (next < rules.grow_start_ns) next = 0;
  } else if (poll_ns < rules.most_ns && halt_ns < rules.most_ns &&
             rules.grow > 0) {
    next = std::max(poll_ns * rules.grow, rules.grow_start_ns);
  }
  return std::min(next, rules.most_ns);
}

// Returns after how many halts that no poll ends the time is as long again as
// before it shrank once.
double RegrowthsOf(const HaltPollRules& rules) {
  const double shrunk = rules.shrink == 0
                            ? rules.most_ns / std::max(1.0, rules.grow_start_ns)
                            : rules.shrink;
  // The first one from 0 on has it start.
  return 1 + std::ceil(std::log(std::max(1.0, shrunk)) / std::log(rules.grow));
}

using Matrix = std::vector<std::vector<double>>;

// The times for which a vCPU may poll, from 0 on, and how likely each follows
// on each after one halt.
class Times {
 public:
  Times(const std::vector<Halts>& halts, const HaltPollRules& rules) {
    double all = 0;
    for (const Halts& one : halts) all += one.count;
    IndexOf(0);
    for (size_t from = 0; from < times_.size(); ++from) {
      for (const Halts& one : halts) {
        const size_t to = IndexOf(NextPoll(times_[from], one.ns, rules));
        steps_[from][to] += one.count / all;
      }
    }
    for (std::vector<double>& row : steps_) row.resize(times_.size());
  }

  const std::vector<double>& times() const { return times_; }

  // Returns how likely each is after many halts.
  std::vector<double> AfterLong() const {
    Matrix steps = steps_;
    // Half of the steps stay, so that it does not swing for ever.
    for (size_t i = 0; i < steps.size(); ++i) {
      for (double& one : steps[i]) one /= 2;
      steps[i][i] += 0.5;
    }
    for (int i = 0; i < kDoublings; ++i) steps = Twice(steps);
    return steps[0];
  }

 private:
  size_t IndexOf(double time) {
    size_t nearest = 0;
    for (size_t i = 0; i < times_.size(); ++i) {
      if (times_[i] == time) return i;
      if (std::abs(times_[i] - time) < std::abs(times_[nearest] - time)) {
        nearest = i;
      }
    }
    if (times_.size() == kMostTimes) return nearest;
    times_.push_back(time);
    steps_.emplace_back(kMostTimes);
    return times_.size() - 1;
  }

  static Matrix Twice(const Matrix& steps) {
    const size_t size = steps.size();
    Matrix twice(size, std::vector<double>(size));
    for (size_t from = 0; from < size; ++from) {
      double sum = 0;
      for (size_t over = 0; over < size; ++over) {
        for (size_t to = 0; to < size; ++to) {
          twice[from][to] += steps[from][over] * steps[over][to];
        }
      }
      for (const double one : twice[from]) sum += one;
      for (double& one : twice[from]) one /= sum;
    }
    return twice;
  }

  std::vector<double> times_;
  Matrix steps_;
};

}  // namespace

HaltPollRules RulesOf(const Host& host, double most_ns) {
  HaltPollRules rules;
  rules.most_ns = most_ns;
  SetByFact(host, "module.kvm.halt_poll_ns_grow", rules.grow);
  SetByFact(host, "module.kvm.halt_poll_ns_grow_start", rules.grow_start_ns);
  SetByFact(host, "module.kvm.halt_poll_ns_shrink", rules.shrink);
  return rules;
}

std::optional<double> MostPollOf(const Host& host) {
  double most = -1;
  SetByFact(host, kHaltPollNs, most);
  return most < 0 ? std::nullopt : std::optional<double>(most);
}

Polling PollingByChance(const std::vector<Halts>& halts,
                        const HaltPollRules& rules) {
  Polling polling;
  if (halts.empty()) return polling;
  const Times times(halts, rules);
  const std::vector<double> likely = times.AfterLong();
  for (size_t i = 0; i < likely.size(); ++i) {
    const double poll_ns = times.times()[i];
    if (poll_ns == 0) continue;
    for (const Halts& one : halts) {
      polling.ns += likely[i] * one.count * std::min(one.ns, poll_ns);
      if (one.ns <= poll_ns) polling.ended += likely[i] * one.count;
    }
  }
  return polling;
}

Polling PollingAtLeast(const std::vector<Halts>& halts,
                       const HaltPollRules& rules) {
  Polling polling;
  if (rules.grow <= 1 || rules.most_ns == 0) return polling;
  std::vector<Halts> shorter;
  double ended = 0;
  for (const Halts& one : halts) {
    if (one.ns < rules.most_ns) {
      shorter.push_back(one);
      ended += one.count;
    } else {
      ended -= one.count * RegrowthsOf(rules);
    }
  }
  std::sort(shorter.begin(), shorter.end(),
            [](const Halts& a, const Halts& b) { return a.ns < b.ns; });
  for (const Halts& one : shorter) {
    const double count = std::clamp(ended - polling.ended, 0.0, one.count);
    polling.ns += count * one.ns;
    polling.ended += count;
  }
  return polling;
}

Polling PollingAtMost(const std::vector<Halts>& halts,
                      const HaltPollRules& rules) {
  Polling polling;
  for (const Halts& one : halts) {
    polling.ns += one.count * std::min(one.ns, rules.most_ns);
    if (rules.most_ns > 0 && one.ns <= rules.most_ns) {
      polling.ended += one.count;
    }
  }
  return polling;
}

}  // namespace exitbench
