#include "profile/file/profile_bytes.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "profile/file/profile_file.h"
#include "profile/model/test_profile.h"
#include "proto/profile.pb.h"
#include "results/file/proto_io.h"
#include "results/file/sealed.h"
#include "results/model/test_results.h"

namespace exitbench {
namespace {

std::string Refusal(const Profile& profile) {
  return std::string(
      ParseProfile(SerializeProfile(profile)).status().message());
}

TEST(ProfileBytes, RoundTrip) {
  const Profile before = TestProfile();
  const absl::StatusOr<Profile> after = ParseProfile(SerializeProfile(before));
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(*after, before);
  EXPECT_EQ(SerializeProfile(*after), SerializeProfile(before));
}

TEST(ProfileBytes, CutAtAnyLengthIsRefused) {
  const std::string whole = SerializeProfile(TestProfile());
  for (size_t length = 0; length < whole.size(); ++length) {
    ASSERT_FALSE(ParseProfile(whole.substr(0, length)).ok()) << length;
  }
}

TEST(ProfileBytes, AnyByteChangedIsRefused) {
  const std::string whole = SerializeProfile(TestProfile());
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string corrupt = whole;
    corrupt[at] = static_cast<char>(corrupt[at] ^ 0x20);
    ASSERT_FALSE(ParseProfile(corrupt).ok()) << at;
  }
}

TEST(ProfileBytes, AResultsFileIsNamedAsSuch) {
  EXPECT_EQ(ParseProfile(Serialize(TestResults())).status().message(),
            "not a usable profile file: it is a results file");
  EXPECT_FALSE(Parse(SerializeProfile(TestProfile())).ok());
  // Without a case a file has little by which to tell.
  Profile empty = TestProfile();
  empty.modules.clear();
  empty.functions.clear();
  empty.nodes.clear();
  empty.cases.clear();
  EXPECT_EQ(
      Parse(SerializeProfile(empty)).status().message(),
      "not a usable results file: it has no version: it may be a profile");
  Results results = TestResults();
  results.sessions.clear();
  results.cases.clear();
  EXPECT_EQ(ParseProfile(Serialize(results)).status().message(),
            "not a usable profile file: it is a results file");
}

TEST(ProfileBytes, ANewerFileIsRefusedByName) {
  proto::ProfileFile file;
  file.set_profile_version(2);
  file.set_tool_version("9.9");
  EXPECT_EQ(ParseProfile(SealedBytes(file)).status(),
            absl::UnimplementedError(
                "profile version 2, this exitbench reads 1: use the "
                "exitbench that wrote it (version 9.9)"));
}

TEST(ProfileBytes, IndicesOutOfRangeAreRefused) {
  Profile p = TestProfile();
  p.functions[1].module = 2;
  EXPECT_EQ(Refusal(p),
            "not a usable profile file: a function names no module");
  p = TestProfile();
  p.nodes[2].function = 2;
  EXPECT_EQ(Refusal(p), "not a usable profile file: a node names no function");
  p = TestProfile();
  p.nodes[1].children = {1};
  EXPECT_EQ(Refusal(p),
            "not a usable profile file: a node does not stand after its "
            "children");
  p = TestProfile();
  p.cases[0].legs[1].roots = {3};
  EXPECT_EQ(Refusal(p), "not a usable profile file: a leg names no node");
}

TEST(ProfileBytes, WhatIsNoCountIsRefused) {
  for (const double bad :
       {std::nan(""), std::numeric_limits<double>::infinity(), -1.0}) {
    Profile p = TestProfile();
    p.nodes[0].self = bad;
    EXPECT_EQ(Refusal(p), "not a usable profile file: self is no count");
    p = TestProfile();
    p.nodes[0].calls = bad;
    EXPECT_EQ(Refusal(p), "not a usable profile file: calls is no count");
    p = TestProfile();
    p.cases[0].figure = bad;
    EXPECT_EQ(Refusal(p), "not a usable profile file: figure is no count");
    p = TestProfile();
    p.cases[0].uncounted = bad;
    EXPECT_EQ(Refusal(p), "not a usable profile file: uncounted is no count");
  }
}

TEST(ProfileBytes, UnknownEnumValuesAreRefused) {
  Profile p = TestProfile();
  p.host.source = static_cast<ProfileSource>(4);
  EXPECT_EQ(Refusal(p), "not a usable profile file: source 4 is unknown");
  p = TestProfile();
  p.host.source = ProfileSource::kUnspecified;
  EXPECT_EQ(Refusal(p),
            "not a usable profile file: it does not say what it was made from");
  p = TestProfile();
  p.nodes[1].kinds[0].first = static_cast<InstructionKind>(28);
  EXPECT_EQ(Refusal(p), "not a usable profile file: kind 28 is unknown");
  p = TestProfile();
  p.cases[0].legs[0].leg = static_cast<Leg>(5);
  EXPECT_EQ(Refusal(p), "not a usable profile file: leg 5 is unknown");
  p = TestProfile();
  p.cases[1].refused_for = static_cast<RefusedFor>(6);
  EXPECT_EQ(Refusal(p), "not a usable profile file: refused_for 6 is unknown");
}

TEST(ProfileBytes, TwoCasesOfOneNameAreRefused) {
  Profile p = TestProfile();
  p.cases[1].name = "pio/out";
  EXPECT_EQ(Refusal(p),
            "not a usable profile file: two cases of the name pio/out");
}

// A chain as long as `nodes`, each of which calls the one before it `times`.
Profile Chain(uint32_t nodes, size_t times) {
  Profile p = TestProfile();
  p.nodes.clear();
  for (uint32_t i = 0; i < nodes; ++i) {
    p.nodes.push_back({.function = 0, .self = 1, .calls = 1});
    if (i > 0) p.nodes.back().children.assign(times, i - 1);
  }
  p.cases[0].legs = {{Leg::kWhole, {nodes - 1}}};
  return p;
}

TEST(ProfileBytes, DepthIsBounded) {
  EXPECT_EQ(Refusal(Chain(512, 1)), "");
  EXPECT_EQ(Refusal(Chain(513, 1)),
            "not a usable profile file: a path of more than 512 functions");
}

// 200 nodes of two children each stand for 2^200.
TEST(ProfileBytes, ExpandedSizeIsBounded) {
  EXPECT_EQ(Refusal(Chain(19, 2)), "");
  EXPECT_EQ(Refusal(Chain(20, 2)),
            "not a usable profile file: its call trees are too large");
  EXPECT_EQ(Refusal(Chain(200, 2)),
            "not a usable profile file: its call trees are too large");
}

TEST(ProfileFile, WritesAndReads) {
  const std::string path = std::string(getenv("TEST_TMPDIR")) + "/a.profile.pb";
  ASSERT_TRUE(WriteProfile(path, TestProfile()).ok());
  const absl::StatusOr<Profile> read = ReadProfile(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, TestProfile());
}

TEST(ProfileFile, AGoodFileIsNotReplacedByABadOne) {
  const std::string path = std::string(getenv("TEST_TMPDIR")) + "/b.profile.pb";
  ASSERT_TRUE(WriteProfile(path, TestProfile()).ok());
  EXPECT_EQ(WriteProfile(path, Chain(513, 1)).message(),
            "won't write " + path +
                ", it would not open again (not a usable profile file: a path "
                "of more than 512 functions)");
  EXPECT_TRUE(ReadProfile(path).ok());
}

TEST(ProfileFile, ErrorsNameTheFile) {
  EXPECT_EQ(ReadProfile("/no/such.pb").status().message(),
            "can't open /no/such.pb: No such file or directory");
}

}  // namespace
}  // namespace exitbench
