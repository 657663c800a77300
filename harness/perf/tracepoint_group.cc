#include "harness/perf/tracepoint_group.h"

#include <cerrno>

#include "base/check.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "harness/perf/tracepoint.h"

namespace exitbench {

absl::StatusOr<TracepointGroup> TracepointGroup::Open(
    pid_t thread, absl::Span<const TracepointEvent> events) {
  EB_CHECK(!events.empty());
  TracepointGroup group;
  std::vector<PerfEvent>& opened = group.events_;
  opened.reserve(events.size());
  for (const TracepointEvent& event : events) {
    perf_event_attr attributes =
        PerfAttributes(PERF_TYPE_TRACEPOINT, event.number);
    attributes.inherit = 0;
    attributes.read_format = PERF_FORMAT_GROUP;
    // What is not disabled counts when its leader does.
    attributes.disabled = opened.empty();
    const PerfPlace place = {
        .thread = thread, .leader = opened.empty() ? -1 : opened.front().fd()};
    EB_ASSIGN_OR_RETURN(PerfEvent one, PerfEvent::Open(attributes, place));
    if (!event.filter.empty()) {
      EB_RETURN_IF_ERROR(SetTracepointFilter(one, event.filter));
    }
    opened.push_back(std::move(one));
  }
  return group;
}

TracepointGroup::~TracepointGroup() {
  while (!events_.empty()) events_.pop_back();
}

absl::StatusOr<std::vector<uint64_t>> TracepointGroup::Read() const {
  // How many there are, then their counts.
  std::vector<uint64_t> words(1 + events_.size());
  const size_t bytes = words.size() * sizeof(words[0]);
  const ssize_t got = sys::Read(events_.front().fd(), words.data(), bytes);
  if (got < 0) return absl::ErrnoToStatus(errno, "read of events");
  if (static_cast<size_t>(got) != bytes || words[0] != events_.size()) {
    return absl::DataLossError("the kernel has other events in the group");
  }
  words.erase(words.begin());
  return words;
}

}  // namespace exitbench
