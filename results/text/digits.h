// Numbers in files for programs.
#ifndef EXITBENCH_RESULTS_TEXT_DIGITS_H_
#define EXITBENCH_RESULTS_TEXT_DIGITS_H_

#include <string>

namespace exitbench {

// Returns `value` with 12 significant digits or fewer: no clock here has more,
// and sums of them end in 99999999992. A whole number below 2^53 keeps all.
std::string Digits(double value);

// Returns the number that Digits() writes.
double ToDigits(double value);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_DIGITS_H_
