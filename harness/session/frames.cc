#include "harness/session/frames.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace exitbench {
namespace {

struct FrameHeader {
  uint32_t type;
  uint32_t bytes;
};

}  // namespace

absl::Status WriteFrame(int fd, FrameType type, absl::string_view body) {
  const FrameHeader header = {static_cast<uint32_t>(type),
                              static_cast<uint32_t>(body.size())};
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof(header));
  bytes.append(body.data(), body.size());
  absl::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t n = write(fd, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::ErrnoToStatus(errno, "write to the parent");
    rest.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Frame>> FrameReader::Next() {
  FrameHeader header;
  if (buffer_.size() < sizeof(header)) return std::nullopt;
  std::memcpy(&header, buffer_.data(), sizeof(header));
  if (header.type < static_cast<uint32_t>(FrameType::kSession) ||
      header.type > static_cast<uint32_t>(FrameType::kProfile) ||
      header.bytes > kMaxFrameBytes) {
    return absl::DataLossError(absl::StrCat("a frame of type ", header.type,
                                            ", ", header.bytes, " bytes"));
  }
  if (buffer_.size() < sizeof(header) + header.bytes) return std::nullopt;
  Frame frame = {static_cast<FrameType>(header.type),
                 buffer_.substr(sizeof(header), header.bytes)};
  buffer_.erase(0, sizeof(header) + header.bytes);
  return frame;
}

}  // namespace exitbench
