#include "harness/live/watch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "harness/live/fake_root.h"
#include "harness/live/find_vms.h"

namespace exitbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string Folder(int fd) {
  return absl::StrCat("/sys/kernel/debug/kvm/", getpid(), "-", fd);
}

// A VM whose process is this one, with counters that a test sets.
class FakeVm {
 public:
  explicit FakeVm(const FakeRoot& root, int fd = 9) : root_(root), fd_(fd) {
    root.AddProcess(getpid(), "vmm");
    root.AddFile(getpid(), fd, "kvm-vm");
    Set(100, 1000);
    root.Write(absl::StrCat(Folder(fd), "/vcpu0/pid"),
               absl::StrCat(getpid(), "\n"));
  }

  void Set(int exits, int cpu_ns) const {
    root_.Write(absl::StrCat(Folder(fd_), "/exits"), absl::StrCat(exits, "\n"));
    const std::string thread =
        absl::StrCat("/proc/", getpid(), "/task/", getpid());
    std::string stat = absl::StrCat(getpid(), " (vmm) R");
    for (int field = 4; field <= 52; ++field) absl::StrAppend(&stat, " 0");
    root_.Write(thread + "/stat", stat + "\n");
    root_.Write(thread + "/schedstat", absl::StrCat(cpu_ns, " 0 1\n"));
  }
  void End() const { root_.Remove(Folder(fd_)); }

  LiveVm Found() const {
    absl::StatusOr<FoundVms> found = FindVmsOf(getpid(), root_.path());
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? found->vms.at(0) : LiveVm();
  }

 private:
  const FakeRoot& root_;
  int fd_;
};

// Does something while it is watched.
class Meanwhile {
 public:
  Meanwhile(absl::Duration wait, std::function<void()> what)
      : thread_([wait, what] {
          absl::SleepFor(wait);
          what();
        }) {}
  ~Meanwhile() { thread_.join(); }

 private:
  std::thread thread_;
};

WatchOptions Options(const FakeRoot& root, absl::Duration time) {
  WatchOptions options;
  options.time = time;
  options.root = root.path();
  return options;
}

double Exits(const LiveCounts& counts) {
  for (const StatisticCount& statistic : counts.statistics) {
    if (statistic.name == "exits") return statistic.count;
  }
  ADD_FAILURE() << "no exits";
  return 0;
}

TEST(WatchTest, CountsWhatWasAdded) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  absl::StatusOr<LiveCounts> counts;
  {
    Meanwhile meanwhile(absl::Milliseconds(50), [&vm] { vm.Set(130, 1700); });
    counts = WatchVm(found, Options(root, absl::Milliseconds(250)));
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->pid, getpid());
  EXPECT_EQ(counts->vmm, "vmm");
  EXPECT_EQ(counts->vm, "9");
  EXPECT_EQ(counts->vcpus, 1u);
  EXPECT_EQ(counts->source, "debugfs");
  EXPECT_FALSE(counts->ended);
  EXPECT_EQ(Exits(*counts), 30);
  EXPECT_EQ(counts->vcpu_threads.threads, 1u);
  EXPECT_EQ(counts->vcpu_threads.cpu_ns, 700);
  EXPECT_EQ(counts->other_threads.threads, 0u);
  EXPECT_GE(counts->watched_ns, 250e6);
}

TEST(WatchTest, AnEndedVmKeepsItsLastReading) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  absl::StatusOr<LiveCounts> counts;
  const absl::Time begin = absl::Now();
  {
    Meanwhile change(absl::Milliseconds(50), [&vm] { vm.Set(130, 1700); });
    Meanwhile end(absl::Milliseconds(700), [&vm] { vm.End(); });
    counts = WatchVm(found, Options(root, absl::Seconds(100)));
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(50));
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_TRUE(counts->ended);
  EXPECT_EQ(Exits(*counts), 30);
  EXPECT_EQ(counts->vcpu_threads.cpu_ns, 700);
  EXPECT_GT(counts->watched_ns, 0);
  EXPECT_LT(counts->watched_ns, 50e9);
}

TEST(WatchTest, ACounterThatWasResetMeanwhileHasNoGrowth) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  absl::StatusOr<LiveCounts> counts;
  {
    Meanwhile reset(absl::Milliseconds(400), [&vm] { vm.Set(10, 1000); });
    Meanwhile grown(absl::Milliseconds(1900), [&vm] { vm.Set(130, 1700); });
    counts = WatchVm(found, Options(root, absl::Milliseconds(2500)));
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_THAT(counts->statistics, IsEmpty());
  EXPECT_THAT(counts->missing,
              Contains("what became less, as somebody reset it: exits"));
}

// A new VM has the name of the old one.
TEST(WatchTest, NoticesAnotherVmOfTheSameName) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  absl::StatusOr<LiveCounts> counts;
  {
    Meanwhile meanwhile(absl::Milliseconds(500), [&] {
      std::filesystem::rename(root.path() + Folder(9), root.path() + "/old");
      FakeVm(root, 10).End();
      root.Write(absl::StrCat(Folder(9), "/exits"), "5000\n");
    });
    counts = WatchVm(found, Options(root, absl::Seconds(100)));
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_TRUE(counts->ended);
  EXPECT_EQ(Exits(*counts), 0);
}

TEST(WatchTest, SaysThatTheVmEndedBefore) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  vm.End();
  const absl::Status watched =
      WatchVm(found, Options(root, absl::Seconds(100))).status();
  EXPECT_TRUE(absl::IsNotFound(watched));
  EXPECT_EQ(watched.message(), "it ended before it was watched");
}

// The process goes on, or another one has its number by now.
TEST(WatchTest, SaysThatAVmThatWasFoundByItsFilesEndedBefore) {
  FakeRoot root;
  FakeVm vm(root);
  vm.End();
  const LiveVm found = vm.Found();
  root.Remove(absl::StrCat("/proc/", getpid(), "/fd/9"));
  const absl::Status watched =
      WatchVm(found, Options(root, absl::Milliseconds(10))).status();
  EXPECT_TRUE(absl::IsNotFound(watched)) << watched;
}

// A VM may take a file for each vCPU.
TEST(WatchTest, MayOpenAsManyFilesAsTheHardLimitAllows) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  rlimit old_limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old_limit), 0);
  const rlimit few = {.rlim_cur = 64, .rlim_max = old_limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const absl::Status watched =
      WatchVm(found, Options(root, absl::Milliseconds(10))).status();
  rlimit now;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old_limit), 0);
  EXPECT_TRUE(watched.ok()) << watched;
  EXPECT_EQ(now.rlim_cur, old_limit.rlim_max);
}

TEST(WatchTest, StopsWhenItIsTold) {
  FakeRoot root;
  FakeVm vm(root);
  const LiveVm found = vm.Found();
  std::atomic<bool> stopped = false;
  WatchOptions options = Options(root, absl::Seconds(100));
  options.stopped = [&stopped] { return stopped.load(); };
  absl::StatusOr<LiveCounts> counts;
  {
    Meanwhile change(absl::Milliseconds(20), [&vm] { vm.Set(120, 1000); });
    Meanwhile stop(absl::Milliseconds(200), [&stopped] { stopped = true; });
    counts = WatchVm(found, options);
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_FALSE(counts->ended);
  EXPECT_EQ(Exits(*counts), 20);
  EXPECT_LT(counts->watched_ns, 50e9);
}

TEST(WatchTest, WatchesSeveralVmsAtTheSameTime) {
  FakeRoot root;
  FakeVm first(root);
  FakeVm second(root, 12);
  const absl::StatusOr<FoundVms> found = FindVmsOf(getpid(), root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  absl::StatusOr<std::vector<LiveCounts>> counts;
  {
    Meanwhile meanwhile(absl::Milliseconds(50), [&] {
      first.Set(101, 1000);
      second.Set(102, 1000);
    });
    counts = WatchVms(found->vms, Options(root, absl::Milliseconds(200)));
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  ASSERT_EQ(counts->size(), 2u);
  EXPECT_EQ((*counts)[0].vm, "9");
  EXPECT_EQ(Exits((*counts)[0]), 1);
  EXPECT_EQ((*counts)[1].vm, "12");
  EXPECT_EQ(Exits((*counts)[1]), 2);
  EXPECT_THAT((*counts)[0].missing,
              Contains("time of other threads is that of its process, "
                       "which has other VMs too"));
}

class CountingSource : public ExitWindowSource {
 public:
  explicit CountingSource(size_t vms, std::string missing = "")
      : vms_(vms), missing_(std::move(missing)) {}

  WindowPlan plan() const override {
    return {absl::Milliseconds(5), absl::Milliseconds(50)};
  }
  bool Open() override {
    opened_at_ = absl::Now();
    return missing_.empty();
  }
  void Close() override {
    ++windows_.windows;
    windows_.open_ns += absl::ToDoubleNanoseconds(absl::Now() - opened_at_);
  }
  void Leave(size_t index) override { left_.push_back(index); }
  Taken Take(size_t index) override {
    EXPECT_LT(index, vms_);
    Taken taken = {.windows = windows_};
    taken.windows.exits = static_cast<double>(index);
    if (!missing_.empty()) taken.missing.push_back(missing_);
    for (const size_t left : left_) {
      taken.missing.push_back(absl::StrCat("left: ", left));
    }
    return taken;
  }

 private:
  const size_t vms_;
  const std::string missing_;
  absl::Time opened_at_;
  ExitWindows windows_;
  std::vector<size_t> left_;
};

using Threads = std::vector<std::vector<pid_t>>;

TEST(WatchTest, OpensAndClosesWindows) {
  FakeRoot root;
  FakeVm vm(root);
  WatchOptions options = Options(root, absl::Milliseconds(500));
  Threads threads;
  options.windows = [&threads](const Threads& vcpus) {
    threads = vcpus;
    return std::make_unique<CountingSource>(vcpus.size());
  };
  const absl::StatusOr<LiveCounts> counts = WatchVm(vm.Found(), options);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_THAT(threads, ElementsAre(ElementsAre(getpid())));
  // A busy host may be late for some.
  EXPECT_GE(counts->windows.windows, 2u);
  EXPECT_LE(counts->windows.windows, 11u);
  EXPECT_GE(counts->windows.open_ns, counts->windows.windows * 4.9e6);
}

// One that had ended before has none.
TEST(WatchTest, VmsHaveTheirWindowsInCommon) {
  FakeRoot root;
  FakeVm first(root, 9), second(root, 10), third(root, 11);
  const absl::StatusOr<FoundVms> found = FindVmsOf(getpid(), root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 3u);
  first.End();
  WatchOptions options = Options(root, absl::Milliseconds(300));
  size_t sources = 0;
  options.windows = [&sources](const Threads& vcpus) {
    ++sources;
    return std::make_unique<CountingSource>(vcpus.size());
  };
  const auto counts = WatchVms(found->vms, options);
  ASSERT_TRUE(counts.ok()) << counts.status();
  ASSERT_EQ(counts->size(), 3u);
  EXPECT_EQ(sources, 1u);
  int ended = 0;
  double next = 0;
  for (const LiveCounts& one : *counts) {
    if (one.ended) {
      ++ended;
      EXPECT_EQ(one.windows.windows, 0u);
      continue;
    }
    EXPECT_GE(one.windows.windows, 2u);
    EXPECT_EQ(one.windows.exits, next++);
  }
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(next, 2);
}

TEST(WatchTest, AnEndedVmHasNoLaterWindows) {
  FakeRoot root;
  FakeVm first(root, 9), second(root, 10);
  const absl::StatusOr<FoundVms> found = FindVmsOf(getpid(), root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  WatchOptions options = Options(root, absl::Milliseconds(1500));
  options.windows = [](const Threads& vcpus) {
    return std::make_unique<CountingSource>(vcpus.size());
  };
  absl::StatusOr<std::vector<LiveCounts>> counts;
  {
    Meanwhile end(absl::Milliseconds(500), [&second] { second.End(); });
    counts = WatchVms(found->vms, options);
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_FALSE((*counts)[0].ended);
  EXPECT_TRUE((*counts)[1].ended);
  EXPECT_THAT((*counts)[0].missing, Contains("left: 1"));
  EXPECT_THAT((*counts)[0].missing, testing::Not(Contains("left: 0")));
}

TEST(WatchTest, SaysWhyThereAreNoWindows) {
  FakeRoot root;
  FakeVm vm(root);
  WatchOptions options = Options(root, absl::Milliseconds(10));
  options.windows = [](const Threads& vcpus) {
    return std::make_unique<CountingSource>(vcpus.size(),
                                            "exits by reason: run as root");
  };
  const absl::StatusOr<LiveCounts> counts = WatchVm(vm.Found(), options);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->windows.windows, 0u);
  EXPECT_THAT(counts->missing, Contains("exits by reason: run as root"));
}

// A VM of two vCPUs, of which only one is known to run in a thread.
TEST(WatchTest, SaysWhichVcpusHaveNoThread) {
  FakeRoot root;
  FakeVm vm(root);
  vm.End();
  root.AddFile(getpid(), 10, "kvm-vcpu:0");
  root.AddFile(getpid(), 11, "kvm-vcpu:1");
  const std::string task = absl::StrCat("/proc/", getpid(), "/task/");
  std::string stat = " (vmm) R";
  for (int field = 4; field <= 52; ++field) absl::StrAppend(&stat, " 0");
  root.Write(absl::StrCat(task, "5/stat"), "5" + stat + "\n");
  root.Write(absl::StrCat(task, "5/syscall"),
             absl::StrCat(SYS_ioctl, " 0xa 0xae80 0x0\n"));
  WatchOptions options = Options(root, absl::Milliseconds(10));
  Threads threads;
  options.windows = [&threads](const Threads& vcpus) {
    threads = vcpus;
    return std::make_unique<CountingSource>(vcpus.size());
  };
  const absl::StatusOr<LiveCounts> counts = WatchVm(vm.Found(), options);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->vcpus, 2u);
  EXPECT_EQ(counts->vcpu_threads.threads, 2u);
  EXPECT_EQ(counts->other_threads.threads, 0u);
  EXPECT_THAT(threads, ElementsAre(UnorderedElementsAre(5, getpid())));
  EXPECT_THAT(counts->missing,
              Contains(HasSubstr("which threads run 1 of 2 vCPUs is not known, "
                                 "so all 2 are taken for them: root can")));
}

// Only its threads are known: no statistics.
TEST(WatchTest, WatchesAProcessByItsFiles) {
  FakeRoot root;
  FakeVm vm(root);
  vm.End();
  const LiveVm found = vm.Found();
  absl::StatusOr<LiveCounts> counts;
  {
    Meanwhile end(absl::Milliseconds(400), [&root] {
      root.Remove(absl::StrCat("/proc/", getpid(), "/fd/9"));
    });
    counts = WatchVm(found, Options(root, absl::Seconds(100)));
  }
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_TRUE(counts->ended);
  EXPECT_EQ(counts->source, "");
  EXPECT_THAT(counts->statistics, IsEmpty());
  EXPECT_THAT(counts->missing,
              ElementsAre(HasSubstr("statistics: it has no folder"),
                          HasSubstr("which threads run vCPUs is not known, so "
                                    "all 1 are taken for them")));
}

}  // namespace
}  // namespace exitbench
