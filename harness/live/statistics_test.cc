#include "harness/live/statistics.h"

#include <sys/resource.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "harness/live/fake_root.h"
#include "vmm/fake_statistics.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kVm[] = "/sys/kernel/debug/kvm/7-9";
const std::vector<OpenKvmFile> kNoFiles;
constexpr char kOther[] = "/sys/kernel/debug/kvm/7-10";

std::string VcpuBytes(uint64_t exits) {
  return FakeStatisticsBytes({{"exits", KVM_STATS_TYPE_CUMULATIVE, {exits}},
                              {"blocking", KVM_STATS_TYPE_INSTANT, {1}},
                              {"wait_hist", KVM_STATS_TYPE_LOG_HIST, {1, 5}}});
}

std::string VmBytes() {
  return FakeStatisticsBytes({{"flushes", KVM_STATS_TYPE_CUMULATIVE, {100}},
                              {"pages_4k", KVM_STATS_TYPE_INSTANT, {3}}});
}

// Statistics files that this process holds: it stands for the VMM.
class OwnFiles {
 public:
  OwnFiles() : process_(*OpenProcess(getpid())) {}

  int Add(KvmFile kind, int64_t vcpu, const std::string& bytes) {
    fds_.push_back(FakeFile(bytes));
    files_.push_back({fds_.back().get(), kind, vcpu});
    return fds_.back().get();
  }
  void Close() { fds_.clear(); }
  int process() const { return process_.get(); }
  std::vector<OpenKvmFile>& files() { return files_; }

 private:
  UniqueFd process_;
  std::vector<UniqueFd> fds_;
  std::vector<OpenKvmFile> files_;
};

LiveVm VmInFolders(const FakeRoot& root, std::vector<std::string> folders) {
  LiveVm vm;
  vm.pid = getpid();
  vm.vcpus = 2;
  for (const std::string& folder : folders) {
    vm.folders.push_back(root.path() + folder);
  }
  return vm;
}

StatisticValues Read(const StatisticsReader& reader) {
  absl::StatusOr<StatisticValues> values = reader.Read();
  EXPECT_TRUE(values.ok()) << values.status();
  return values.value_or(StatisticValues());
}

TEST(StatisticsTest, ReadsDebugfs) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "5\n");
  root.Write(absl::StrCat(kVm, "/pages_4k"), "6\n");
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {kVm}), -1, kNoFiles, {}, root.path());
  EXPECT_EQ(reader.source(), "debugfs");
  EXPECT_THAT(Read(reader).counters, ElementsAre(Pair("exits", 5)));
  EXPECT_THAT(
      reader.missing(),
      ElementsAre("histograms: debugfs has none, and it holds no statistics "
                  "files that could be read (QEMU 8.1 and newer do)"));
  root.Remove(kVm);
  EXPECT_TRUE(absl::IsNotFound(reader.Read().status()));
}

TEST(StatisticsTest, AddsUpFolders) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "5\n");
  root.Write(absl::StrCat(kOther, "/exits"), "60\n");
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {kVm, kOther}), -1, kNoFiles, {}, root.path());
  EXPECT_THAT(Read(reader).counters, ElementsAre(Pair("exits", 65)));
}

TEST(StatisticsTest, TakesFilesOfTheProcess) {
  FakeRoot root;
  OwnFiles own;
  own.Add(KvmFile::kVmStatistics, 0, VmBytes());
  const int fd = own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(10));
  own.Add(KvmFile::kVcpuStatistics, 1, VcpuBytes(200));
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {}), own.process(), own.files(), {}, root.path());
  EXPECT_EQ(reader.source(), "statistics files of its process (VM, 2 vCPUs)");
  EXPECT_THAT(reader.missing(), IsEmpty());
  const StatisticValues values = Read(reader);
  EXPECT_THAT(values.counters,
              UnorderedElementsAre(Pair("exits", 210), Pair("flushes", 100)));
  EXPECT_THAT(values.histograms,
              ElementsAre(Pair("wait_hist", ElementsAre(2, 10))));
  ASSERT_TRUE(Overwrite(fd, VcpuBytes(11)));
  EXPECT_THAT(Read(reader).counters,
              UnorderedElementsAre(Pair("exits", 211), Pair("flushes", 100)));
  EXPECT_TRUE(IsOneStillOpen(own.process(), reader.files()));
  own.Close();
  EXPECT_FALSE(IsOneStillOpen(own.process(), reader.files()));
}

// Another file has the same number by now.
TEST(StatisticsTest, NoticesThatAFileIsAnother) {
  FakeRoot root;
  OwnFiles own;
  const int fd = own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(10));
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {}), own.process(), own.files(), {}, root.path());
  const UniqueFd other = FakeFile(VcpuBytes(10));
  ASSERT_EQ(dup2(other.get(), fd), fd);
  EXPECT_FALSE(IsOneStillOpen(own.process(), reader.files()));
}

// That this process may open no more files says nothing of the other one.
TEST(StatisticsTest, WithoutAFileToLookByTheVmHasNotEnded) {
  FakeRoot root;
  OwnFiles own;
  own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(10));
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {}), own.process(), own.files(), {}, root.path());
  ASSERT_EQ(reader.files().vcpu_files, 1u);
  rlimit old_limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old_limit), 0);
  const rlimit none = {.rlim_cur = 0, .rlim_max = old_limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool is_open = IsOneStillOpen(own.process(), reader.files());
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old_limit), 0);
  EXPECT_TRUE(is_open);
}

TEST(StatisticsTest, CountersOfDebugfsAndHistogramsOfFiles) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "5\n");
  OwnFiles own;
  own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(999));
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {kVm}), own.process(), own.files(), {}, root.path());
  EXPECT_EQ(reader.source(), "debugfs");
  EXPECT_THAT(reader.missing(), IsEmpty());
  EXPECT_THAT(Read(reader).counters, ElementsAre(Pair("exits", 5)));
  EXPECT_THAT(Read(reader).histograms,
              ElementsAre(Pair("wait_hist", ElementsAre(1, 5))));
}

// Files do not say whose they are.
TEST(StatisticsTest, TakesNoFilesOfOneVmOfSeveral) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "5\n");
  OwnFiles own;
  own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(999));
  LiveVm vm = VmInFolders(root, {kVm});
  vm.shares_process = true;
  const StatisticsReader reader =
      StatisticsReader::Open(vm, own.process(), own.files(), {}, root.path());
  EXPECT_THAT(Read(reader).histograms, IsEmpty());
  EXPECT_THAT(reader.missing(),
              ElementsAre("histograms: debugfs has none, and files of its "
                          "process are not of this VM alone"));
}

TEST(StatisticsTest, CountsAVcpuOnce) {
  FakeRoot root;
  OwnFiles own;
  const int fd = own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(10));
  const UniqueFd again(dup(fd));
  own.files().push_back({again.get(), KvmFile::kVcpuStatistics, 0});
  own.Add(KvmFile::kVcpuStatistics, 0, VcpuBytes(10));
  const StatisticsReader one = StatisticsReader::Open(
      VmInFolders(root, {}), own.process(), own.files(), {}, root.path());
  EXPECT_EQ(one.files().vcpu_files, 1u);
  // Two VMs have a vCPU 0 each.
  own.files().push_back({100, KvmFile::kVcpu, 0});
  own.files().push_back({101, KvmFile::kVcpu, 0});
  const StatisticsReader two = StatisticsReader::Open(
      VmInFolders(root, {}), own.process(), own.files(), {}, root.path());
  EXPECT_EQ(two.files().vcpu_files, 2u);
}

TEST(StatisticsTest, SaysWhatFilesLack) {
  FakeRoot root;
  OwnFiles own;
  own.Add(KvmFile::kVcpuStatistics, 1, VcpuBytes(10));
  const StatisticsReader reader = StatisticsReader::Open(
      VmInFolders(root, {}), own.process(), own.files(), {}, root.path());
  EXPECT_EQ(reader.source(), "statistics files of its process (1 vCPUs)");
  EXPECT_THAT(
      reader.missing(),
      ElementsAre("statistics of the VM itself, as of its memory: its process "
                  "holds no file for them",
                  "statistics of 1 of 2 vCPUs: its process holds no files for "
                  "them"));
}

TEST(StatisticsTest, SaysThatThereAreNone) {
  FakeRoot root;
  LiveVm vm = VmInFolders(root, {});
  vm.no_folder = "debugfs is not mounted";
  OwnFiles own;
  own.Add(KvmFile::kVcpuStatistics, 0, "hostile");
  const StatisticsReader reader =
      StatisticsReader::Open(vm, own.process(), own.files(), {}, root.path());
  EXPECT_EQ(reader.source(), "");
  EXPECT_THAT(reader.missing(),
              ElementsAre("statistics: debugfs is not mounted; and it holds no "
                          "statistics files that could be read (QEMU 8.1 and "
                          "newer do)"));
  EXPECT_THAT(Read(reader).counters, IsEmpty());
}

TEST(StatisticsTest, SaysThatItMayNotLook) {
  FakeRoot root;
  LiveVm vm = VmInFolders(root, {});
  vm.no_folder = "debugfs is not mounted";
  const StatisticsReader reader = StatisticsReader::Open(
      vm, -1, absl::PermissionDeniedError("fd"), {}, root.path());
  EXPECT_EQ(reader.source(), "");
  ASSERT_EQ(reader.missing().size(), 1u);
  EXPECT_THAT(reader.missing()[0],
              testing::StartsWith("statistics: debugfs is not mounted; and its "
                                  "open files may not be looked at: "));
}

TEST(StatisticsTest, GrowthIsWhatWasAdded) {
  LiveCounts counts;
  SetGrowth({{{"exits", 5}, {"same", 2}, {"reset", 9}, {"gone", 1}},
             {{"hist", {1, 2}}, {"reset_hist", {1, 2}}, {"short", {1}}}},
            {{{"exits", 8}, {"same", 2}, {"reset", 3}, {"new", 7}},
             {{"hist", {1, 7}}, {"reset_hist", {0, 9}}, {"short", {1, 1}}}},
            {}, counts);
  ASSERT_EQ(counts.statistics.size(), 2u);
  EXPECT_EQ(counts.statistics[0].name, "exits");
  EXPECT_EQ(counts.statistics[0].count, 3);
  EXPECT_EQ(counts.statistics[1].name, "same");
  EXPECT_EQ(counts.statistics[1].count, 0);
  ASSERT_EQ(counts.histograms.size(), 1u);
  EXPECT_EQ(counts.histograms[0].name, "hist");
  EXPECT_THAT(counts.histograms[0].buckets, ElementsAre(0, 5));
  EXPECT_THAT(counts.missing,
              ElementsAre("what became less, as somebody reset it: reset, "
                          "reset_hist, short"));
}

// It is more than at first again, but nobody knows by how much it grew.
TEST(StatisticsTest, WhatWasResetMeanwhileHasNoGrowth) {
  const StatisticValues first = {{{"exits", 5}, {"flushes", 1}},
                                 {{"hist", {1, 2}}}};
  const StatisticValues second = {{{"exits", 2}, {"flushes", 2}},
                                  {{"hist", {0, 3}}}};
  const StatisticValues third = {{{"exits", 8}, {"flushes", 3}},
                                 {{"hist", {3, 3}}}};
  std::set<std::string> fallen;
  AddFallen(first, second, fallen);
  AddFallen(second, third, fallen);
  LiveCounts counts;
  SetGrowth(first, third, fallen, counts);
  ASSERT_EQ(counts.statistics.size(), 1u);
  EXPECT_EQ(counts.statistics[0].name, "flushes");
  EXPECT_EQ(counts.statistics[0].count, 2);
  EXPECT_THAT(counts.histograms, IsEmpty());
  EXPECT_THAT(
      counts.missing,
      ElementsAre("what became less, as somebody reset it: exits, hist"));
}

}  // namespace
}  // namespace exitbench
