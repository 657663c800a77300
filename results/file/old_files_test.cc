// Files that exitbench 0.1.0 wrote stay readable, and nothing in them is lost.
// testdata/0.1.0-kvm_pvm.pb is part of such a file, with all detail. The
// atlas's files are slim.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/results.pb.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/file/sealed.h"
#include "results/model/detail.h"
#include "results/model/model.h"

namespace exitbench {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

constexpr char kFull[] = "results/file/testdata/0.1.0-kvm_pvm.pb";

std::vector<std::string> AtlasFiles() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("atlas")) {
    if (entry.path().extension() == ".pb") paths.push_back(entry.path());
  }
  return paths;
}

proto::ResultsFile Message(const std::string& bytes) {
  proto::ResultsFile message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  message.clear_checksum();
  return message;
}

// Returns what is in `path` but is lost when the file is read and written
// again. Fields that are added or computed anew are ignored.
std::string Lost(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return std::string(bytes.status().message());
  const absl::StatusOr<Results> results = Parse(*bytes);
  if (!results.ok()) return std::string(results.status().message());
  MessageDifferencer differencer;
  differencer.set_scope(MessageDifferencer::PARTIAL);
  for (const char* derived : {"all", "all_ns", "repeats"}) {
    differencer.IgnoreField(
        proto::Metric::descriptor()->FindFieldByName(derived));
  }
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(Message(*bytes), Message(Serialize(*results)))
             ? ""
             : "not the same: " + difference;
}

TEST(OldFiles, NothingIsLost) {
  EXPECT_EQ(Lost(kFull), "");
  const std::vector<std::string> atlas = AtlasFiles();
  EXPECT_GE(atlas.size(), 18u);
  for (const std::string& path : atlas) EXPECT_EQ(Lost(path), "") << path;
}

// A field unknown to the schema is lost, and reported.
TEST(OldFiles, ALossIsFound) {
  std::string body = *ReadFile(kFull);
  body.resize(body.size() - kChecksumBytes);
  const std::string path = testing::TempDir() + "/with_more.pb";
  ASSERT_TRUE(WriteFile(path, Seal(body + "\x98\x06\x01")).ok());
  EXPECT_NE(Lost(path), "");
}

TEST(OldFiles, TheAtlasIsRead) {
  size_t old_files = 0;
  for (const std::string& path : AtlasFiles()) {
    const absl::StatusOr<Results> results =
        ReadResults(path, Detail::kRunStatistics);
    ASSERT_TRUE(results.ok()) << path << ": " << results.status();
    EXPECT_EQ(results->host.tick, Tick::kInstruction) << path;
    if (results->tool_version != "0.1.0") continue;
    ++old_files;
    EXPECT_EQ(results->sessions.size(), 1u) << path;
    EXPECT_EQ(results->cases.size(), 344u) << path;
  }
  EXPECT_GE(old_files, 18u);
}

TEST(OldFiles, AllDetailIsRead) {
  const absl::StatusOr<Results> read = ReadResults(kFull);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->tool_version, "0.1.0");
  EXPECT_EQ(read->host.kvm_backend, "kvm_pvm");
  EXPECT_EQ(read->host.tsc_khz, 2596142);
  EXPECT_EQ(read->host.tick, Tick::kTsc);
  EXPECT_THAT(
      read->host.facts,
      ElementsAre(Fact{"clocksource", "tsc"}, Fact{"cpu.smt", "notsupported"},
                  Fact{"thp.enabled", "always [madvise] never"}));
  ASSERT_EQ(read->sessions.size(), 1u);
  EXPECT_EQ(read->sessions[0].seed, 115820045u);
  EXPECT_EQ(read->sessions[0].clock_calibration.clock_quantum_ticks, 26);
  EXPECT_THAT(read->sessions[0].settings, ElementsAre(Fact{"seccomp", "on"}));

  ASSERT_EQ(read->cases.size(), 3u);
  const CaseResult& out = read->cases[0];
  EXPECT_EQ(out.name, "pio/out.ring3");
  EXPECT_EQ(out.code_hash, "295fc0b04f7da49b");
  EXPECT_EQ(out.outcome, Outcome::kOk);
  EXPECT_EQ(out.verdict, Verdict::kProven);
  ASSERT_EQ(out.runs.size(), 1u);
  EXPECT_TRUE(out.runs[0].disturbed);
  EXPECT_EQ(out.runs[0].events, 1000u);
  ASSERT_EQ(out.runs[0].counters.size(), 6u);
  EXPECT_EQ(out.runs[0].counters[0].name, "exits");
  EXPECT_EQ(out.runs[0].counters[0].delta, 1005);
  const Metric& guest = out.metrics.at(0);
  EXPECT_EQ(guest.name, "guest");
  EXPECT_EQ(guest.unit, Unit::kTicks);
  EXPECT_EQ(guest.direction, Direction::kLowerIsBetter);
  EXPECT_TRUE(guest.gating);
  EXPECT_EQ(guest.runs.at(0).summary.iqm, 64950.808);
  uint64_t samples = 0;
  for (const auto& [index, count] : guest.histogram.counts()) samples += count;
  EXPECT_EQ(guest.histogram.counts().size(), 45u);
  EXPECT_EQ(samples, 1000u);

  EXPECT_EQ(read->cases[1].name, "cpu/cpuid.ring3");
  EXPECT_THAT(read->cases[1].unexpected,
              ElementsAre(Unexpected{"exits", 0, 1, 1}));
  EXPECT_EQ(read->cases[2].outcome, Outcome::kSkipped);
  EXPECT_EQ(read->cases[2].reason, "kvm_pvm can't emulate RDTSCP in ring 0");
}

}  // namespace
}  // namespace exitbench
