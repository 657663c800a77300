#include "profile/explain/robust_fit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "results/model/summary.h"

namespace exitbench {
namespace {

// A standard normal variable is below it with probability 3/4.
constexpr double kNormalQuartile = .6744897501960817;
// Less is taken for rounding: the columns depend on each other.
constexpr double kLeastPivot = 1e-10;

struct Stop {
  size_t most_steps = 0;
  double change = 0;  // Of any prediction, relative.
};
constexpr Stop kExact = {500, 1e-10};
// Of what is drawn by chance.
constexpr Stop kClose = {200, 1e-5};

double SizeOf(const Sample& sample, size_t row) {
  return std::max(1.0, sample.counts[row * sample.terms]);
}

double ScaleOf(const Sample& sample, size_t row, double predicted,
               double typical_cost) {
  return std::max({predicted, sample.measured[row] / 4,
                   typical_cost * SizeOf(sample, row) / 2});
}

// Solves the symmetric system `a` x = `b` by Cholesky's method, its columns
// scaled to length 1 first. Returns false if they depend on each other.
bool Solve(size_t n, std::vector<double>& a, std::vector<double>& b) {
  std::vector<double> length(n);
  for (size_t i = 0; i < n; ++i) {
    if (!(a[i * n + i] > 0)) return false;
    length[i] = std::sqrt(a[i * n + i]);
  }
  for (size_t i = 0; i < n; ++i) {
    b[i] /= length[i];
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j] / (length[i] * length[j]);
      for (size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i != j) {
        a[i * n + j] = sum / a[j * n + j];
        continue;
      }
      if (!(sum > kLeastPivot)) return false;
      a[i * n + i] = std::sqrt(sum);
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  for (size_t i = 0; i < n; ++i) b[i] /= length[i];
  return true;
}

double HuberWeight(double t) { return t <= kHuber ? 1 : kHuber / t; }

double BisquareWeight(double t) {
  const double part = 1 - t * t / (kBisquare * kBisquare);
  return part > 0 ? part * part : 0;
}

// A fit of some rows of a sample, which may be there more than once.
class Fitter {
 public:
  // `typical_cost` is that of all of the sample.
  Fitter(const Sample& sample, double typical_cost, std::vector<size_t> rows)
      : sample_(sample),
        typical_cost_(typical_cost),
        rows_(std::move(rows)),
        scale_(rows_.size()),
        weight_(rows_.size(), 1),
        residual_(rows_.size()) {}

  // Starts from nothing: least squares, relative to what was measured. Returns
  // false if the terms can't be told apart, as do all of these.
  bool Begin() {
    for (size_t i = 0; i < rows_.size(); ++i) {
      scale_[i] =
          ScaleOf(sample_, rows_[i], sample_.measured[rows_[i]], typical_cost_);
    }
    return Refit();
  }

  // Reweights until nothing changes, or too long: by Huber's weights, which
  // also find sigma, then by the bisquare.
  bool Settle() {
    return Settle(HuberWeight, true, kExact) &&
           Settle(BisquareWeight, false, kExact);
  }

  // From a fit of other rows, whose sigma is kept.
  bool SettleFrom(const RobustFit& fit) {
    costs_ = fit.costs;
    sigma_ = fit.sigma;
    return Settle(BisquareWeight, false, kClose);
  }

  RobustFit Take() { return {std::move(costs_), sigma_}; }

 private:
  bool Settle(double weight_of(double), bool find_sigma, const Stop& stop) {
    std::vector<double> before(rows_.size());
    for (size_t step = 0; step < stop.most_steps; ++step) {
      for (size_t i = 0; i < rows_.size(); ++i) {
        const double measured = sample_.measured[rows_[i]];
        before[i] = Predict(sample_, rows_[i], costs_);
        scale_[i] = ScaleOf(sample_, rows_[i], before[i], typical_cost_);
        residual_[i] = std::abs(measured - before[i]) / scale_[i];
        if (!std::isfinite(residual_[i])) return false;
      }
      // With a sigma that follows the bisquare's own residuals, it may cycle.
      if (find_sigma) {
        sorted_ = residual_;
        sigma_ =
            std::max(kLeastSigma, Summarize(sorted_).p50 / kNormalQuartile);
      }
      for (size_t i = 0; i < rows_.size(); ++i) {
        weight_[i] = weight_of(residual_[i] / sigma_);
      }
      if (!Refit()) return false;
      double change = 0;
      for (size_t i = 0; i < rows_.size(); ++i) {
        change = std::max(
            change, std::abs(Predict(sample_, rows_[i], costs_) - before[i]) /
                        scale_[i]);
      }
      if (change <= stop.change) break;
    }
    return true;
  }

  bool Refit() {
    const size_t n = sample_.terms;
    std::vector<double> a(n * n), b(n);
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (weight_[i] == 0) continue;
      const double* const row = &sample_.counts[rows_[i] * n];
      const double factor = weight_[i] / (scale_[i] * scale_[i]);
      for (size_t j = 0; j < n; ++j) {
        const double scaled = factor * row[j];
        b[j] += scaled * sample_.measured[rows_[i]];
        for (size_t k = 0; k <= j; ++k) a[j * n + k] += scaled * row[k];
      }
    }
    if (!Solve(n, a, b)) return false;
    costs_ = std::move(b);
    return std::all_of(costs_.begin(), costs_.end(),
                       [](double cost) { return std::isfinite(cost); });
  }

  const Sample& sample_;
  const double typical_cost_;
  const std::vector<size_t> rows_;
  std::vector<double> scale_, weight_, residual_, sorted_;
  std::vector<double> costs_;
  double sigma_ = 0;
};

std::optional<RobustFit> FitRows(const Sample& sample, double typical_cost,
                                 std::vector<size_t> rows) {
  if (rows.empty()) return std::nullopt;
  Fitter fitter(sample, typical_cost, std::move(rows));
  if (!fitter.Begin() || !fitter.Settle()) return std::nullopt;
  return fitter.Take();
}

// SplitMix64 (Steele, Lea and Flood, 2014).
class Random {
 public:
  // Returns a number below `end`. It is small beside 2^64: the remainder has no
  // bias that matters.
  size_t Below(size_t end) {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<size_t>((z ^ (z >> 31)) % end);
  }

 private:
  uint64_t state_ = 1;
};

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Subtracts from `column` what it has in common with `basis`, whose columns
// have length 1 and are at right angles.
void Reduce(const std::vector<std::vector<double>>& basis,
            std::vector<double>& column) {
  // Twice is enough for what rounding leaves (Kahan and Parlett).
  for (int pass = 0; pass < 2; ++pass) {
    for (const std::vector<double>& b : basis) {
      const double part = Dot(b, column);
      for (size_t i = 0; i < column.size(); ++i) column[i] -= part * b[i];
    }
  }
}

// Returns how many cases a sum of squares comes from: n if all are alike, 1 if
// one has all of it.
double CasesBehind(const std::vector<double>& values) {
  double squares = 0, fourth = 0;
  for (const double v : values) {
    squares += v * v;
    fourth += v * v * v * v;
  }
  return fourth > 0 ? squares * squares / fourth : 0;
}

}  // namespace

void Sample::Add(const std::vector<double>& row, double value) {
  counts.insert(counts.end(), row.begin(), row.end());
  measured.push_back(value);
}

double Predict(const Sample& sample, size_t row,
               const std::vector<double>& costs) {
  const auto counts =
      sample.counts.begin() + static_cast<ptrdiff_t>(row * sample.terms);
  return std::inner_product(costs.begin(), costs.end(), counts, 0.0);
}

double TypicalCost(const Sample& sample) {
  std::vector<double> costs;
  for (size_t i = 0; i < sample.cases(); ++i) {
    costs.push_back(sample.measured[i] / SizeOf(sample, i));
  }
  return Summarize(costs).p50;
}

double RelativeResidual(const Sample& sample, size_t row, double predicted,
                        double typical_cost) {
  return (sample.measured[row] - predicted) /
         ScaleOf(sample, row, predicted, typical_cost);
}

std::optional<RobustFit> FitRobustly(const Sample& sample) {
  std::vector<size_t> rows(sample.cases());
  std::iota(rows.begin(), rows.end(), size_t{0});
  return FitRows(sample, TypicalCost(sample), std::move(rows));
}

std::vector<double> LeaveOneOut(const Sample& sample) {
  const double typical_cost = TypicalCost(sample);
  std::vector<double> predicted;
  for (size_t i = 0; i < sample.cases(); ++i) {
    std::vector<size_t> others;
    for (size_t j = 0; j < sample.cases(); ++j) {
      if (j != i) others.push_back(j);
    }
    const std::optional<RobustFit> fit =
        FitRows(sample, typical_cost, std::move(others));
    predicted.push_back(fit.has_value()
                            ? Predict(sample, i, fit->costs)
                            : std::numeric_limits<double>::quiet_NaN());
  }
  return predicted;
}

std::vector<Interval> BootstrapIntervals(const Sample& sample,
                                         const RobustFit& fit) {
  std::vector<std::vector<double>> drawn(sample.terms);
  const double typical_cost = TypicalCost(sample);
  Random random;
  for (size_t draw = 0; draw < kBootstrapDraws; ++draw) {
    std::vector<size_t> rows(sample.cases());
    for (size_t& row : rows) row = random.Below(sample.cases());
    Fitter fitter(sample, typical_cost, std::move(rows));
    // Where a draw lacks the cases that have a term, the others decide.
    if (!fitter.SettleFrom(fit)) continue;
    const RobustFit again = fitter.Take();
    for (size_t i = 0; i < sample.terms; ++i)
      drawn[i].push_back(again.costs[i]);
  }
  std::vector<Interval> intervals;
  for (std::vector<double>& costs : drawn) {
    if (costs.empty()) {
      const double nan = std::numeric_limits<double>::quiet_NaN();
      intervals.push_back({nan, nan});
      continue;
    }
    Summarize(costs);  // Which sorts them.
    intervals.push_back({Quantile(costs, .025), Quantile(costs, .975)});
  }
  return intervals;
}

std::vector<Screened> ScreenTerms(const Sample& sample) {
  const double typical_cost = TypicalCost(sample);
  std::vector<Screened> screened(sample.terms);
  std::vector<std::vector<double>> basis, kept;
  std::vector<size_t> kept_terms;
  for (size_t term = 0; term < sample.terms; ++term) {
    std::vector<double> column;
    for (size_t i = 0; i < sample.cases(); ++i) {
      column.push_back(sample.counts[i * sample.terms + term] /
                       ScaleOf(sample, i, sample.measured[i], typical_cost));
    }
    const double squares = Dot(column, column);
    if (!(squares > 0)) {
      screened[term].dropped = Dropped::kAbsent;
      continue;
    }
    std::vector<double> own = column;
    Reduce(basis, own);
    const double own_squares = Dot(own, own);
    if (own_squares < kLeastOwnPart * squares) {
      screened[term].dropped = Dropped::kCollinear;
      double most = -1;
      for (size_t i = 0; i < kept.size(); ++i) {
        const double cosine =
            Dot(kept[i], column) / std::sqrt(Dot(kept[i], kept[i]) * squares);
        if (cosine <= most) continue;
        most = cosine;
        screened[term].like = kept_terms[i];
      }
      continue;
    }
    if (CasesBehind(own) < kLeastCasesOfTerm) {
      screened[term].dropped = Dropped::kFewCases;
      continue;
    }
    if (kLeastCasesOfTerm * static_cast<double>(kept.size() + 1) >
        static_cast<double>(sample.cases())) {
      screened[term].dropped = Dropped::kManyTerms;
      continue;
    }
    const double length = std::sqrt(own_squares);
    for (double& value : own) value /= length;
    basis.push_back(std::move(own));
    kept.push_back(std::move(column));
    kept_terms.push_back(term);
  }
  return screened;
}

Sample KeepTerms(const Sample& sample, const std::vector<Screened>& screened) {
  Sample kept;
  for (const Screened& one : screened) {
    kept.terms += one.dropped == Dropped::kNot;
  }
  for (size_t i = 0; i < sample.cases(); ++i) {
    std::vector<double> row;
    for (size_t term = 0; term < sample.terms; ++term) {
      if (screened[term].dropped != Dropped::kNot) continue;
      row.push_back(sample.counts[i * sample.terms + term]);
    }
    kept.Add(row, sample.measured[i]);
  }
  return kept;
}

}  // namespace exitbench
