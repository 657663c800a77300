// ioctl with an error that says which, with what, and why.
#ifndef EXITBENCH_BASE_IOCTL_H_
#define EXITBENCH_BASE_IOCTL_H_

#include <cerrno>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/sys.h"

namespace exitbench {

// The status for the errno of the call `name`, made with `detail`.
inline absl::Status ErrnoStatus(absl::string_view name,
                                absl::string_view detail) {
  const int error = errno;
  return absl::ErrnoToStatus(error, detail.empty()
                                        ? std::string(name)
                                        : absl::StrCat(name, "(", detail, ")"));
}

// The ioctl's answer if not negative. `detail` describes the arguments.
template <typename Argument>
absl::StatusOr<int> CallIoctl(int fd, const char* name, unsigned long request,
                              Argument argument, absl::string_view detail) {
  const int result =
      sys::Ioctl(fd, name, request, (unsigned long)(argument));  // NOLINT
  if (result < 0) return ErrnoStatus(name, detail);
  return result;
}

// EB_IOCTL(fd, KVM_SET_REGS, &regs, "vCPU 0"): absl::StatusOr<int>.
#define EB_IOCTL(fd, request, argument, detail) \
  ::exitbench::CallIoctl(fd, #request, request, argument, detail)

}  // namespace exitbench

#endif  // EXITBENCH_BASE_IOCTL_H_
