#include "results/file/proto_io.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "proto/results.pb.h"
#include "results/file/convert.h"
#include "results/file/corrupt.h"
#include "results/file/sealed.h"
#include "results/file/wire_check.h"
#include "results/text/digits.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

proto::ResultsFile ToProto(const Results& results) {
  proto::ResultsFile file;
  Put(results, file);
  return file;
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

// How files of `exitbench calibrate` begin.
constexpr absl::string_view kCalibrationHeader = "# Boot-to-boot variation";

// Returns the body of `bytes`, a file or a case with its checksum.
absl::StatusOr<absl::string_view> Body(absl::string_view bytes) {
  if (absl::StartsWith(bytes, kCalibrationHeader)) {
    return Corrupt("it is a calibration file: give it as --calibration=FILE");
  }
  if (absl::StartsWith(bytes, kDigestBeginning)) {
    return Corrupt("it is a digest of a fleet: exitbench fleet reads it");
  }
  absl::StatusOr<absl::string_view> body = Unsealed(bytes);
  if (!body.ok()) return Corrupt(body.status().message());
  return body;
}

absl::Status Decode(absl::string_view body,
                    google::protobuf::Message& message) {
  const absl::Status status = DecodeBounded(body, message);
  return status.ok() ? status : Corrupt(status.message());
}

}  // namespace

std::string Serialize(const Results& results) {
  return SealedBytes(ToProto(results));
}

absl::StatusOr<Results> Parse(absl::string_view bytes, Detail detail) {
  EB_ASSIGN_OR_RETURN(const absl::string_view body, Body(bytes));
  // An arena frees the 10,000 or so messages of a file at once.
  google::protobuf::ArenaOptions options;
  options.max_block_size = 1 << 20;
  options.start_block_size =
      std::clamp<size_t>(4 * body.size(), 4096, options.max_block_size);
  google::protobuf::Arena arena(options);
  auto& file =
      *google::protobuf::Arena::CreateMessage<proto::ResultsFile>(&arena);
  EB_RETURN_IF_ERROR(Decode(body, file));
  if (file.schema_version() == 0) {
    return Corrupt("it has no version: it may be a profile");
  }
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

bool IsResultsFile(absl::string_view body) {
  return CheckWire(*proto::ResultsFile::descriptor(), body).ok();
}

std::string SerializeCase(const CaseResult& result) {
  proto::CaseResult message;
  // Fields that are computed from the host are not read back.
  Put(result, Host(), message);
  return SealedBytes(message);
}

absl::StatusOr<CaseResult> ParseCase(absl::string_view bytes) {
  EB_ASSIGN_OR_RETURN(const absl::string_view body, Body(bytes));
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
