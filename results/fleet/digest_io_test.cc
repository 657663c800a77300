#include "results/fleet/digest_io.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/fleet.pb.h"
#include "results/file/proto_io.h"
#include "results/file/sealed.h"
#include "results/fleet/testing.h"
#include "results/model/test_results.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;

FleetDigest Small() {
  FleetMaker maker;
  maker.hosts = 3;
  maker.cases = 4;
  maker.change = [](int host, Results& r) {
    if (host == 1) r.cases[2].outcome = Outcome::kTimeout;
    if (host == 2) r.host.kernel_release = "6.2.0-test";
  };
  return maker.Digest();
}

TEST(DigestIo, ReadsWhatItWrote) {
  const FleetDigest digest = Small();
  const std::string bytes = SerializeDigest(digest, "1.0");
  EXPECT_TRUE(IsDigest(bytes));
  const absl::StatusOr<FleetDigest> again = ParseDigest(bytes);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->texts(), digest.texts());
  ASSERT_EQ(again->groups().size(), 2u);
  for (size_t g = 0; g < 2; ++g) {
    const FleetGroup& a = digest.groups()[g];
    const FleetGroup& b = again->groups()[g];
    EXPECT_EQ(a.key, b.key);
    EXPECT_EQ(a.series, b.series);
    // A lacking figure is a NaN, which is not equal to itself; so by bytes.
    EXPECT_EQ(a.rows.size(), b.rows.size());
  }
  EXPECT_EQ(SerializeDigest(*again, "1.0"), bytes);
}

TEST(DigestIo, KeepsFiguresWithinAFloat) {
  const FleetMaker maker;
  const FleetDigest digest = maker.Digest();
  const double figure = maker.Make(4).cases[3].metrics[0].runs[0].summary.iqm;
  const FleetGroup& group = digest.groups()[0];
  size_t s = 0;
  while (group.series[s].case_name != "case/003") ++s;
  EXPECT_NEAR(static_cast<double>(group.rows[4].figures[s]) / figure, 1, 6e-8);
}

TEST(DigestIo, RefusesEveryDamagedByteAndEveryCut) {
  const std::string bytes = SerializeDigest(Small(), "1.0");
  for (size_t i = 0; i < bytes.size(); i += 7) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    EXPECT_FALSE(ParseDigest(damaged).ok()) << i;
    EXPECT_FALSE(ParseDigest(bytes.substr(0, i)).ok()) << i;
  }
}

TEST(DigestIo, NeitherIsTakenForTheOther) {
  const std::string digest = SerializeDigest(Small(), "1.0");
  const std::string results = Serialize(TestResults());
  EXPECT_FALSE(IsDigest(results));
  EXPECT_FALSE(ParseDigest(results).ok());
  EXPECT_FALSE(Parse(digest).ok());
}

// Changes the message of a good digest, and returns what reading it says.
template <typename Change>
absl::Status Spoilt(Change change) {
  const std::string bytes = SerializeDigest(Small(), "1.0");
  proto::FleetDigest file;
  EXPECT_TRUE(file.ParseFromString(std::string(*Unsealed(bytes))));
  change(file);
  return ParseDigest(SealedBytes(file)).status();
}

TEST(DigestIo, RefusesWhatIsOutOfRange) {
  EXPECT_TRUE(Spoilt([](proto::FleetDigest&) {}).ok());
  const absl::Status version =
      Spoilt([](proto::FleetDigest& file) { file.set_digest_version(2); });
  EXPECT_EQ(version.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(version.message()), HasSubstr("of version 2"));
  const auto row = [](proto::FleetDigest& file) -> proto::FleetRow& {
    return *file.mutable_groups(0)->mutable_rows(0);
  };
  EXPECT_FALSE(Spoilt([&](proto::FleetDigest& file) {
                 row(file).set_facts(std::string(4, '\x7f'));
               }).ok());
  EXPECT_FALSE(Spoilt([&](proto::FleetDigest& file) {
                 row(file).set_failed(std::string(4, '\x7f'));
               }).ok());
  EXPECT_FALSE(Spoilt([&](proto::FleetDigest& file) {
                 row(file).set_figures(std::string(3, '\1'));
               }).ok());
  EXPECT_FALSE(Spoilt([&](proto::FleetDigest& file) {
                 row(file).set_figures(std::string(4000, '\1'));
               }).ok());
  EXPECT_FALSE(Spoilt([&](proto::FleetDigest& file) {
                 file.mutable_groups(0)->mutable_series(0)->set_unit(99);
               }).ok());
  EXPECT_FALSE(Spoilt([](proto::FleetDigest& file) {
                 file.mutable_groups(0)->set_tick(99);
               }).ok());
  EXPECT_FALSE(Spoilt([](proto::FleetDigest& file) {
                 file.set_kind("something else");
               }).ok());
}

}  // namespace
}  // namespace exitbench
