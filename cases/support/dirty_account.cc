#include "cases/support/dirty_account.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"

namespace exitbench {

DirtyAccount::DirtyAccount(uint64_t pages, uint64_t most_late, uint64_t count)
    : pages_(pages),
      most_late_(most_late),
      first_(count),
      before_(count),
      after_(count),
      times_found_(pages) {}

absl::Status DirtyAccount::Note(uint64_t before, uint64_t after,
                                absl::Span<const uint32_t> found) {
  if (before < after_ || after < before) {
    return absl::InternalError(absl::StrFormat(
        "the guest's count of its writes ran backwards: %d, %d, %d", after_,
        before, after));
  }
  // The store in flight at the end is one more.
  const uint64_t gap = after - before_ + 1;
  if (gap + most_late_ > pages_) merged_ += gap + most_late_ - pages_;
  // Each harvest before this one may have found the page in flight.
  const uint64_t most = WrittenAt(after) + 1 + harvests_;
  found_ += found.size();
  for (uint32_t page : found) {
    if (page >= pages_) {
      return absl::InternalError(absl::StrFormat(
          "a harvest found page %d dirty, the guest has %d", page, pages_));
    }
    ++times_found_[page];
  }
  if (found_ > most) {
    return absl::InternalError(absl::StrFormat(
        "%d harvests found %d dirty pages, the last of them %d; the guest "
        "wrote %d, which can be %d at most",
        harvests_ + 1, found_, found.size(), WrittenAt(after), most));
  }
  before_ = before;
  after_ = after;
  return absl::OkStatus();
}

absl::Status DirtyAccount::Add(uint64_t before, uint64_t after,
                               absl::Span<const uint32_t> found) {
  EB_RETURN_IF_ERROR(Note(before, after, found));
  ++harvests_;
  harvested_ += found.size();
  return absl::OkStatus();
}

uint64_t DirtyAccount::StoresTo(uint64_t page, uint64_t count) const {
  const uint64_t ahead = (page + pages_ - first_ % pages_) % pages_;
  const uint64_t written = WrittenAt(count);
  return written <= ahead ? 0 : (written - ahead - 1) / pages_ + 1;
}

absl::Status DirtyAccount::Finish(uint64_t count,
                                  absl::Span<const uint32_t> found) {
  EB_RETURN_IF_ERROR(Note(count, count, found));
  // The first store may have been made, but not counted, before the start.
  ++times_found_[first_ % pages_];
  uint64_t stores_found = 0;
  for (uint64_t page = 0; page < pages_; ++page) {
    stores_found +=
        std::min<uint64_t>(times_found_[page], StoresTo(page, count));
  }
  if (stores_found + merged_ >= WrittenAt(count)) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%d harvests found %d dirty pages, one more of the guest at rest %d; "
      "that is %d of %d writes, of which %d may have met a dirty page",
      harvests_, harvested_, found.size(), stores_found, WrittenAt(count),
      merged_));
}

}  // namespace exitbench
