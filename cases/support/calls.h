// Calls of KVM that host loops time, and how a failed one is reported.
#ifndef EXITBENCH_CASES_SUPPORT_CALLS_H_
#define EXITBENCH_CASES_SUPPORT_CALLS_H_

#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/sys.h"
#include "vmm/arch_host.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// Most events that make a VM. To make and unmake one waits for the rest of the
// host (RCU), for milliseconds.
inline constexpr uint32_t kMostVms = 30;

// Returns the error of `call`, which returned `result` and left `error` in
// errno.
inline absl::Status Refused(absl::string_view call, int result, int error) {
  return absl::InternalError(absl::StrCat(call, " returned ", result, ", ",
                                          result < 0 ? strerror(error) : ""));
}

// Makes the ioctl `request`, which is called `name`, with `argument`.
inline int Call(int fd, const char* name, unsigned long request,  // NOLINT
                const void* argument) {
  return sys::Ioctl(fd, name, request,
                    reinterpret_cast<unsigned long>(argument));  // NOLINT
}

// Calls KVM_CREATE_VM (KVM API 4.2). Returns the new VM's file descriptor.
inline int CreateVm(Machine& machine) {
  return sys::Ioctl(machine.kvm().fd(), "KVM_CREATE_VM", KVM_CREATE_VM,
                    VmType(machine.kvm().arch()));
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_CALLS_H_
