// Counts of instructions as text, and the names of what is counted.
#ifndef EXITBENCH_PROFILE_REPORT_COUNTS_H_
#define EXITBENCH_PROFILE_REPORT_COUNTS_H_

#include <array>
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "profile/model/profile.h"

namespace exitbench {

inline constexpr size_t kLegs = static_cast<size_t>(Leg::kWhole) + 1;
inline constexpr size_t kKinds =
    static_cast<size_t>(InstructionKind::kCpuid) + 1;

// Counts by Leg.
using ByLeg = std::array<double, kLegs>;
// Counts by InstructionKind.
using ByKind = std::array<double, kKinds>;

double Sum(const ByLeg& counts);

// Sums of means are off by less, whole numbers not at all.
inline constexpr double kCountTolerance = 1e-6;

// Returns whether two counts differ by more than kCountTolerance of them.
bool Differ(double a, double b);

// Returns a whole number with all its digits, any other with one decimal.
std::string FormatCount(double count);
// Returns the same with a sign; "0" if it is none.
std::string FormatDelta(double delta);

// Returns exit, userspace, entry or whole.
absl::string_view Name(Leg leg);
// Returns what an assembler calls the instruction: WRMSR, IBPB.
absl::string_view Name(InstructionKind kind);
// Returns "instructions", or "samples" of a host that was sampled.
absl::string_view CountedBy(const ProfileHost& host);

// Returns the kinds with a count: "RDMSR 1, WRMSR 3 (IBPB 1)". Empty if there
// are none.
std::string KindsText(const ByKind& kinds);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_REPORT_COUNTS_H_
