#include "harness/perf/tracepoint.h"

#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "harness/perf/permission.h"

namespace exitbench {
namespace {

// debugfs mounts tracefs in itself when that is looked at.
constexpr const char* kMounts[] = {"/sys/kernel/tracing",
                                   "/sys/kernel/debug/tracing"};

// Returns 0 if there is such a file, else the errno of stat(2).
int MissingBy(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<uint64_t> KvmTracepoint(absl::string_view name,
                                       const std::string& root) {
  bool has_tracefs = false;
  for (const char* mount : kMounts) {
    const std::string events = absl::StrCat(root, mount, "/events");
    const int missing_by = MissingBy(events);
    if (missing_by == EACCES || missing_by == EPERM) {
      return absl::PermissionDeniedError(
          absl::StrCat("this process may not read ", mount,
                       ": root may, or CAP_DAC_OVERRIDE"));
    }
    has_tracefs = has_tracefs || missing_by == 0;
    std::ifstream file(absl::StrCat(events, "/kvm/", name, "/id"));
    uint64_t number;
    if (file >> number) return number;
  }
  if (has_tracefs) {
    return absl::UnimplementedError(
        absl::StrCat("this kernel has no tracepoint kvm:", name));
  }
  return absl::UnimplementedError(
      "tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing");
}

absl::StatusOr<uint64_t> ExitTracepoint(const std::string& root) {
  return KvmTracepoint("kvm_exit", root);
}

absl::Status SetTracepointFilter(const PerfEvent& event,
                                 const std::string& filter) {
  if (sys::Ioctl(event.fd(), "PERF_EVENT_IOC_SET_FILTER",
                 PERF_EVENT_IOC_SET_FILTER,
                 reinterpret_cast<unsigned long>(filter.c_str())) == 0) {
    return absl::OkStatus();
  }
  if (errno == EINVAL) {
    return absl::UnimplementedError(
        absl::StrCat("the kernel refuses the filter ", filter));
  }
  return absl::ErrnoToStatus(errno, "PERF_EVENT_IOC_SET_FILTER");
}

absl::StatusOr<ExitCounter> ExitCounter::Open(const std::string& filter) {
  EB_ASSIGN_OR_RETURN(const uint64_t number, ExitTracepoint());
  perf_event_attr attributes = PerfAttributes(PERF_TYPE_TRACEPOINT, number);
  // The threads of other vCPUs are not this one's guest.
  attributes.inherit = 0;
  constexpr int kEveryCpu = -1;
  absl::StatusOr<PerfEvent> event = PerfEvent::Open(attributes, kEveryCpu);
  if (absl::IsPermissionDenied(event.status())) {
    constexpr bool kMayOpen = false, kSeesSymbols = true;
    return absl::PermissionDeniedError(
        WhatIsMissing(ReadPerfPermission(kMayOpen, kSeesSymbols)));
  }
  EB_RETURN_IF_ERROR(event.status());
  EB_RETURN_IF_ERROR(SetTracepointFilter(*event, filter));
  return ExitCounter(*std::move(event));
}

absl::StatusOr<double> ExitCounter::Take() {
  const absl::StatusOr<double> all = event_.Read();
  // It has been in no region yet. It needs no counter of the hardware's.
  if (absl::IsUnavailable(all.status())) return 0;
  EB_RETURN_IF_ERROR(all.status());
  const double since = *all - taken_;
  taken_ = *all;
  return since;
}

absl::Status CheckMayCountExits(const std::string& filter) {
  return ExitCounter::Open(filter).status();
}

}  // namespace exitbench
