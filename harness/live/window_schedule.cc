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

void WindowSchedule::Step(absl::Duration now) {
  if (now < next_) return;
  if (!open_ && now < period_begin_ + plan_.period) {
    failed_ = source_->Open();
    if (!failed_.ok()) {
      next_ = absl::InfiniteDuration();
      return;
    }
    open_ = true;
    next_ = now + plan_.open;
    return;
  }
  if (open_) {
    Stop();
    if (!failed_.ok()) return;
  }
  do {
    period_begin_ += plan_.period;
  } while (period_begin_ + plan_.period <= now);
  Draw();
}

void WindowSchedule::Stop() {
  next_ = absl::InfiniteDuration();
  if (!std::exchange(open_, false)) return;
  failed_ = source_->Close();
}

void WindowSchedule::Take(LiveCounts& counts) {
  ExitWindowSource::Taken taken = source_->Take();
  counts.windows = std::move(taken.windows);
  if (!failed_.ok()) counts.missing.emplace_back(failed_.message());
  for (std::string& line : taken.missing) {
    counts.missing.push_back(std::move(line));
  }
}

}  // namespace exitbench
