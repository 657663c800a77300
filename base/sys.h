// The system calls for KVM, memory and files. Tests can make each call fail by
// the fault hook. Calls that only release something (close, munmap) are made
// directly.
//
// Without a hook, a call costs one predictable branch more than the bare one.
// Results and errno are those of the system call.
#ifndef EXITBENCH_BASE_SYS_H_
#define EXITBENCH_BASE_SYS_H_

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>

namespace exitbench::sys {

// Is asked before each call. Returns 0 to let the call be made, or the errno
// that it fails with instead. `name` is the name of the call or of the ioctl.
using FaultHook = int (*)(const char* name);
extern FaultHook fault_hook;

// Returns whether the hook has the call fail, and sets errno if so.
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

// Opens with O_CLOEXEC added.
int Open(const char* path, int flags);
ssize_t Read(int fd, void* to, size_t bytes);
ssize_t Write(int fd, const void* from, size_t bytes);
ssize_t ReadAt(int fd, void* to, size_t bytes, off_t offset);
void* Map(void* at, size_t bytes, int protection, int flags, int fd,
          off_t offset);
// madvise(2).
int Advise(void* at, size_t bytes, int advice);
// mincore(2).
int Resident(void* at, size_t bytes, unsigned char* pages);
// open(2) of a new file without a name in `folder`, to read and write.
int OpenUnnamed(const char* folder);
// memfd_create(2), with MFD_CLOEXEC added.
int CreateMemfd(const char* name, unsigned flags);
int Truncate(int fd, off_t bytes);
// fallocate(2) that gives the pages of a range back and keeps the size.
int PunchHole(int fd, off_t offset, off_t bytes);
// mprotect(2).
int Protect(void* at, size_t bytes, int protection);

}  // namespace exitbench::sys

#endif  // EXITBENCH_BASE_SYS_H_
