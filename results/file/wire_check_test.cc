#include "results/file/wire_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/bounds.pb.h"
#include "proto/results.pb.h"
#include "results/file/proto_io.h"
#include "results/file/sealed.h"
#include "results/model/testing.h"
#include "results/stats/histogram.h"

namespace exitbench {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FileDescriptor;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kMostFileBytes = 256u << 20;
constexpr long kMiBInKiB = 1024;
constexpr size_t kMaxSessions = 10000;
constexpr size_t kMaxCases = 10000;

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

// Returns field `number`, length-delimited.
std::string Field(uint32_t number, const std::string& value) {
  return absl::StrCat(Varint(number << 3 | 2), Varint(value.size()), value);
}

// Returns `unit` as often as fits into `bytes`.
std::string Filled(const std::string& unit, size_t bytes) {
  std::string all;
  all.reserve(bytes);
  while (all.size() + unit.size() <= bytes) all += unit;
  return all;
}

std::string Times(size_t times, const std::string& unit) {
  return Filled(unit, times * unit.size());
}

std::string Plain() {
  proto::ResultsFile file;
  file.set_schema_version(1);
  return file.SerializeAsString();
}

// Parses `body` in a child process. Returns the status as text, and the most
// KiB by which resident memory grew.
struct Outcome {
  std::string text;
  long grew_kib = 0;
};

Outcome ParseInChild(const std::string& body) {
  const std::string sealed = Seal(body);
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    const absl::Status status = Parse(sealed).status();
    getrusage(RUSAGE_SELF, &after);
    const std::string text = absl::StrCat(after.ru_maxrss - before.ru_maxrss,
                                          " ", status.ToString());
    _exit(write(ends[1], text.data(), text.size()) ==
                  static_cast<ssize_t>(text.size())
              ? 0
              : 1);
  }
  close(ends[1]);
  char text[1024] = {};
  EXPECT_GT(read(ends[0], text, sizeof(text) - 1), 0);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  Outcome outcome;
  int used = 0;
  EXPECT_EQ(std::sscanf(text, "%ld %n", &outcome.grew_kib, &used), 1);
  outcome.text = text + used;
  return outcome;
}

absl::Status CheckFile(absl::string_view body) {
  return CheckWire(*proto::ResultsFile::descriptor(), body);
}

// Field numbers of the schema.
constexpr uint32_t kHost = 3, kSession = 4, kCase = 5;
constexpr uint32_t kSessionFact = 9;
constexpr uint32_t kRun = 10, kMetric = 11, kLinearity = 12;
constexpr uint32_t kMetricRun = 5, kHistogram = 8;
constexpr uint32_t kCounter = 7, kUnknown = 99;

TEST(WireCheck, WhatWeWritePasses) {
  Results results = MakeResults("6.1.0", "boot");
  AddCase("pio/out", {1, 2, 3}, results);
  const std::string bytes = Serialize(results);
  EXPECT_TRUE(
      CheckFile(absl::string_view(bytes).substr(0, bytes.size() - 6)).ok());
}

// Files of the greatest size with only two-byte fields are refused, for next to
// no memory.
TEST(WireCheck, EmptyMessagesAreRefusedBeforeTheyAreAllocated) {
  const std::string empty_fact = Field(kSessionFact, "");
  const auto expect_refused = [](const std::string& bomb) {
    const Outcome outcome = ParseInChild(Plain() + bomb);
    EXPECT_THAT(outcome.text, HasSubstr("not a usable results file: "));
    EXPECT_THAT(outcome.text,
                AnyOf(HasSubstr("more than"), HasSubstr("MiB of memory")));
    EXPECT_LE(outcome.grew_kib, 64 * kMiBInKiB) << outcome.text;
  };
  expect_refused(
      Filled(Field(kCase, Times(900000, Field(kRun, ""))), kMostFileBytes));
  constexpr size_t kBytes = 32 << 20;
  expect_refused(Filled(Field(kCase, ""), kBytes));
  expect_refused(Filled(Field(kSession, ""), kBytes));
  expect_refused(Field(kCase, Filled(Field(kRun, ""), kBytes)));
  expect_refused(
      Filled(Field(kCase, Field(kMetric, Times(900000, Field(kMetricRun, "")))),
             kBytes));
  expect_refused(Filled(Field(kSession, Times(4096, empty_fact)), kBytes));
  expect_refused(
      Filled(Field(kCase, Times(900000, Field(kLinearity, ""))), kBytes));
  expect_refused(Field(
      kCase,
      Field(kMetric, Field(kHistogram, Field(1, std::string(kBytes, '\0'))))));
  expect_refused(Filled(std::string("\x98\x06\x00", 3), kBytes));
  expect_refused(Filled(Field(kUnknown, ""), kBytes));
}

// The largest files that are accepted, for each kind of list.
TEST(WireCheck, WhatPassesStaysWithinItsMemory) {
  const std::string sealed = Serialize(MakeResults("6.1.0", "boot", 1));
  const std::string base = sealed.substr(0, sealed.size() - kChecksumBytes);
  const std::string name = Field(1, "guest");
  std::string indices;
  for (uint32_t i = 0; i < Histogram::kBuckets; ++i) indices += Varint(i);
  const std::string histogram =
      Field(1, indices) + Field(2, std::string(Histogram::kBuckets, '\1'));
  for (const std::string& unit : {
           Times(50000, Field(kRun, "")),
           Field(kRun, "") +
               Field(kMetric, name + Times(50000, Field(kMetricRun, ""))),
           Field(kRun, "") +
               Field(kMetric,
                     name + Times(20000, Field(kMetricRun, Field(2, "")))),
           Times(50000, Field(kLinearity, "")),
           Field(kMetric, name + Field(kHistogram, histogram)),
           Field(6, std::string(60000, 'x')),
           Times(500, Field(kRun, Times(1000, Field(kCounter, "")))),
       }) {
    const auto body = [&](size_t cases) {
      std::string bytes = base;
      for (size_t i = 0; i < cases; ++i) {
        bytes += Field(kCase, Field(1, absl::StrCat("case/", i)) + unit);
      }
      return bytes;
    };
    // As many cases as pass.
    size_t pass = 1, fail = kMaxCases + 1;
    while (pass + 1 < fail) {
      const size_t middle = (pass + fail) / 2;
      const bool passes = middle * unit.size() <= kMostFileBytes &&
                          CheckFile(body(middle)).ok();
      (passes ? pass : fail) = middle;
    }
    const Outcome outcome = ParseInChild(body(pass));
    EXPECT_EQ(outcome.text, "OK");
    EXPECT_LE(outcome.grew_kib, long{kMaxDecodedBytes >> 10})
        << pass << " cases of " << unit.size() << " bytes";
    // Shows that the growth was measured at all.
    EXPECT_GE(outcome.grew_kib, 32 * kMiBInKiB)
        << pass << " cases of " << unit.size() << " bytes";
  }
}

TEST(WireCheck, ListsHaveAnEnd) {
  EXPECT_TRUE(CheckFile(Times(kMaxSessions, Field(kSession, ""))).ok());
  EXPECT_THAT(CheckFile(Times(kMaxSessions + 1, Field(kSession, ""))).message(),
              HasSubstr("more than 10000 of ResultsFile.sessions"));
  EXPECT_THAT(CheckFile(Field(kCase, Times(65, Field(kMetric, "")))).message(),
              HasSubstr("more than 64 of CaseResult.metrics"));
  // Packed, and one by one.
  const std::string packed = Field(1, std::string(4737, '\0'));
  const std::string single = Times(4737, std::string("\x08\x00", 2));
  for (const std::string& histogram : {packed, single}) {
    EXPECT_THAT(
        CheckFile(Field(kCase, Field(kMetric, Field(kHistogram, histogram))))
            .message(),
        HasSubstr("more than 4736 of Histogram.bucket_index"));
  }
}

// Of the messages of `file`, without nested ones.
std::vector<std::string> ListsWithoutBound(const FileDescriptor& file) {
  std::vector<std::string> lists;
  for (int i = 0; i < file.message_type_count(); ++i) {
    const Descriptor& message = *file.message_type(i);
    for (int j = 0; j < message.field_count(); ++j) {
      const FieldDescriptor& field = *message.field(j);
      if (field.is_repeated() &&
          field.options().GetExtension(proto::max_entries) == 0) {
        lists.push_back(absl::StrCat(message.name(), ".", field.name()));
      }
    }
  }
  return lists;
}

TEST(WireCheck, EachListOfTheSchemaHasABound) {
  EXPECT_THAT(ListsWithoutBound(*proto::ResultsFile::descriptor()->file()),
              IsEmpty());
  // A schema without bounds, to show that the check can fail.
  EXPECT_THAT(ListsWithoutBound(
                  *google::protobuf::FileDescriptorSet::descriptor()->file()),
              Contains("FileDescriptorSet.file"));
}

TEST(WireCheck, AHistogramMayHaveAllBuckets) {
  for (const char* list : {"bucket_index", "bucket_count"}) {
    EXPECT_EQ(proto::Histogram::descriptor()
                  ->FindFieldByName(list)
                  ->options()
                  .GetExtension(proto::max_entries),
              Histogram::kBuckets);
  }
}

TEST(WireCheck, TextsHaveAnEnd) {
  const auto name = [](size_t bytes) {
    return CheckFile(Field(kCase, Field(1, std::string(bytes, 'x'))));
  };
  EXPECT_TRUE(name(256).ok());
  EXPECT_THAT(name(257).message(),
              HasSubstr("CaseResult.name is 257 bytes long"));
  const auto reason = [](size_t bytes) {
    return CheckFile(Field(kCase, Field(6, std::string(bytes, 'x'))));
  };
  EXPECT_TRUE(reason(65536).ok());
  EXPECT_THAT(reason(65537).message(),
              HasSubstr("CaseResult.reason is 65537 bytes long"));
}

TEST(WireCheck, OneOfAKindComesOnce) {
  const std::string host = Field(kHost, "");
  EXPECT_TRUE(CheckFile(host).ok());
  EXPECT_THAT(CheckFile(host + host).message(),
              HasSubstr("more than 1 of ResultsFile.host"));
}

TEST(WireCheck, FieldsOfLaterVersionsPass) {
  EXPECT_TRUE(CheckFile(Plain() + Field(kUnknown, "new")).ok());
}

TEST(WireCheck, WhatIsNoProtobufIsRefused) {
  for (const std::string& bytes : {
           std::string("\x00", 1),          // Field number 0.
           std::string("\x08", 1),          // No value.
           std::string("\x1a\x7f", 2),      // Longer than the file.
           std::string("\x1b\x1c", 2),      // A group.
           std::string("\x1c", 1),          // A group's end.
           std::string("\x0d\x00\x00", 3),  // Half a number.
           std::string("\x88\x80\x80\x80\x80\x00\x00", 7),  // A tag of 6 bytes.
           std::string("\x88\x80\x80\x80\x70\x00", 6),      // Above 32 bits.
           std::string(11, '\xff'),
       }) {
    EXPECT_THAT(CheckFile(bytes).message(), HasSubstr("does not parse"));
  }
}

}  // namespace
}  // namespace exitbench
