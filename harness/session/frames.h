// The messages of a session process to its parent, over a pipe. However the
// session ends, the parent has every message that is complete.
#ifndef EXITBENCH_HARNESS_SESSION_FRAMES_H_
#define EXITBENCH_HARNESS_SESSION_FRAMES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

enum class FrameType : uint32_t {
  kSession = 1,  // Serialized results: host and this session, no cases.
  kBegin = 2,    // The name of a case whose run begins.
  kCase = 3,     // A serialized case with one run.
  kRound = 4,    // A round is complete. The session's pace, if it has one.
  kDone = 5,     // The session is over. Its seconds in decimal.
  kError = 6,    // Why the session can't go on.
  kEnd = 7,      // The name of a case whose run, with reruns, is over.
  kAlive = 8,    // Empty: the session goes on.
  kProfile = 9,  // A serialized profile of one case.
};

struct Frame {
  FrameType type;
  std::string body;
};

// A larger frame is corrupt.
inline constexpr uint32_t kMaxFrameBytes = 64u << 20;

// Writes a frame to the pipe `fd`. Returns the error of write(2).
absl::Status WriteFrame(int fd, FrameType type, absl::string_view body);

// Puts frames together from what was read.
class FrameReader {
 public:
  // Adds bytes that were read from the pipe.
  void Add(absl::string_view bytes) {
    buffer_.append(bytes.data(), bytes.size());
  }
  // Returns the next frame. Absent if it is not complete yet. kDataLoss: it is
  // corrupt.
  absl::StatusOr<std::optional<Frame>> Next();

 private:
  std::string buffer_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_FRAMES_H_
