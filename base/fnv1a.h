// FNV-1a, 64 bits (draft-eastlake-fnv). Tells texts and code apart, with the
// same value on every host. Not for data that somebody may want to collide.
#ifndef EXITBENCH_BASE_FNV1A_H_
#define EXITBENCH_BASE_FNV1A_H_

#include <cstddef>
#include <cstdint>

namespace exitbench {

class Fnv1a {
 public:
  void Add(const void* data, size_t bytes) {
    const auto* at = static_cast<const uint8_t*>(data);
    for (size_t i = 0; i < bytes; ++i) {
      value_ = (value_ ^ at[i]) * 0x100000001b3;
    }
  }
  // Adds the eight bytes of `number`, the lowest first.
  void Add(uint64_t number) { Add(&number, sizeof(number)); }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace exitbench

#endif  // EXITBENCH_BASE_FNV1A_H_
