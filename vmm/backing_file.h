// The temporary file behind guest memory that is a file's. It has no name, so
// nothing of it is left however the process ends.
//
// There is one for the process, since sessions open files for reading only once
// their filter of system calls is on. Machines take ranges of it.
#ifndef EXITBENCH_VMM_BACKING_FILE_H_
#define EXITBENCH_VMM_BACKING_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exitbench {

// Opens the file in `folder`, which is on any file system. An error names the
// folder.
absl::Status OpenBackingFile(const std::string& folder);

// Returns the name of the file system that `folder` is on: "ext4". One that is
// not known here is its magic number.
absl::StatusOr<std::string> FileSystemOf(const std::string& folder);

// Owns a range of the file. Move-only. An empty one owns none. Once there are
// no ranges, the file has no pages.
class FileRange {
 public:
  // Returns a range of zeros. kUnavailable, with the figures, where the file
  // system has too little room for it. kUnimplemented where no file was opened.
  // Not to be called by two threads at once.
  static absl::StatusOr<FileRange> Take(size_t bytes);

  FileRange() = default;
  FileRange(FileRange&& other) noexcept { *this = std::move(other); }
  FileRange& operator=(FileRange&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(offset_, other.offset_);
    return *this;
  }
  ~FileRange();

  int fd() const { return fd_; }
  off_t offset() const { return offset_; }

 private:
  int fd_ = -1;
  off_t offset_ = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_BACKING_FILE_H_
