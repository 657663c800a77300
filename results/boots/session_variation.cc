#include "results/boots/session_variation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace exitbench {
namespace {

// Neighbours are clearly more alike than all sessions of a side where their
// variance is less than one in 1 + kClearly / (pairs - 1) of that. If sessions
// move all cases together, so many pairs show it by chance one time in eight.
constexpr double kClearly = 6;
// Of more sides a part tells as much, and takes less time and memory.
constexpr size_t kMostSides = 50;

// The used sessions of `side`, in the order of time.
std::vector<uint32_t> InTime(const Side& side) {
  std::vector<uint32_t> sessions;
  for (uint32_t i = 0; i < side.sessions.size(); ++i) {
    if (side.quick || !side.sessions[i].quick) sessions.push_back(i);
  }
  std::sort(sessions.begin(), sessions.end(), [&side](uint32_t x, uint32_t y) {
    return side.sessions[x].started_utc < side.sessions[y].started_utc;
  });
  return sessions;
}

size_t SessionsOf(const Series& series) {
  std::vector<uint32_t> sessions = series.sessions;
  std::sort(sessions.begin(), sessions.end());
  return static_cast<size_t>(std::unique(sessions.begin(), sessions.end()) -
                             sessions.begin());
}

// Returns the sessions of each boot.
std::vector<Groups> ByBoot(const Series& series) {
  std::map<uint32_t, Groups> boots;
  const Groups sessions = GroupLogs(series, series.sessions);
  for (size_t i = 0; i < series.values.size() && !sessions.empty(); ++i) {
    const auto session = sessions.find(series.sessions[i]);
    boots[series.boots[i]].insert(*session);
  }
  std::vector<Groups> result;
  for (auto& [boot, groups] : boots) result.push_back(std::move(groups));
  return result;
}

bool HasRepeats(const std::vector<Groups>& sets) {
  return std::any_of(sets.begin(), sets.end(), [](const Groups& groups) {
    return std::any_of(groups.begin(), groups.end(), [](const auto& group) {
      return group.second.size() > 1;
    });
  });
}

// Returns the sessions by their pair.
Groups ByPair(const std::vector<Groups>& boots,
              const std::vector<uint32_t>& pair) {
  Groups pairs;
  for (const Groups& sessions : boots) {
    for (const auto& [session, runs] : sessions) pairs[pair[session]] = runs;
  }
  return pairs;
}

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double SquaresOf(const std::vector<double>& values) {
  const double mean = MeanOf(values);
  double sum = 0;
  for (double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

}  // namespace

std::optional<SessionPairs> PairSessions(const Side& a, const Side& b) {
  const std::vector<uint32_t> of_a = InTime(a), of_b = InTime(b);
  if (of_a.size() < 2 || of_a.size() != of_b.size()) return std::nullopt;
  const std::string& boot = a.sessions[of_a.front()].boot_id;
  std::map<std::string, double> places;
  for (const Side* side : {&a, &b}) {
    for (uint32_t i : side == &a ? of_a : of_b) {
      if (side->sessions[i].boot_id != boot) return std::nullopt;
      places.emplace(side->sessions[i].started_utc, 0);
    }
  }
  // Of sessions that began in the same second the order is not known.
  if (places.size() != 2 * of_a.size()) return std::nullopt;
  double next = 0;
  for (auto& [started, place] : places) place = next++;
  SessionPairs pairs;
  for (int side = 0; side < 2; ++side) {
    const Side& of = side == 0 ? a : b;
    pairs.pair[side].resize(of.sessions.size());
    for (uint32_t i : side == 0 ? of_a : of_b) {
      pairs.pair[side][i] = static_cast<uint32_t>(pairs.place[side].size());
      pairs.place[side].push_back(places[of.sessions[i].started_utc]);
    }
  }
  for (size_t i = 0; i < of_a.size(); ++i) {
    const double lag = pairs.place[1][i] - pairs.place[0][i];
    if (std::abs(lag) >= static_cast<double>(of_a.size())) return std::nullopt;
  }
  return pairs;
}

SessionVariation::SessionVariation(const std::vector<const Side*>& sides) {
  if (sides.size() == 2) pairs_ = PairSessions(*sides[0], *sides[1]);
  absl::flat_hash_map<Key, std::vector<OfSide>> all;
  const size_t each = (sides.size() + kMostSides - 1) / kMostSides;
  for (size_t side = 0; side < sides.size(); side += each) {
    if (sides[side]->used_sessions < 2) continue;
    for (const SideCase& c : sides[side]->cases) {
      if (c.outcome != Outcome::kOk) continue;
      for (const Series& series : c.series) {
        if (!series.gating) continue;
        all[{c.name, series.metric}].push_back({side, ByBoot(series)});
      }
    }
  }
  std::vector<double> deviations;
  for (const auto& [key, of_sides] : all) {
    Spreads spreads;
    if (!Measure(of_sides, spreads)) continue;
    deviations.push_back(spreads.run_deviation);
    spreads_.emplace(key, std::move(spreads));
  }
  if (spreads_.empty()) return;
  noise_.emplace().runs = Median(std::move(deviations));
  SetTypical();
}

bool SessionVariation::Measure(const std::vector<OfSide>& of_sides,
                               Spreads& spreads) const {
  std::vector<Groups> sets;
  for (const OfSide& of : of_sides) {
    sets.insert(sets.end(), of.boots.begin(), of.boots.end());
  }
  // With one run a session there is nothing to tell the two apart by, and
  // nothing to correct: runs are as independent as their sessions.
  if (!HasRepeats(sets)) return false;
  spreads.run_deviation = RunDeviation(sets);
  spreads.sessions = SpreadOf(sets);
  if (spreads.sessions.freedom == 0) return false;
  // Files may have a case twice.
  if (pairs_.has_value() && of_sides.size() == 2 && of_sides[0].side == 0 &&
      of_sides[1].side == 1) {
    Pair(ByPair(of_sides[0].boots, pairs_->pair[0]),
         ByPair(of_sides[1].boots, pairs_->pair[1]), spreads);
  }
  return true;
}

void SessionVariation::SetTypical() {
  using Cases =
      absl::flat_hash_map<absl::string_view, std::vector<GroupSpread>>;
  const auto typical = [](const Cases& by_name, double errors) {
    std::vector<std::vector<GroupSpread>> cases;
    for (const auto& [name, metrics] : by_name) cases.push_back(metrics);
    return TypicalSigma(cases, errors);
  };
  Cases sessions, neighbours, pairs;
  for (const auto& [key, spreads] : spreads_) {
    sessions[key.first].push_back(spreads.sessions);
    if (!spreads.drift.has_value()) continue;
    neighbours[key.first].push_back(spreads.neighbours);
    pairs[key.first].push_back(spreads.drift->pairs);
  }
  typical_ = typical(sessions, kCautious);
  if (!pairs.empty()) {
    typical_pair_ = typical(pairs, kCautious);
    const double near = typical(neighbours, kCautious);
    const double freedom = static_cast<double>(pairs_->place[0].size()) - 1;
    noise_->paired =
        (1 + kClearly / freedom) * near * near < typical_ * typical_;
    if (noise_->paired) typical_ = near;
  }
  noise_->sessions = typical(noise_->paired ? neighbours : sessions, 0);
}

void SessionVariation::Pair(const Groups& a, const Groups& b,
                            Spreads& spreads) const {
  if (a.size() < 2 || a.size() != b.size()) return;
  std::vector<uint32_t> of_case;
  std::vector<double> lags, at, differences, middles;
  double noise = 0;
  for (const auto& [pair, runs] : a) {
    const auto other = b.find(pair);
    if (other == b.end()) return;
    const double place_a = pairs_->place[0][pair];
    const double place_b = pairs_->place[1][pair];
    const double centre_a = Median(runs), centre_b = Median(other->second);
    of_case.push_back(pair);
    lags.push_back(place_b - place_a);
    at.push_back((place_a + place_b) / 2);
    differences.push_back(centre_b - centre_a);
    middles.push_back((centre_a + centre_b) / 2);
    noise += CentreVariance(spreads.run_deviation, runs.size()) +
             CentreVariance(spreads.run_deviation, other->second.size());
  }
  const size_t count = of_case.size();
  const double freedom = static_cast<double>(count) - 1;
  noise /= 2 * static_cast<double>(count);
  Drift& drift = spreads.drift.emplace();
  const double mean = MeanOf(middles);
  // By middle and pair: how much of the middle goes into the difference.
  std::vector<std::vector<double>> parts(count, std::vector<double>(count));
  for (size_t i = 0; i < count; ++i) {
    const size_t from = i == 0 ? 0 : i - 1, to = std::min(i + 1, count - 1);
    const double step = at[to] - at[from];
    const double slope = (middles[to] - middles[from]) / step;
    drift.middles[of_case[i]] = middles[i] - mean;
    drift.slopes[of_case[i]] = slope;
    differences[i] -= lags[i] * slope;
    parts[to][i] += lags[i] / step;
    parts[from][i] -= lags[i] / step;
  }
  // A difference has the variance of two sessions, a middle that of half a one.
  double squares = 2 * freedom;
  for (const std::vector<double>& part : parts) {
    squares += SquaresOf(part) / 2;
    drift.cost += MeanOf(part) * MeanOf(part) / 2;
  }
  spreads.neighbours = {SquaresOf(differences) / squares, noise, freedom};
  drift.pairs = {SquaresOf(middles) / freedom, noise / 2, freedom};
}

SessionEffect SessionVariation::On(absl::string_view case_name, const Series& a,
                                   const Series& b) const {
  SessionEffect effect;
  const auto at = spreads_.find({case_name, a.metric});
  if (at == spreads_.end()) return effect;
  const Spreads& spreads = at->second;
  const bool paired = noise_->paired && spreads.drift.has_value();
  const double sigma =
      SigmaOf(paired ? spreads.neighbours : spreads.sessions, typical_);
  effect.variance = sigma * sigma *
                    (1 / static_cast<double>(SessionsOf(a)) +
                     1 / static_cast<double>(SessionsOf(b)));
  if (!paired) return effect;
  const Drift& drift = *spreads.drift;
  effect.variance += drift.cost * (sigma * sigma + spreads.neighbours.of_runs);
  // As much of the differences of the pairs as is not the noise of their runs.
  const double of_pairs = SigmaOf(drift.pairs, typical_pair_);
  const double part =
      of_pairs * of_pairs / (of_pairs * of_pairs + drift.pairs.of_runs);
  if (!(part > 0)) return effect;
  effect.off_a = Common(drift, part, 0, a);
  effect.off_b = Common(drift, part, 1, b);
  return effect;
}

std::vector<double> SessionVariation::Common(const Drift& drift, double part,
                                             int side,
                                             const Series& series) const {
  std::vector<double> off;
  for (uint32_t session : series.sessions) {
    const uint32_t pair = pairs_->pair[side][session];
    const double from_middle =
        (pairs_->place[side][pair] - pairs_->place[1 - side][pair]) / 2;
    off.push_back(
        part * (drift.middles.at(pair) + from_middle * drift.slopes.at(pair)));
  }
  return off;
}

}  // namespace exitbench
