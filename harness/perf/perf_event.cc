#include "harness/perf/perf_event.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/sys.h"

namespace exitbench {
namespace {

// Returns the status of an errno of perf_event_open(2). Its man page lists
// them. EINVAL comes from kernels and PMUs that can't do what is asked.
absl::Status OpenError(int error) {
  if (error == EACCES || error == EPERM) {
    return absl::PermissionDeniedError("perf_event_open");
  }
  if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV ||
      error == ENOSYS || error == EINVAL) {
    return absl::UnimplementedError("this host has no such event");
  }
  return absl::ErrnoToStatus(error, "perf_event_open");
}

}  // namespace

absl::StatusOr<PerfEvent> PerfEvent::Open(perf_event_attr attributes,
                                          const PerfPlace& place) {
  if (sys::Fails("perf_event_open")) return OpenError(errno);
  const long fd =
      syscall(SYS_perf_event_open, &attributes,  // NOLINT
              place.thread, place.cpu, place.leader, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return OpenError(errno);
  return PerfEvent(UniqueFd(static_cast<int>(fd)));
}

void PerfEvent::Enable() const { ioctl(fd(), PERF_EVENT_IOC_ENABLE, 0); }
void PerfEvent::Disable() const { ioctl(fd(), PERF_EVENT_IOC_DISABLE, 0); }

absl::StatusOr<double> PerfEvent::Read() const {
  struct {
    uint64_t count, enabled_ns, running_ns;
  } value;
  if (sys::Read(fd(), &value, sizeof(value)) != sizeof(value)) {
    return absl::ErrnoToStatus(errno, "read of an event");
  }
  if (value.running_ns == 0) {
    return absl::UnavailableError("the event never had a counter");
  }
  return static_cast<double>(value.count) *
         static_cast<double>(value.enabled_ns) /
         static_cast<double>(value.running_ns);
}

perf_event_attr PerfAttributes(uint32_t type, uint64_t config) {
  perf_event_attr attributes = {};
  attributes.size = sizeof(attributes);
  attributes.type = type;
  attributes.config = config;
  attributes.disabled = 1;
  attributes.inherit = 1;
  attributes.read_format =
      PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return attributes;
}

}  // namespace exitbench
