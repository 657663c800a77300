// Which errata of the processor and of its timer and interrupt controller the
// kernel works round. Nothing in /proc or /sys says that. The kernel's log
// does, for those who may read it, until its first messages are overwritten.
#ifndef EXITBENCH_HARNESS_HOST_ARM64_ERRATA_H_
#define EXITBENCH_HARNESS_HOST_ARM64_ERRATA_H_

#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// Returns what `log` names, each once, joined by "; ": "ARM erratum 1418040".
// "none" if there is none. "absent" if `log` does not begin with the kernel's
// first message. `log` has the lines of /dev/kmsg
// (Documentation/ABI/testing/dev-kmsg).
std::string ErrataOf(absl::string_view log);

// Returns what can be read of `path`, which is /dev/kmsg except in tests,
// without waiting. Empty if nothing can be.
std::string ReadKernelLog(const std::string& path);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_ARM64_ERRATA_H_
