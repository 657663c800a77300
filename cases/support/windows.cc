#include "cases/support/windows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

constexpr size_t kMostEvents = 50000;
constexpr size_t kMostWindows = 5000;

// The moment, on the clock that all vCPUs are brought to.
int64_t At(uint64_t ticks, const VcpuStamps& vcpu) {
  return static_cast<int64_t>(ticks - vcpu.offset_ticks);
}

void Keep(double value, size_t most, std::vector<double>& values) {
  if (values.size() < most) values.push_back(value);
}

double MeanOf(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return InterquartileMean(values);
}

// Checks that all events of vCPU `number` are stamped, one after the other.
absl::Status CheckStamps(const VcpuStamps& vcpu, size_t number,
                         uint32_t events) {
  uint32_t made = 0;
  while (made < events && vcpu.stamps[made].after_ticks != 0) ++made;
  if (made < events) {
    return absl::InternalError(absl::StrCat("vCPU ", number, " made ", made,
                                            " of ", events, " events"));
  }
  uint64_t last = vcpu.stamps[0].before_ticks;
  for (uint32_t i = 0; i < events; ++i) {
    const GuestStamp& stamp = vcpu.stamps[i];
    if (stamp.before_ticks < last || stamp.after_ticks < stamp.before_ticks) {
      return absl::InternalError(absl::StrCat(
          "vCPU ", number, ": the stamps of event ", i, " go back"));
    }
    last = stamp.after_ticks;
  }
  return absl::OkStatus();
}

}  // namespace

Windows::Windows() {
  event_ticks_.reserve(kMostEvents);
  rates_.reserve(kMostWindows);
}

absl::Status Windows::Add(absl::Span<const VcpuStamps> vcpus, uint32_t events) {
  int64_t first = INT64_MAX, begin = INT64_MIN;
  int64_t end = INT64_MAX, last = INT64_MIN;
  for (size_t i = 0; i < vcpus.size(); ++i) {
    const VcpuStamps& vcpu = vcpus[i];
    const absl::Status checked = CheckStamps(vcpu, i, events);
    if (!checked.ok()) return checked;
    const int64_t began = At(vcpu.stamps[0].before_ticks, vcpu);
    const int64_t ended = At(vcpu.stamps[events - 1].after_ticks, vcpu);
    first = std::min(first, began);
    begin = std::max(begin, began);
    end = std::min(end, ended);
    last = std::max(last, ended);
  }
  in_all_ticks_ += static_cast<double>(last - first);
  if (end <= begin) return absl::OkStatus();
  in_windows_ticks_ += static_cast<double>(end - begin);
  uint64_t inside = 0;
  for (const VcpuStamps& vcpu : vcpus) {
    for (uint32_t i = 0; i < events; ++i) {
      const GuestStamp& stamp = vcpu.stamps[i];
      if (At(stamp.before_ticks, vcpu) < begin ||
          At(stamp.after_ticks, vcpu) > end) {
        continue;
      }
      ++inside;
      Keep(static_cast<double>(stamp.after_ticks - stamp.before_ticks),
           kMostEvents, event_ticks_);
    }
  }
  Keep(static_cast<double>(inside) / static_cast<double>(end - begin),
       kMostWindows, rates_);
  return absl::OkStatus();
}

double Windows::EventTicks() const { return MeanOf(event_ticks_); }

double Windows::EventsPerTick() const { return MeanOf(rates_); }

double Windows::Overlap() const {
  return in_all_ticks_ <= 0 ? 0 : in_windows_ticks_ / in_all_ticks_;
}

}  // namespace exitbench
