#include "results/file/sealed.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>
#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/status_macros.h"
#include "results/file/wire_check.h"

namespace exitbench {
namespace {

// Tag of field 100, fixed32, as protobuf encodes it, and the value behind it.
constexpr char kChecksumTag[] = {'\xa5', '\x06'};
static_assert(kChecksumBytes == sizeof(kChecksumTag) + sizeof(uint32_t));

uint32_t Crc32(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::string Seal(std::string body) {
  const uint32_t checksum = Crc32(body);
  body.append(kChecksumTag, sizeof(kChecksumTag));
  body.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return body;
}

std::string SealedBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    EB_CHECK(message.SerializeToCodedStream(&coded));
  }
  return Seal(std::move(bytes));
}

absl::StatusOr<absl::string_view> Unsealed(absl::string_view bytes) {
  if (bytes.empty()) return absl::InvalidArgumentError("it is empty");
  if (bytes.size() < kChecksumBytes ||
      std::memcmp(bytes.data() + bytes.size() - kChecksumBytes, kChecksumTag,
                  sizeof(kChecksumTag)) != 0) {
    return absl::InvalidArgumentError("it is cut short, or not from exitbench");
  }
  uint32_t checksum;
  std::memcpy(&checksum, bytes.data() + bytes.size() - sizeof(checksum),
              sizeof(checksum));
  const absl::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (Crc32(body) != checksum) {
    return absl::InvalidArgumentError("its checksum is wrong");
  }
  return body;
}

absl::Status DecodeBounded(absl::string_view body,
                           google::protobuf::Message& message) {
  EB_RETURN_IF_ERROR(CheckWire(*message.GetDescriptor(), body));
  // Our own message is enough.
  google::protobuf::LogSilencer silencer;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return absl::InvalidArgumentError("its protobuf does not parse");
  }
  return absl::OkStatus();
}

}  // namespace exitbench
