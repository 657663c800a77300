// ioctl(2) with errors that name the call and its arguments.
#ifndef EXITBENCH_BASE_IOCTL_H_
#define EXITBENCH_BASE_IOCTL_H_

#include <cerrno>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/sys.h"

namespace exitbench {

// Returns errno as a status: "name(detail): ...". `detail` may be empty.
inline absl::Status ErrnoStatus(absl::string_view name,
                                absl::string_view detail) {
  const int error = errno;
  return absl::ErrnoToStatus(error, detail.empty()
                                        ? std::string(name)
                                        : absl::StrCat(name, "(", detail, ")"));
}

// Calls ioctl(2). Returns its answer, or errno as a status where it is
// negative. `detail` describes the arguments in the message.
template <typename Argument>
absl::StatusOr<int> CallIoctl(int fd, const char* name, unsigned long request,
                              Argument argument, absl::string_view detail) {
  const int result =
      sys::Ioctl(fd, name, request, (unsigned long)(argument));  // NOLINT
  if (result < 0) return ErrnoStatus(name, detail);
  return result;
}

// Is CallIoctl() with the request as its name:
// EB_IOCTL(fd, KVM_SET_REGS, &regs, "vCPU 0").
#define EB_IOCTL(fd, request, argument, detail) \
  ::exitbench::CallIoctl(fd, #request, request, argument, detail)

}  // namespace exitbench

#endif  // EXITBENCH_BASE_IOCTL_H_
