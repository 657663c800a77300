// A robust linear fit of what events cost: of which only the size of the
// relative error is alike, and some of which follow no model at all.
//
// Residuals are relative: measured less predicted, in parts of the predicted,
// which the fit finds anew in each step (Carroll and Ruppert, Transformation
// and Weighting in Regression, 1988, chapter 2: a constant coefficient of
// variation). Least squares are reweighted until nothing changes: first with
// Huber's weights, which lead to one place from anywhere, and from there with
// Tukey's bisquare, which gives outliers no weight (Holland and Welsch, 1977).
// The constants have 95% efficiency with normal residuals. Sigma is the median
// of the absolute residuals of the first, by 0.6745.
//
// No distribution is assumed for intervals: they come of fits of cases that
// were drawn again, with replacement and with the same sigma (Efron, 1979; the
// percentile method). The same sample always gives the same answer.
#ifndef EXITBENCH_PROFILE_EXPLAIN_ROBUST_FIT_H_
#define EXITBENCH_PROFILE_EXPLAIN_ROBUST_FIT_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "profile/model/interval.h"

namespace exitbench {

// What was measured, and how often each term is in it.
struct Sample {
  size_t terms = 0;
  // Row by row: one row per case. The first term is the size of the event.
  std::vector<double> counts;
  std::vector<double> measured;  // Above 0.

  size_t cases() const { return measured.size(); }
  void Add(const std::vector<double>& row, double value);
};

inline constexpr double kHuber = 1.345;
// Beyond so many sigma a case has no weight.
inline constexpr double kBisquare = 4.685;
// Sigma is never taken for less. A profile may be off by half a percent.
inline constexpr double kLeastSigma = .001;

struct RobustFit {
  std::vector<double> costs;  // By term.
  double sigma = 0;           // Of relative residuals.
};

// Returns the prediction for a row.
double Predict(const Sample& sample, size_t row,
               const std::vector<double>& costs);

// Returns the median cost of an event by its size.
double TypicalCost(const Sample& sample);

// Returns measured less predicted, in parts of the predicted. A quarter of the
// measured, and half of what is typical of the size, are the least that it
// is taken for: else a case that is predicted to cost hardly anything would
// weigh more than all others.
double RelativeResidual(const Sample& sample, size_t row, double predicted,
                        double typical_cost);

// Returns the fit; nothing if the terms can't be told apart.
std::optional<RobustFit> FitRobustly(const Sample& sample);

// Returns the prediction for each row by the fit of all others; NaN where there
// is none.
std::vector<double> LeaveOneOut(const Sample& sample);

inline constexpr size_t kBootstrapDraws = 1000;

// Returns the 95% interval of each cost. `fit` is that of `sample`.
std::vector<Interval> BootstrapIntervals(const Sample& sample,
                                         const RobustFit& fit);

// Why a term is not in the model.
enum class Dropped {
  kNot,
  kAbsent,     // No case has it.
  kCollinear,  // It goes with other terms.
  kFewCases,   // It differs from what goes with the others in a few cases.
  kManyTerms,  // There are too few cases for so many terms.
};

struct Screened {
  Dropped dropped = Dropped::kNot;
  size_t like = 0;  // kCollinear: the term that it is most alike.
};

// The part of a term that other terms don't have has to be at least this, of
// the sum of squares: the variance of its cost is at most twenty times that
// without the others.
inline constexpr double kLeastOwnPart = .05;
// That part has to come from so many cases, and each term needs so many.
inline constexpr double kLeastCasesOfTerm = 5;

// Returns which terms can be told apart. Each is judged by the ones before it
// that are in the model: the order is their rank.
std::vector<Screened> ScreenTerms(const Sample& sample);

// Returns the sample with the terms that are not dropped.
Sample KeepTerms(const Sample& sample, const std::vector<Screened>& screened);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_EXPLAIN_ROBUST_FIT_H_
