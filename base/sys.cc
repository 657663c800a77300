#include "base/sys.h"

#include <fcntl.h>
#include <unistd.h>

namespace exitbench::sys {

FaultHook fault_hook = nullptr;

int Open(const char* path, int flags) {
  return Fails("open") ? -1 : open(path, flags | O_CLOEXEC);
}

ssize_t Read(int fd, void* to, size_t bytes) {
  return Fails("read") ? -1 : read(fd, to, bytes);
}

ssize_t Write(int fd, const void* from, size_t bytes) {
  return Fails("write") ? -1 : write(fd, from, bytes);
}

ssize_t ReadAt(int fd, void* to, size_t bytes, off_t offset) {
  return Fails("pread") ? -1 : pread(fd, to, bytes, offset);
}

void* Map(void* at, size_t bytes, int protection, int flags, int fd,
          off_t offset) {
  if (Fails("mmap")) return MAP_FAILED;
  return mmap(at, bytes, protection, flags, fd, offset);
}

int Advise(void* at, size_t bytes, int advice) {
  return Fails("madvise") ? -1 : madvise(at, bytes, advice);
}

int Resident(void* at, size_t bytes, unsigned char* pages) {
  return Fails("mincore") ? -1 : mincore(at, bytes, pages);
}

int OpenUnnamed(const char* folder) {
  if (Fails("open")) return -1;
  return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int CreateMemfd(const char* name, unsigned flags) {
  return Fails("memfd_create") ? -1 : memfd_create(name, flags | MFD_CLOEXEC);
}

int Truncate(int fd, off_t bytes) {
  return Fails("ftruncate") ? -1 : ftruncate(fd, bytes);
}

int PunchHole(int fd, off_t offset, off_t bytes) {
  if (Fails("fallocate")) return -1;
  return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
                   bytes);
}

int Protect(void* at, size_t bytes, int protection) {
  return Fails("mprotect") ? -1 : mprotect(at, bytes, protection);
}

}  // namespace exitbench::sys
