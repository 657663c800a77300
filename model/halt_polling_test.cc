#include "model/halt_polling.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

HaltPollRules Rules(double most_ns, double shrink = 2) {
  HaltPollRules rules;
  rules.most_ns = most_ns;
  rules.shrink = shrink;
  return rules;
}

TEST(HaltPollingTest, PollsEndHaltsThatAreShortEnough) {
  const std::vector<Halts> halts = {{70000, 10}};
  const Polling polling = PollingByChance(halts, Rules(200000));
  EXPECT_NEAR(polling.ns, 700000, 1);
  EXPECT_NEAR(polling.ended, 10, 1e-4);
  EXPECT_NEAR(PollingAtLeast(halts, Rules(200000)).ns, 700000, 1);
}

TEST(HaltPollingTest, LongHaltsAreNotPolled) {
  const std::vector<Halts> halts = {{960000, 10}};
  EXPECT_EQ(PollingByChance(halts, Rules(200000)).ns, 0);
  EXPECT_EQ(PollingAtLeast(halts, Rules(200000)).ns, 0);
  EXPECT_EQ(PollingAtMost(halts, Rules(200000)).ns, 2e6);
}

TEST(HaltPollingTest, WithoutTimeOrGrowthThereIsNoPolling) {
  HaltPollRules rules = Rules(200000);
  rules.grow = 0;
  for (const HaltPollRules& one : {Rules(0), rules}) {
    EXPECT_EQ(PollingByChance({{100, 5}}, one).ns, 0);
    EXPECT_EQ(PollingAtLeast({{100, 5}}, one).ns, 0);
  }
  EXPECT_EQ(PollingByChance({}, Rules(200000)).ns, 0);
}

// Halts one by one, and KVM's rules as they are.
class Simulated {
 public:
  explicit Simulated(const HaltPollRules& rules) : rules_(rules) {}

  void Halt(double ns) {
    if (poll_ > rules_.most_ns) poll_ = rules_.most_ns;
    if (poll_ > 0) sum_.ns += std::min(ns, poll_);
    if (ns <= poll_) {
      sum_.ended += poll_ > 0;
    } else if (poll_ > 0 && ns > rules_.most_ns) {
      poll_ = rules_.shrink == 0 ? 0 : std::floor(poll_ / rules_.shrink);
      if (poll_ < rules_.grow_start_ns) poll_ = 0;
    } else if (poll_ < rules_.most_ns && ns < rules_.most_ns) {
      poll_ = std::max(poll_ * rules_.grow, rules_.grow_start_ns);
    }
  }

  double poll() const { return poll_; }
  const Polling& sum() const { return sum_; }

 private:
  const HaltPollRules rules_;
  double poll_ = 0;
  Polling sum_;
};

const std::vector<Halts> kMixed = {
    {5000, 20}, {30000, 40}, {90000, 10}, {150000, 10}, {2e6, 20}};

std::vector<HaltPollRules> SomeRules() {
  std::vector<HaltPollRules> all;
  for (const double most : {7000.0, 20000.0, 60000.0, 200000.0, 1e6}) {
    for (const double shrink : {0.0, 2.0, 3.0}) {
      all.push_back(Rules(most, shrink));
    }
  }
  return all;
}

TEST(HaltPollingTest, MixedHaltsAreAsKvmPollsForThem) {
  std::mt19937 random(7);
  std::discrete_distribution<size_t> pick({20, 40, 10, 10, 20});
  constexpr int kTimes = 400000;
  for (const HaltPollRules& rules : SomeRules()) {
    Simulated vcpu(rules);
    for (int i = 0; i < kTimes; ++i) vcpu.Halt(kMixed[pick(random)].ns);
    const Polling polling = PollingByChance(kMixed, rules);
    EXPECT_NEAR(polling.ns, vcpu.sum().ns * 100 / kTimes, 0.02 * polling.ns)
        << rules.most_ns << " " << rules.shrink;
    EXPECT_NEAR(polling.ended, vcpu.sum().ended * 100 / kTimes, 0.5)
        << rules.most_ns << " " << rules.shrink;
  }
}

// Who picks the next halt to have as little polling as can be, or as much.
Polling Picked(const HaltPollRules& rules, bool least) {
  Simulated vcpu(rules);
  std::vector<double> left;
  constexpr int kTimes = 100;
  for (const Halts& one : kMixed) left.push_back(one.count * kTimes);
  for (int i = 0; i < 100 * kTimes; ++i) {
    size_t best = left.size();
    double best_worth = 0;
    for (size_t j = 0; j < left.size(); ++j) {
      if (left[j] < 1) continue;
      const double ns = kMixed[j].ns;
      // A long halt is worth most where it shrinks most, or not at all.
      const double polled = std::min(ns, vcpu.poll());
      const double worth = least ? (ns > vcpu.poll()) * 1e9 - polled : polled;
      if (best == left.size() || worth > best_worth) {
        best = j;
        best_worth = worth;
      }
    }
    --left[best];
    vcpu.Halt(kMixed[best].ns);
  }
  return {vcpu.sum().ns / kTimes, vcpu.sum().ended / kTimes};
}

TEST(HaltPollingTest, NoOrderHasLessOrMore) {
  std::mt19937 random(7);
  for (const HaltPollRules& rules : SomeRules()) {
    const Polling least = PollingAtLeast(kMixed, rules);
    const Polling most = PollingAtMost(kMixed, rules);
    const Polling chance = PollingByChance(kMixed, rules);
    std::vector<Polling> all = {chance, Picked(rules, true),
                                Picked(rules, false)};
    // Orders that repeat.
    std::vector<double> cycle;
    for (const Halts& one : kMixed) {
      cycle.insert(cycle.end(), static_cast<size_t>(one.count / 10), one.ns);
    }
    for (int order = 0; order < 200; ++order) {
      std::shuffle(cycle.begin(), cycle.end(), random);
      Simulated vcpu(rules);
      constexpr int kCycles = 1000;
      for (int i = 0; i < kCycles; ++i) {
        for (const double ns : cycle) vcpu.Halt(ns);
      }
      all.push_back(
          {vcpu.sum().ns * 10 / kCycles, vcpu.sum().ended * 10 / kCycles});
    }
    for (const Polling& one : all) {
      // It had to begin to poll.
      EXPECT_GE(one.ended, least.ended - 0.2)
          << rules.most_ns << " " << rules.shrink;
      EXPECT_GE(one.ns, least.ns * 0.98) << rules.most_ns << rules.shrink;
      EXPECT_LE(one.ended, most.ended) << rules.most_ns << rules.shrink;
      EXPECT_LE(one.ns, most.ns) << rules.most_ns << rules.shrink;
    }
  }
}

TEST(HaltPollingTest, ALongHaltKeepsFewFromBeingPolled) {
  const std::vector<Halts> halts = {{30000, 90}, {1e6, 10}};
  // Each keeps two from it if it halves the time; if it takes all of it, one
  // more than there are doublings from 10 us to 160 us.
  EXPECT_DOUBLE_EQ(PollingAtLeast(halts, Rules(160000)).ended, 70);
  EXPECT_DOUBLE_EQ(PollingAtLeast(halts, Rules(160000, 0)).ended, 40);
}

// One long halt of a million: after it the time has to grow again.
TEST(HaltPollingTest, RareHaltsDoNotMatter) {
  const std::vector<Halts> halts = {{50000, 1e6}, {1e9, 1}};
  const Polling polling = PollingByChance(halts, Rules(200000));
  EXPECT_NEAR(polling.ns / 5e10, 1, 1e-4);
}

TEST(HaltPollingTest, RulesAreThoseOfTheHost) {
  Host host;
  EXPECT_EQ(MostPollOf(host), std::nullopt);
  EXPECT_EQ(RulesOf(host, 5).shrink, 2);
  host.facts = {{"module.kvm.halt_poll_ns", "200000"},
                {"module.kvm.halt_poll_ns_grow", "3"},
                {"module.kvm.halt_poll_ns_grow_start", "7000"},
                {"module.kvm.halt_poll_ns_shrink", "0"}};
  EXPECT_EQ(MostPollOf(host), 200000);
  const HaltPollRules rules = RulesOf(host, 5);
  EXPECT_EQ(rules.most_ns, 5);
  EXPECT_EQ(rules.grow, 3);
  EXPECT_EQ(rules.grow_start_ns, 7000);
  EXPECT_EQ(rules.shrink, 0);
  host.facts = {{"module.kvm.halt_poll_ns_shrink", "nan"}};
  EXPECT_EQ(RulesOf(host, 5).shrink, 2);
}

}  // namespace
}  // namespace exitbench
