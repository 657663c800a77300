#include "harness/settings/run_settings.h"

#include <algorithm>

namespace exitbench {

EventCounts RunSettings::EventsOf(const Case& row) const {
  const uint32_t most = row.size.max_events > 0
                            ? std::min(row.size.max_events, config.exits)
                            : config.exits;
  return {most, UsualWarmupEvents(most, warmup_events)};
}

}  // namespace exitbench
