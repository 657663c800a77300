// A payload as it was assembled: flat binaries within this program's image.
#ifndef EXITBENCH_GUEST_BLOBS_BLOB_H_
#define EXITBENCH_GUEST_BLOBS_BLOB_H_

#include <cstddef>
#include <cstdint>

#include "guest_blobs/abi.h"

namespace exitbench {

// Points to one flat binary, which lives as long as the process.
struct BlobImage {
  const uint8_t* begin = nullptr;
  const uint8_t* end = nullptr;

  size_t bytes() const { return static_cast<size_t>(end - begin); }
};

// How the payload reads the TSC: the EB_STAMP_ values of abi.h.
enum class StampKind {
  kFenced = EB_STAMP_FENCED,
  kLfence = EB_STAMP_LFENCE,
  kPlain = EB_STAMP_PLAIN,
};
inline constexpr int kStampKinds = 3;

// A payload in all its builds. For each kind of stamp there is the loop with
// the event, and its control, which is the same source without the event. One
// more has plain stamps, and leaves EB_EVENT_MARK behind the event's
// instruction.
struct GuestBlob {
  const char* name = nullptr;  // Of the .S file.
  BlobImage event[kStampKinds];
  BlobImage control[kStampKinds];
  BlobImage marked;
};

}  // namespace exitbench

#endif  // EXITBENCH_GUEST_BLOBS_BLOB_H_
