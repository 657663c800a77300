#include "harness/live/window_schedule.h"

#include <utility>

#include "base/check.h"

namespace exitbench {

WindowSchedule::WindowSchedule(std::unique_ptr<ExitWindowSource> source,
                               absl::Duration now, uint64_t seed)
    : source_(std::move(source)),
      plan_(source_->plan()),
      random_(seed),
      period_begin_(now) {
  EB_CHECK(plan_.open > absl::ZeroDuration() && plan_.period > plan_.open);
  Draw();
}

void WindowSchedule::Draw() {
  const double slack = absl::ToDoubleSeconds(plan_.period - plan_.open);
  std::uniform_real_distribution<double> within(0, slack);
  next_ = period_begin_ + absl::Seconds(within(random_));
}

void WindowSchedule::Step(const std::function<absl::Duration()>& now) {
  const absl::Duration begin = now();
  if (begin < next_) return;
  if (!open_ && begin < period_begin_ + plan_.period) {
    open_ = source_->Open();
    next_ = open_ ? now() + plan_.open : absl::InfiniteDuration();
    return;
  }
  if (open_) Stop();
  const absl::Duration end = now();
  do {
    period_begin_ += plan_.period;
  } while (period_begin_ + plan_.period <= end);
  Draw();
}

void WindowSchedule::Stop() {
  next_ = absl::InfiniteDuration();
  if (std::exchange(open_, false)) source_->Close();
}

void WindowSchedule::Leave(size_t index) {
  EB_CHECK(!open_);
  source_->Leave(index);
}

void WindowSchedule::Take(size_t index, LiveCounts& counts) {
  ExitWindowSource::Taken taken = source_->Take(index);
  counts.windows = std::move(taken.windows);
  for (std::string& line : taken.missing) {
    counts.missing.push_back(std::move(line));
  }
}

}  // namespace exitbench
