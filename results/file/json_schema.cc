#include "results/file/json_schema.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "proto/bounds.pb.h"
#include "results/model/model.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FileDescriptor;

constexpr char kFile[] = "proto/results.proto";
constexpr char kRoot[] = "ResultsFile";
constexpr char kWhatItIs[] =
    "What `exitbench export FILE --format=json` and `exitbench show FILE "
    "--format=json` print.";

// Returns the comments before and after `what`, as one line.
template <typename Described>
std::string CommentOf(const Described& what) {
  google::protobuf::SourceLocation location;
  if (!what.GetSourceLocation(&location)) return "";
  std::vector<std::string> lines;
  for (const std::string& comment :
       {location.leading_comments, location.trailing_comments}) {
    for (absl::string_view line : absl::StrSplit(comment, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (!line.empty()) lines.emplace_back(line);
    }
  }
  return absl::StrJoin(lines, " ");
}

class SchemaWriter {
 public:
  absl::StatusOr<std::string> Write(const FileDescriptor& file) {
    const Descriptor* root = file.FindMessageTypeByName(kRoot);
    if (root == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(kFile, " has no message ", kRoot));
    }
    json_.BeginObject();
    json_.Field("$schema", "http://json-schema.org/draft-07/schema#");
    json_.Field("title", "exitbench results");
    EB_RETURN_IF_ERROR(
        Message(*root, absl::StrCat(kWhatItIs, " ", CommentOf(*root))));
    json_.Key("definitions");
    json_.BeginObject();
    for (int i = 0; i < file.enum_type_count(); ++i) {
      json_.Key(file.enum_type(i)->name());
      Enum(*file.enum_type(i));
    }
    for (int i = 0; i < file.message_type_count(); ++i) {
      const Descriptor& message = *file.message_type(i);
      if (&message == root) continue;
      json_.Key(message.name());
      json_.BeginObject();
      EB_RETURN_IF_ERROR(Message(message, CommentOf(message)));
      json_.EndObject();
    }
    json_.EndObject();
    json_.EndObject();
    return json_.Take();
  }

 private:
  void Description(absl::string_view text) {
    if (!text.empty()) json_.Field("description", text);
  }

  void Enum(const EnumDescriptor& type) {
    std::vector<std::string> texts;
    if (const std::string text = CommentOf(type); !text.empty()) {
      texts.push_back(text);
    }
    json_.BeginObject();
    json_.Key("enum");
    json_.BeginArray();
    for (int i = 0; i < type.value_count(); ++i) {
      json_.String(type.value(i)->name());
      const std::string text = CommentOf(*type.value(i));
      if (text.empty()) continue;
      texts.push_back(absl::StrCat(type.value(i)->name(), ": ", text));
    }
    json_.EndArray();
    Description(absl::StrJoin(texts, " "));
    json_.EndObject();
  }

  // Writes the content of an object's schema.
  absl::Status Message(const Descriptor& message, absl::string_view text) {
    json_.Field("type", "object");
    Description(text);
    json_.Key("properties");
    json_.BeginObject();
    for (int i = 0; i < message.field_count(); ++i) {
      json_.Key(message.field(i)->name());
      EB_RETURN_IF_ERROR(Property(*message.field(i)));
    }
    json_.EndObject();
    json_.Key("required");
    json_.BeginArray();
    for (int i = 0; i < message.field_count(); ++i) {
      if (message.field(i)->has_optional_keyword()) continue;
      json_.String(message.field(i)->name());
    }
    json_.EndArray();
    json_.Field("additionalProperties", false);
    return absl::OkStatus();
  }

  absl::Status Property(const FieldDescriptor& field) {
    const std::string text = CommentOf(field);
    json_.BeginObject();
    if (field.is_repeated()) {
      json_.Field("type", "array");
      json_.Key("items");
      json_.BeginObject();
      EB_RETURN_IF_ERROR(Value(field));
      json_.EndObject();
      Integer("maxItems", field.options().GetExtension(proto::max_entries));
    } else if (IsReference(field) && !text.empty()) {
      // Keys next to a $ref are ignored.
      json_.Key("allOf");
      json_.BeginArray();
      json_.BeginObject();
      EB_RETURN_IF_ERROR(Value(field));
      json_.EndObject();
      json_.EndArray();
    } else {
      EB_RETURN_IF_ERROR(Value(field));
    }
    Description(text);
    json_.EndObject();
    return absl::OkStatus();
  }

  static bool IsReference(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ||
           field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  }

  void Integer(absl::string_view key, uint32_t value) {
    json_.Key(key);
    json_.Integer(value);
  }

  void Reference(absl::string_view name) {
    json_.Field("$ref", absl::StrCat("#/definitions/", name));
  }

  // Writes the content of one value's schema.
  absl::Status Value(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Reference(field.message_type()->name());
        return absl::OkStatus();
      case FieldDescriptor::CPPTYPE_ENUM:
        Reference(field.enum_type()->name());
        return absl::OkStatus();
      case FieldDescriptor::CPPTYPE_STRING:
        json_.Field("type", "string");
        if (field.options().HasExtension(proto::max_bytes)) {
          // In characters: there are no more of them than bytes.
          Integer("maxLength", field.options().GetExtension(proto::max_bytes));
        }
        return absl::OkStatus();
      case FieldDescriptor::CPPTYPE_DOUBLE:
        json_.Field("type", "number");
        return absl::OkStatus();
      case FieldDescriptor::CPPTYPE_BOOL:
        json_.Field("type", "boolean");
        return absl::OkStatus();
      case FieldDescriptor::CPPTYPE_UINT32:
        if (field.name() == "schema_version") {
          Integer("const", kSchemaVersion);
          return absl::OkStatus();
        }
        json_.Field("type", "integer");
        Integer("minimum", 0);
        Integer("maximum", std::numeric_limits<uint32_t>::max());
        return absl::OkStatus();
      default:
        return absl::InvalidArgumentError(absl::StrCat(
            field.full_name(), " is of a type that scripts can't read as a ",
            "number: see ", kFile));
    }
  }

  JsonWriter json_;
};

}  // namespace

absl::StatusOr<std::string> JsonSchema(absl::string_view descriptors) {
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromArray(descriptors.data(),
                            static_cast<int>(descriptors.size()))) {
    return absl::InvalidArgumentError("no set of descriptors");
  }
  google::protobuf::DescriptorPool pool;
  for (const google::protobuf::FileDescriptorProto& file : files.file()) {
    if (pool.BuildFile(file) == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("can't use the descriptor of ", file.name()));
    }
  }
  const FileDescriptor* file = pool.FindFileByName(kFile);
  if (file == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(kFile, " is not in it"));
  }
  return SchemaWriter().Write(*file);
}

}  // namespace exitbench
