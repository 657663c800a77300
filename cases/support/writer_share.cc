#include "cases/support/writer_share.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"

namespace exitbench {
namespace {

constexpr double kFairPart = 0.25;
constexpr double kLeastPart = 0.1;

}  // namespace

absl::Status CheckWriterShare(const WriterShare& share) {
  const double could_in_all = share.elapsed_ms / share.ms_per_page;
  const double could =
      std::min(share.ran_ms, share.elapsed_ms) / share.ms_per_page;
  const double least =
      static_cast<double>(std::min(share.written, share.harvested));
  const std::string seen = absl::StrFormat(
      "%d pages written and %d found dirty in %.1f ms, of which the writer ran "
      "%.1f ms: ",
      share.written, share.harvested, share.elapsed_ms, share.ran_ms);
  if (least < kFairPart * could) {
    return absl::InternalError(absl::StrFormat(
        "%sat its rate it would have written %.0f", seen, could));
  }
  if (least < kLeastPart * could_in_all || least == 0) {
    return absl::UnavailableError(absl::StrFormat(
        "%sit got too little of a CPU, at its rate it would have written %.0f",
        seen, could_in_all));
  }
  return absl::OkStatus();
}

}  // namespace exitbench
