// The one place where exitbench enters the kernel for KVM, memory and files: a
// test can make any one of these calls fail. What only takes away (close,
// munmap) does not go through here.
//
// With no hook set a call costs one predictable branch more than the bare one.
#ifndef EXITBENCH_BASE_SYS_H_
#define EXITBENCH_BASE_SYS_H_

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>

namespace exitbench::sys {

// Asked before each call; a non-zero answer is the errno that the call fails
// with instead of being made. `name` is the call or the ioctl's name.
using FaultHook = int (*)(const char* name);
extern FaultHook fault_hook;

// True if the call is to fail; errno is then set.
inline bool Fails(const char* name) {
  if (__builtin_expect(fault_hook == nullptr, 1)) return false;
  const int error = fault_hook(name);
  if (error == 0) return false;
  errno = error;
  return true;
}

inline int Ioctl(int fd, const char* name, unsigned long request,
                 unsigned long argument) {
  if (Fails(name)) return -1;
  return ioctl(fd, request, argument);
}

int Open(const char* path, int flags);
ssize_t Read(int fd, void* to, size_t bytes);
ssize_t Write(int fd, const void* from, size_t bytes);
ssize_t ReadAt(int fd, void* to, size_t bytes, off_t offset);
void* Map(void* at, size_t bytes, int protection, int flags, int fd,
          off_t offset);
int Advise(void* at, size_t bytes, int advice);
int Resident(void* at, size_t bytes, unsigned char* pages);
int Protect(void* at, size_t bytes, int protection);

}  // namespace exitbench::sys

#endif  // EXITBENCH_BASE_SYS_H_
