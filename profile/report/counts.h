// Counts of instructions as text, and the names of what is counted.
#ifndef EXITBENCH_PROFILE_REPORT_COUNTS_H_
#define EXITBENCH_PROFILE_REPORT_COUNTS_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "profile/model/profile.h"

namespace exitbench {

inline constexpr size_t kLegs = static_cast<size_t>(Leg::kWhole) + 1;
inline constexpr size_t kKinds = static_cast<size_t>(InstructionKind::kHvc) + 1;

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
// Returns whether a host was sampled.
bool IsSampled(const ProfileHost& host);
// Returns a part of 1 in percent: "31.58", and "0.196" of less than 1%.
std::string FormatPercent(double share);
// Returns the 95% interval of a share in percent, with as many
// decimals as the share: "31.23-31.92".
std::string FormatShareInterval(double hits, double samples);
// Returns "instructions", or "samples" of a host that was sampled.
absl::string_view CountedBy(const ProfileHost& host);

// Returns a text for each kind with a count: "RDMSR 1", "WRMSR 3 (IBPB 1)".
std::vector<std::string> KindTexts(const ByKind& kinds);

// Appends `head` and `items`, separated by commas, in lines of at most
// `columns`. Nothing if there are no items. No item is broken, but a longer one
// is cut.
void AppendItems(absl::string_view head, const std::vector<std::string>& items,
                 size_t columns, std::string& out);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_REPORT_COUNTS_H_
