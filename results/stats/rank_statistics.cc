#include "results/stats/rank_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "base/check.h"

namespace exitbench {
namespace {

// A set of equal values in the pooled order.
struct Group {
  size_t size = 0;
  size_t in_a = 0;
  size_t doubled_rank = 0;  // Twice the mean rank, hence whole.
};

std::vector<Group> Pool(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<Group> groups;
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const double value = j == b.size()   ? a[i]
                         : i == a.size() ? b[j]
                                         : std::min(a[i], b[j]);
    const size_t before = i + j;
    Group group;
    while (i < a.size() && a[i] == value) ++i, ++group.in_a;
    while (j < b.size() && b[j] == value) ++j;
    group.size = i + j - before;
    group.doubled_rank = 2 * before + group.size + 1;
    groups.push_back(group);
  }
  return groups;
}

// ways[k][s] is the number of sets of k of the values whose doubled ranks sum
// to s, each rank counted from the lowest. Doubles are exact to 2^53, and sums
// of them are off by no more than a few units in the last place.
std::vector<std::vector<double>> CountWays(const std::vector<Group>& groups,
                                           size_t take) {
  const size_t lowest = groups.front().doubled_rank;
  const size_t most = take * (groups.back().doubled_rank - lowest);
  std::vector<std::vector<double>> ways(take + 1,
                                        std::vector<double>(most + 1));
  ways[0][0] = 1;
  size_t seen = 0, reached = 0;
  for (const Group& group : groups) {
    const size_t rank = group.doubled_rank - lowest;
    for (size_t copy = 0; copy < group.size; ++copy) {
      ++seen;
      reached = std::min(most, reached + rank);
      for (size_t k = std::min(seen, take); k > 0; --k) {
        double* to = ways[k].data() + rank;
        const double* from = ways[k - 1].data();
        for (size_t s = 0; s + rank <= reached; ++s) to[s] += from[s];
      }
    }
  }
  return ways;
}

double TiedP(const std::vector<Group>& groups, size_t n, size_t m) {
  // Both sets give the same result; the smaller one takes less work.
  const bool count_a = n <= m;
  const size_t take = count_a ? n : m;
  size_t sum = 0;
  for (const Group& group : groups) {
    sum += (group.doubled_rank - groups.front().doubled_rank) *
           (count_a ? group.in_a : group.size - group.in_a);
  }
  const std::vector<double> ways = CountWays(groups, take)[take];
  const auto at = ways.begin() + static_cast<ptrdiff_t>(sum);
  const double all = std::accumulate(ways.begin(), ways.end(), 0.0);
  const double low = std::accumulate(ways.begin(), at + 1, 0.0);
  const double high = std::accumulate(at, ways.end(), 0.0);
  return std::min(1.0, 2 * std::min(low, high) / all);
}

double NormalUpperTail(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }

// Returns the standard deviation of U.
double Deviation(double n, double m, double ties) {
  const double all = n + m;
  return std::sqrt(n * m / 12 * (all + 1 - ties / (all * (all - 1))));
}

double ApproximateP(const std::vector<Group>& groups, double n, double m,
                    double u) {
  double ties = 0;
  for (const Group& group : groups) {
    const double t = static_cast<double>(group.size);
    ties += t * t * t - t;
  }
  const double deviation = Deviation(n, m, ties);
  if (!(deviation > 0)) return 1;
  const double z = (std::abs(u - n * m / 2) - .5) / deviation;
  return std::min(1.0, 2 * NormalUpperTail(z));
}

// With fewer differences than this it is quicker to list them all.
constexpr uint64_t kFewPairs = 4096;

// Returns the k-th smallest (from 1) of all to[j] - from[i], both ascending,
// without listing them: bisects by value, then steps to the next difference.
double KthDifference(const std::vector<double>& from,
                     const std::vector<double>& to, uint64_t k) {
  double low = to.front() - from.back();  // The smallest difference.
  double high = to.back() - from.front();
  const auto count_up_to = [&](double value) {
    uint64_t count = 0;
    size_t j = 0;
    for (double x : from) {
      while (j < to.size() && to[j] - x <= value) ++j;
      count += j;
    }
    return count;
  };
  if (count_up_to(low) >= k) return low;
  // Now fewer than k lie at or below `low`, and k or more at or below `high`.
  const double resolution = (high - low) * 1e-15;
  while (high - low > resolution) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (count_up_to(middle) >= k ? high : low) = middle;
  }
  double next = high;
  size_t j = 0;
  for (double x : from) {
    while (j < to.size() && to[j] - x <= low) ++j;
    if (j < to.size()) next = std::min(next, to[j] - x);
  }
  return next;
}

// The same for several k, ascending.
std::vector<double> KthDifferences(const std::vector<double>& from,
                                   const std::vector<double>& to,
                                   const std::vector<uint64_t>& ks) {
  std::vector<double> found;
  if (from.size() * to.size() > kFewPairs) {
    for (uint64_t k : ks) found.push_back(KthDifference(from, to, k));
    return found;
  }
  std::vector<double> all;
  all.reserve(from.size() * to.size());
  for (double x : from) {
    for (double y : to) all.push_back(y - x);
  }
  // Each selection leaves the larger values behind it.
  auto begin = all.begin();
  for (uint64_t k : ks) {
    const auto at = all.begin() + static_cast<ptrdiff_t>(k) - 1;
    if (at >= begin) std::nth_element(begin, at, all.end());
    begin = at + 1;
    found.push_back(*at);
  }
  return found;
}

}  // namespace

const std::vector<double>& RankTester::UntiedTail(size_t n, size_t m) {
  if (n > m) std::swap(n, m);
  std::vector<double>& tail = untied_[{n, m}];
  if (!tail.empty()) return tail;
  std::vector<Group> groups(n + m);
  // Ranks 0, 1, 2...: their sum less the least possible one is U.
  for (size_t i = 0; i < groups.size(); ++i) {
    groups[i].size = 1;
    groups[i].doubled_rank = i;
  }
  const std::vector<double> ways = CountWays(groups, n)[n];
  const double all = std::accumulate(ways.begin(), ways.end(), 0.0);
  const size_t least = n * (n - 1) / 2;
  double sum = 0;
  for (size_t u = 0; u <= n * m; ++u) {
    sum += ways[least + u];
    tail.push_back(sum / all);
  }
  return tail;
}

double RankTester::MannWhitneyP(const std::vector<double>& a,
                                const std::vector<double>& b) {
  const size_t n = a.size(), m = b.size();
  if (n == 0 || m == 0) return 1;
  const std::vector<Group> groups = Pool(a, b);
  const bool tied = groups.size() < n + m;
  const bool exact = n + m <= kMaxExactRuns;
  if (exact && tied) return TiedP(groups, n, m);
  double doubled_sum = 0;
  for (const Group& group : groups) {
    doubled_sum += static_cast<double>(group.doubled_rank * group.in_a);
  }
  const double u = doubled_sum / 2 - static_cast<double>(n * (n + 1)) / 2;
  if (!exact) {
    return ApproximateP(groups, static_cast<double>(n), static_cast<double>(m),
                        u);
  }
  const size_t whole = static_cast<size_t>(u);
  return std::min(1.0, 2 * UntiedTail(n, m)[std::min(whole, n * m - whole)]);
}

Shift RankTester::HodgesLehmann(const std::vector<double>& from,
                                const std::vector<double>& to,
                                double confidence) {
  EB_CHECK(!from.empty() && !to.empty());
  std::vector<double> x = from, y = to;
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  const size_t n = x.size(), m = y.size();
  const uint64_t pairs = static_cast<uint64_t>(n) * m;
  // The number of smallest differences that the interval leaves out.
  uint64_t outside = 0;
  const double alpha = 1 - confidence;
  if (n + m <= kMaxExactRuns) {
    const std::vector<double>& tail = UntiedTail(n, m);
    while (outside <= pairs / 2 && 2 * tail[outside] <= alpha) ++outside;
  } else {
    const double half =
        NormalUpperQuantile(alpha / 2) *
        Deviation(static_cast<double>(n), static_cast<double>(m), 0);
    const double most = static_cast<double>(pairs) / 2 - .5 - half;
    if (most >= 0) outside = static_cast<uint64_t>(most) + 1;
  }
  std::vector<uint64_t> ks = {(pairs + 1) / 2, pairs / 2 + 1};
  if (outside > 0) {
    ks.insert(ks.begin(), outside);
    ks.push_back(pairs + 1 - outside);
  }
  const std::vector<double> found = KthDifferences(x, y, ks);
  const size_t middle = outside > 0 ? 1 : 0;
  Shift shift;
  shift.estimate = (found[middle] + found[middle + 1]) / 2;
  if (outside > 0) {
    shift.low = found.front();
    shift.high = found.back();
  } else {
    shift.low = -std::numeric_limits<double>::infinity();
    shift.high = std::numeric_limits<double>::infinity();
  }
  return shift;
}

double SmallestP(size_t n, size_t m) {
  // 2 / C(n + m, n) by logarithms, since the binomial soon overflows a double.
  const double log_ways = std::lgamma(static_cast<double>(n + m) + 1) -
                          std::lgamma(static_cast<double>(n) + 1) -
                          std::lgamma(static_cast<double>(m) + 1);
  return std::min(1.0, 2 * std::exp(-log_ways));
}

std::vector<double> HolmAdjust(const std::vector<double>& p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&p](size_t i, size_t j) { return p[i] < p[j]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (size_t place = 0; place < order.size(); ++place) {
    const double left = static_cast<double>(p.size() - place);
    largest = std::max(largest, left * p[order[place]]);
    adjusted[order[place]] = std::min(1.0, largest);
  }
  return adjusted;
}

double NormalUpperQuantile(double tail) {
  EB_CHECK(tail > 0 && tail < 1);
  double low = -40, high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (NormalUpperTail(middle) > tail ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace exitbench
