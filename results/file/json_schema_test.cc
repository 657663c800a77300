#include "results/file/json_schema.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/results.pb.h"
#include "results/file/file.h"

namespace exitbench {
namespace {

using ::google::protobuf::FieldDescriptorProto;
using ::google::protobuf::FileDescriptorProto;
using ::google::protobuf::FileDescriptorSet;
using ::testing::HasSubstr;
using ::testing::Not;

// Returns the schema that is compiled in, which has no comments.
FileDescriptorSet Descriptors() {
  FileDescriptorSet files;
  const auto* results = proto::ResultsFile::descriptor()->file();
  const auto* bounds = results->dependency(0);
  bounds->dependency(0)->CopyTo(files.add_file());
  bounds->CopyTo(files.add_file());
  results->CopyTo(files.add_file());
  return files;
}

TEST(JsonSchema, TheCommittedFileIsOfThisSchema) {
  const absl::StatusOr<std::string> descriptors =
      ReadFile("proto/results.descriptors");
  ASSERT_TRUE(descriptors.ok()) << descriptors.status();
  const absl::StatusOr<std::string> committed =
      ReadFile("docs/results.schema.json");
  ASSERT_TRUE(committed.ok()) << committed.status();
  const absl::StatusOr<std::string> schema = JsonSchema(*descriptors);
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_TRUE(*schema == *committed)
      << "docs/results.schema.json is not of proto/results.proto; make it anew:"
         "\n  bazel run //results/file:make_schema > docs/results.schema.json";
}

TEST(JsonSchema, ANewFieldIsInIt) {
  FileDescriptorSet files = Descriptors();
  const std::string before = *JsonSchema(files.SerializeAsString());
  EXPECT_THAT(before, Not(HasSubstr("\"novelty\"")));
  FieldDescriptorProto& field =
      *files.mutable_file(2)->mutable_message_type(0)->add_field();
  field.set_name("novelty");
  field.set_number(7);
  field.set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  field.set_type(FieldDescriptorProto::TYPE_DOUBLE);
  const std::string after = *JsonSchema(files.SerializeAsString());
  EXPECT_THAT(after, HasSubstr("    \"novelty\": {\n"
                               "      \"type\": \"number\"\n"
                               "    }"));
  EXPECT_THAT(after, HasSubstr("\"partial\",\n"
                               "    \"checksum\",\n"
                               "    \"novelty\"\n"
                               "  ],"));
}

// protobuf's JSON writes 64-bit integers as strings.
TEST(JsonSchema, IntegersOf64BitsAreRefused) {
  FileDescriptorSet files = Descriptors();
  FieldDescriptorProto& field =
      *files.mutable_file(2)->mutable_message_type(0)->mutable_field(0);
  field.set_type(FieldDescriptorProto::TYPE_UINT64);
  EXPECT_THAT(JsonSchema(files.SerializeAsString()).status().message(),
              HasSubstr("ResultsFile.schema_version is of a type that scripts "
                        "can't read"));
}

TEST(JsonSchema, WhatIsNoDescriptorIsRefused) {
  EXPECT_EQ(JsonSchema("\x1b").status().message(), "no set of descriptors");
  EXPECT_EQ(JsonSchema("").status().message(),
            "proto/results.proto is not in it");
}

}  // namespace
}  // namespace exitbench
