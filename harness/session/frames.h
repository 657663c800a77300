// What a session process tells its parent over a pipe: framed messages, so
// that everything complete survives the session's end, however it comes.
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
  kBegin = 2,    // A case's name: its run begins.
  kCase = 3,     // A serialized case: one run of it, in that session.
  kRound = 4,    // A round is complete; its number in decimal.
  kDone = 5,     // The session ended as it should; its seconds in decimal.
  kError = 6,    // A message: the session can't go on.
  kEnd = 7,      // The case's name: its run, and any rerun, is over.
  kAlive = 8,    // Nothing to tell yet, but it goes on.
};

struct Frame {
  FrameType type;
  std::string body;
};

// A frame larger than this is a damaged one.
inline constexpr uint32_t kMaxFrameBytes = 64u << 20;

absl::Status WriteFrame(int fd, FrameType type, absl::string_view body);

// Puts frames together out of what read() yields.
class FrameReader {
 public:
  void Add(absl::string_view bytes) {
    buffer_.append(bytes.data(), bytes.size());
  }
  // The next whole frame; nullopt: none yet. kDataLoss: damaged.
  absl::StatusOr<std::optional<Frame>> Next();

 private:
  std::string buffer_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_FRAMES_H_
