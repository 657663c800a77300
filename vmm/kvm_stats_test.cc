#include "vmm/kvm_stats.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vmm/fake_statistics.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Bytes() {
  return FakeStatisticsBytes(
      {{"exits", KVM_STATS_TYPE_CUMULATIVE, {7}},
       {"wait_hist", KVM_STATS_TYPE_LOG_HIST, {1, 2, 3}},
       {"pages", KVM_STATS_TYPE_INSTANT, {8}},
       {"linear_hist", KVM_STATS_TYPE_LINEAR_HIST, {4, 5}},
       {"most", KVM_STATS_TYPE_PEAK, {9}},
       {"new_type", 15, {10}}});
}

absl::StatusOr<KvmStats> Parse(const std::string& bytes) {
  return KvmStats::FromFile(FakeFile(bytes));
}

// Puts a number in the header or in the first descriptor, which is behind it.
template <typename T>
std::string With(size_t offset, T value) {
  std::string bytes = Bytes();
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
  return bytes;
}

constexpr size_t kFirstDescriptor = sizeof(kvm_stats_header) + kFakeNameBytes;
constexpr size_t kDescriptorBytes = sizeof(kvm_stats_desc) + kFakeNameBytes;

TEST(KvmStatsTest, ReadsCountersWithTheirTypes) {
  const absl::StatusOr<KvmStats> stats = Parse(Bytes());
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_THAT(stats->names(),
              ElementsAre("exits", "pages", "most", "new_type"));
  EXPECT_THAT(stats->types(),
              ElementsAre(StatisticType::kCumulative, StatisticType::kInstant,
                          StatisticType::kPeak, StatisticType::kInstant));
  EXPECT_EQ(stats->Find("most"), 2);
  EXPECT_EQ(stats->Find("wait_hist"), -1);
  const absl::StatusOr<StatsSnapshot> values = stats->Read();
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre(7, 8, 9, 10));
}

TEST(KvmStatsTest, ReadsLogarithmicHistograms) {
  const absl::StatusOr<KvmStats> stats = Parse(Bytes());
  ASSERT_TRUE(stats.ok()) << stats.status();
  ASSERT_EQ(stats->histograms().size(), 1u);
  EXPECT_EQ(stats->histograms()[0].name, "wait_hist");
  const absl::StatusOr<std::vector<StatsSnapshot>> buckets =
      stats->ReadHistograms();
  ASSERT_TRUE(buckets.ok()) << buckets.status();
  EXPECT_THAT(*buckets, ElementsAre(ElementsAre(1, 2, 3)));
}

TEST(KvmStatsTest, ReadsAFileWithoutStatistics) {
  const absl::StatusOr<KvmStats> stats = Parse(FakeStatisticsBytes({}));
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_THAT(stats->names(), IsEmpty());
  EXPECT_THAT(stats->Read().value_or(StatsSnapshot{1}), IsEmpty());
}

// Names fill their field, or have no end.
TEST(KvmStatsTest, BoundsNames) {
  const std::string name(kFakeNameBytes, 'n');
  const absl::StatusOr<KvmStats> stats =
      Parse(FakeStatisticsBytes({{name, KVM_STATS_TYPE_CUMULATIVE, {1}}}));
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_THAT(stats->names(), ElementsAre(name));
}

TEST(KvmStatsTest, RefusesHostileHeaders) {
  EXPECT_FALSE(
      Parse(With(offsetof(kvm_stats_header, num_desc), uint32_t{4097})).ok());
  EXPECT_FALSE(
      Parse(With(offsetof(kvm_stats_header, name_size), uint32_t{257})).ok());
  EXPECT_FALSE(
      Parse(With(offsetof(kvm_stats_header, desc_offset), uint32_t{1u << 31}))
          .ok());
  // Of the descriptor's size and offset.
  EXPECT_FALSE(Parse(With(kFirstDescriptor + offsetof(kvm_stats_desc, offset),
                          uint32_t{0xfffffff8}))
                   .ok());
  EXPECT_FALSE(Parse(With(kFirstDescriptor + kDescriptorBytes +
                              offsetof(kvm_stats_desc, offset),
                          uint32_t{0xfffffff8}))
                   .ok());
}

TEST(KvmStatsTest, RefusesDataBeyondTheFile) {
  const absl::StatusOr<KvmStats> no_counter = Parse(With(
      kFirstDescriptor + offsetof(kvm_stats_desc, offset), uint32_t{4096}));
  ASSERT_TRUE(no_counter.ok()) << no_counter.status();
  EXPECT_FALSE(no_counter->Read().ok());
  const absl::StatusOr<KvmStats> no_buckets = Parse(
      With(kFirstDescriptor + kDescriptorBytes + offsetof(kvm_stats_desc, size),
           uint16_t{60000}));
  ASSERT_TRUE(no_buckets.ok()) << no_buckets.status();
  EXPECT_FALSE(no_buckets->ReadHistograms().ok());
}

TEST(KvmStatsTest, RefusesTooManyBuckets) {
  std::vector<FakeStatistic> histograms(
      8, {"h", KVM_STATS_TYPE_LOG_HIST, std::vector<uint64_t>(65535)});
  std::string bytes = FakeStatisticsBytes(histograms);
  for (size_t i = 0; i < histograms.size(); ++i) {
    const uint32_t offset = 0;
    std::memcpy(bytes.data() + kFirstDescriptor + i * kDescriptorBytes +
                    offsetof(kvm_stats_desc, offset),
                &offset, sizeof(offset));
  }
  EXPECT_EQ(Parse(bytes).status().message(),
            "KVM statistics: absurd histograms");
}

TEST(KvmStatsTest, RefusesWhatIsCutOff) {
  const std::string bytes = Bytes();
  for (size_t size = 0; size < kFirstDescriptor + 6 * kDescriptorBytes;
       ++size) {
    EXPECT_FALSE(Parse(bytes.substr(0, size)).ok()) << size;
  }
}

// A file that a counter can't be read from by its place.
TEST(KvmStatsTest, RefusesAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const UniqueFd writes(ends[1]);
  EXPECT_FALSE(KvmStats::FromFile(UniqueFd(ends[0])).ok());
}

}  // namespace
}  // namespace exitbench
