// A guest's clock that runs at another frequency than the host's.
#ifndef EXITBENCH_VMM_GUEST_CLOCK_H_
#define EXITBENCH_VMM_GUEST_CLOCK_H_

#include <cmath>
#include <cstdint>

namespace exitbench {

// KVM leaves a clock alone that is to run at the host's frequency or this close
// to it: the default of its parameter tsc_tolerance_ppm.
inline constexpr double kClockTolerance = 250e-6;

// Returns how many ticks of the host's clock one of a guest's takes that was
// asked to run at `khz`. 1 where KVM leaves it alone.
inline double HostTicksPerGuestTick(int64_t host_khz, uint32_t khz) {
  const double host = static_cast<double>(host_khz);
  if (std::abs(khz - host) <= kClockTolerance * host) return 1;
  return host / khz;
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_GUEST_CLOCK_H_
