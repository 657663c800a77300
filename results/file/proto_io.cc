#include "results/file/proto_io.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "proto/results.pb.h"
#include "results/file/convert.h"
#include "results/file/corrupt.h"
#include "results/file/wire_check.h"
#include "results/text/digits.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

// Tag of field 100, fixed32, as protobuf encodes it, and the value behind it.
constexpr char kChecksumTag[] = {'\xa5', '\x06'};
static_assert(kChecksumBytes == sizeof(kChecksumTag) + sizeof(uint32_t));

proto::ResultsFile ToProto(const Results& results) {
  proto::ResultsFile file;
  Put(results, file);
  return file;
}

uint32_t Crc32(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Rounds all numbers of `message` to the digits that JSON has.
void Round(google::protobuf::Message& message) {
  using Field = google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const Field*> fields;
  reflection.ListFields(message, &fields);
  for (const Field* field : fields) {
    const bool is_list = field->is_repeated();
    const int size = is_list ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
        Round(is_list ? *reflection.MutableRepeatedMessage(&message, field, i)
                      : *reflection.MutableMessage(&message, field));
      } else if (field->cpp_type() == Field::CPPTYPE_DOUBLE && !is_list) {
        reflection.SetDouble(&message, field,
                             ToDigits(reflection.GetDouble(message, field)));
      }
    }
  }
}

// Returns the bytes of `message` with a checksum. They are deterministic.
template <typename Message>
std::string SealedBytes(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    EB_CHECK(message.SerializeToCodedStream(&coded));
  }
  return Seal(std::move(bytes));
}

// How files of `exitbench calibrate` begin.
constexpr absl::string_view kCalibrationHeader = "# Boot-to-boot variation";

// Checks the checksum of `bytes` and removes it.
absl::StatusOr<absl::string_view> Unsealed(absl::string_view bytes) {
  if (bytes.empty()) return Corrupt("it is empty");
  if (absl::StartsWith(bytes, kCalibrationHeader)) {
    return Corrupt("it is a calibration file: give it as --calibration=FILE");
  }
  if (bytes.size() < kChecksumBytes ||
      std::memcmp(bytes.data() + bytes.size() - kChecksumBytes, kChecksumTag,
                  sizeof(kChecksumTag)) != 0) {
    return Corrupt("it is cut short, or not from exitbench");
  }
  uint32_t checksum;
  std::memcpy(&checksum, bytes.data() + bytes.size() - sizeof(checksum),
              sizeof(checksum));
  const absl::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (Crc32(body) != checksum) return Corrupt("its checksum is wrong");
  return body;
}

// Decodes `body` within the bounds of the schema.
template <typename Message>
absl::Status Decode(absl::string_view body, Message& message) {
  EB_RETURN_IF_ERROR(CheckWire(*Message::descriptor(), body));
  // Our own message is enough.
  google::protobuf::LogSilencer silencer;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Corrupt("its protobuf does not parse");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Serialize(const Results& results) {
  return SealedBytes(ToProto(results));
}

std::string Seal(std::string body) {
  const uint32_t checksum = Crc32(body);
  body.append(kChecksumTag, sizeof(kChecksumTag));
  body.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return body;
}

absl::StatusOr<Results> Parse(absl::string_view bytes, Detail detail) {
  EB_ASSIGN_OR_RETURN(const absl::string_view body, Unsealed(bytes));
  // An arena frees the 10,000 or so messages of a file at once.
  google::protobuf::ArenaOptions options;
  options.max_block_size = 1 << 20;
  options.start_block_size =
      std::clamp<size_t>(4 * body.size(), 4096, options.max_block_size);
  google::protobuf::Arena arena(options);
  auto& file =
      *google::protobuf::Arena::CreateMessage<proto::ResultsFile>(&arena);
  EB_RETURN_IF_ERROR(Decode(body, file));
  if (file.schema_version() != kSchemaVersion) {
    return absl::UnimplementedError(absl::StrCat(
        "schema version ", file.schema_version(), ", this exitbench reads ",
        kSchemaVersion, ": use the exitbench that wrote it (version ",
        file.tool_version().substr(0, 64), ")"));
  }
  Results results;
  EB_RETURN_IF_ERROR(Take(file, detail, results));
  return results;
}

std::string SerializeCase(const CaseResult& result) {
  proto::CaseResult message;
  // Fields that are computed from the host are not read back.
  Put(result, Host(), message);
  return SealedBytes(message);
}

absl::StatusOr<CaseResult> ParseCase(absl::string_view bytes) {
  EB_ASSIGN_OR_RETURN(const absl::string_view body, Unsealed(bytes));
  proto::CaseResult message;
  EB_RETURN_IF_ERROR(Decode(body, message));
  CaseResult result;
  EB_RETURN_IF_ERROR(Take(message, /*sessions=*/1, Detail::kAll, result));
  return result;
}

std::string ToJson(const Results& results) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  proto::ResultsFile file = ToProto(results);
  for (proto::CaseResult& c : *file.mutable_cases()) {
    for (proto::Metric& metric : *c.mutable_metrics()) {
      if (metric.runs_size() > 0) {
        metric.set_median_of_runs(metric.all().iqm());
      }
    }
  }
  Round(file);
  std::string json;
  EB_CHECK(
      google::protobuf::util::MessageToJsonString(file, &json, options).ok());
  return AsciiJson(json);
}

std::string ToTextproto(const Results& results) {
  std::string text;
  EB_CHECK(
      google::protobuf::TextFormat::PrintToString(ToProto(results), &text));
  return text;
}

}  // namespace exitbench
