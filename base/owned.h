// Owners of one file descriptor and of one mapping of memory.
#ifndef EXITBENCH_BASE_OWNED_H_
#define EXITBENCH_BASE_OWNED_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace exitbench {

// Owns a file descriptor and closes it. Move-only. -1 is none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~UniqueFd() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Owns a mapping and unmaps it. Move-only. Null is none.
class Mapping {
 public:
  Mapping() = default;
  Mapping(void* begin, size_t bytes)
      : begin_(static_cast<uint8_t*>(begin)), bytes_(bytes) {}
  Mapping(Mapping&& other) noexcept
      : begin_(std::exchange(other.begin_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(begin_, other.begin_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Mapping() {
    if (begin_ != nullptr) munmap(begin_, bytes_);
  }

  uint8_t* begin() const { return begin_; }
  size_t bytes() const { return bytes_; }

 private:
  uint8_t* begin_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_BASE_OWNED_H_
