// Finds and watches a real VM, whose process knows what it did.
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "guest_blobs/payloads.h"
#include "harness/live/debugfs.h"
#include "harness/live/find_vms.h"
#include "harness/live/statistic_types.h"
#include "harness/live/watch.h"
#include "vmm/arch/doorbell.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kEvents = 1000;

// What the VM's process counted itself while it ran its batch.
struct OwnCounts {
  uint64_t mmio_exits = 0;  // To userspace.
  uint64_t doorbells = 0;
  bool failed = false;
  // By the order of KvmStats::names(), of the vCPU.
  uint64_t statistics[256] = {};
};

// Runs a batch of writes to memory that is not there: kEvents of vCPU 0, twice
// as many of vCPU 1.
OwnCounts RunBatch(Machine& machine, int vcpu) {
  OwnCounts counts;
  const KvmStats& stats = *machine.vcpu_stats(vcpu);
  const absl::StatusOr<StatsSnapshot> before = stats.Read();
  machine.parameters(vcpu).events = kEvents * static_cast<uint64_t>(vcpu + 1);
  while (counts.doorbells == 0) {
    if (machine.vcpu(vcpu).Run() != 0) {
      if (errno == EINTR) continue;
      counts.failed = true;
      return counts;
    }
    const kvm_run& run = machine.vcpu(vcpu).run();
    if (IsDoorbell(run)) {
      ++counts.doorbells;
    } else if (run.exit_reason == KVM_EXIT_MMIO) {
      ++counts.mmio_exits;
    } else {
      counts.failed = true;
      return counts;
    }
  }
  const absl::StatusOr<StatsSnapshot> after = stats.Read();
  if (!before.ok() || !after.ok() ||
      after->size() > std::size(counts.statistics)) {
    counts.failed = true;
    return counts;
  }
  for (size_t i = 0; i < after->size(); ++i) {
    counts.statistics[i] = (*after)[i] - (*before)[i];
  }
  return counts;
}

OwnCounts Sum(OwnCounts a, const OwnCounts& b) {
  a.mmio_exits += b.mmio_exits;
  a.doorbells += b.doorbells;
  a.failed |= b.failed;
  for (size_t i = 0; i < std::size(a.statistics); ++i) {
    a.statistics[i] += b.statistics[i];
  }
  return a;
}

// Runs a batch on each vCPU, all at once.
OwnCounts RunBatches(Machine& machine) {
  std::vector<OwnCounts> all(static_cast<size_t>(machine.vcpus()));
  std::vector<std::thread> others;
  for (int vcpu = 1; vcpu < machine.vcpus(); ++vcpu) {
    others.emplace_back([&machine, &all, vcpu] {
      all[static_cast<size_t>(vcpu)] = RunBatch(machine, vcpu);
    });
  }
  OwnCounts sum = RunBatch(machine, 0);
  for (std::thread& other : others) other.join();
  for (size_t vcpu = 1; vcpu < all.size(); ++vcpu) sum = Sum(sum, all[vcpu]);
  return sum;
}

struct ProcessOptions {
  uid_t user = 0;       // Gives up root for it, if it is not 0.
  bool second = false;  // Has a second VM, which never runs.
  uint32_t vcpus = 1;
};

// A process with a VM.
class VmProcess {
 public:
  ~VmProcess() { End(); }

  // Returns whether it has a VM, which has run a batch.
  bool Start(const ProcessOptions& options = {}) {
    int commands[2], answers[2];
    if (pipe(commands) != 0 || pipe(answers) != 0) return false;
    pid_ = fork();
    if (pid_ == 0) {
      close(commands[1]);
      close(answers[0]);
      _exit(Live(options, commands[0], answers[1]));
    }
    close(commands[0]);
    close(answers[1]);
    commands_ = UniqueFd(commands[1]);
    answers_ = UniqueFd(answers[0]);
    return !Run().failed;
  }

  OwnCounts Run() {
    OwnCounts counts;
    const char run = 'r';
    if (write(commands_.get(), &run, 1) != 1 ||
        read(answers_.get(), &counts, sizeof(counts)) != sizeof(counts)) {
      counts.failed = true;
    }
    return counts;
  }

  void End() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  pid_t pid() const { return pid_; }

 private:
  static int Live(const ProcessOptions& options, int commands, int answers) {
    absl::StatusOr<Kvm> kvm = Kvm::Open();
    if (!kvm.ok()) return 1;
    VmShape shape;
    shape.vcpus = static_cast<int>(options.vcpus);
    absl::StatusOr<Machine> machine = Machine::Create(
        *kvm, shape, kUserMode, blobs::mmio_write.event[EB_STAMP_PLAIN]);
    if (!machine.ok() || machine->vcpu_stats() == nullptr) return 1;
    std::optional<absl::StatusOr<Machine>> second;
    if (options.second) {
      second.emplace(Machine::Create(*kvm, VmShape(), kUserMode, BlobImage()));
      if (!second->ok()) return 1;
    }
    // As of a program that its user started.
    const uid_t user = options.user;
    if (user != 0 &&
        (setresuid(user, user, user) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0)) {
      return 1;
    }
    char command;
    while (read(commands, &command, 1) == 1) {
      const OwnCounts counts = RunBatches(*machine);
      if (write(answers, &counts, sizeof(counts)) != sizeof(counts)) return 1;
    }
    return 0;
  }

  pid_t pid_ = -1;
  UniqueFd commands_;
  UniqueFd answers_;
};

class LiveKvmTest : public testing::Test {
 protected:
  // The process that is started then has no files of this VM.
  void FindNames(const Kvm& kvm) {
    const absl::StatusOr<UniqueFd> vm = kvm.CreateVmFd();
    ASSERT_TRUE(vm.ok()) << vm.status();
    const UniqueFd vcpu(ioctl(vm->get(), KVM_CREATE_VCPU, 0));
    ASSERT_TRUE(vcpu.valid());
    const absl::StatusOr<KvmStats> stats = KvmStats::Open(vcpu.get());
    if (!stats.ok()) {
      GTEST_SKIP() << "SKIPPED: " << stats.status().message();
    }
    names_ = stats->names();
  }

  void SetUp() override {
    absl::StatusOr<Kvm> kvm = Kvm::Open();
    if (!kvm.ok()) {
      GTEST_SKIP() << "SKIPPED, needs KVM: " << kvm.status().message();
    }
    ASSERT_NO_FATAL_FAILURE(FindNames(*kvm));
    if (IsSkipped()) return;
    ASSERT_TRUE(process_.Start());
  }

  LiveVm Find(uint32_t vcpus = 1) {
    const absl::StatusOr<FoundVms> found = FindVmsOf(process_.pid());
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok()) return LiveVm();
    EXPECT_EQ(found->vms.size(), 1u);
    EXPECT_EQ(found->vms[0].pid, process_.pid());
    EXPECT_EQ(found->vms[0].vms, 1u);
    EXPECT_EQ(found->vms[0].vcpus, vcpus);
    return found->vms[0];
  }

  // Watches while the VM runs a batch, and expects exactly what its process
  // counted.
  void ExpectExactCounts(const LiveVm& vm, const std::string& source) {
    OwnCounts own;
    absl::StatusOr<LiveCounts> counts;
    // A busy host may be late with the first reading, so the batch waits for
    // it.
    std::atomic<bool> watching = false, done = false;
    std::thread batch([&] {
      while (!watching && !done) absl::SleepFor(absl::Milliseconds(1));
      if (watching) own = process_.Run();
      done = true;
    });
    WatchOptions options;
    options.time = absl::Seconds(100);
    options.stopped = [&] {
      watching = true;
      return done.load();
    };
    counts = WatchVm(vm, options);
    done = true;
    batch.join();
    ASSERT_TRUE(counts.ok()) << counts.status();
    EXPECT_FALSE(own.failed);
    EXPECT_EQ(own.mmio_exits, kEvents * vm.vcpus * (vm.vcpus + 1) / 2);
    EXPECT_EQ(own.doorbells, vm.vcpus);
    EXPECT_FALSE(counts->ended);
    EXPECT_EQ(counts->source, source);
    EXPECT_GT(counts->watched_ns, 0);
    EXPECT_LT(counts->watched_ns, 50e9);
    // Those of other vCPUs end with their batch, and may be seen or not.
    EXPECT_GE(counts->vcpu_threads.threads, 1u);
    EXPECT_LE(counts->vcpu_threads.threads, vm.vcpus);
    EXPECT_GT(counts->vcpu_threads.cpu_ns, 0);
    std::map<std::string, double> seen;
    for (const StatisticCount& statistic : counts->statistics) {
      seen[statistic.name] = statistic.count;
    }
    size_t compared = 0;
    double most = 0;
    for (size_t i = 0; i < names_.size(); ++i) {
      const auto found = seen.find(names_[i]);
      if (found == seen.end()) continue;
      ++compared;
      EXPECT_EQ(found->second, static_cast<double>(own.statistics[i]))
          << names_[i];
      most = std::max(most, found->second);
    }
    EXPECT_GT(compared, 5u);
    // Each write exits, whatever this KVM counts that by.
    EXPECT_GE(most, own.mmio_exits);
  }

  VmProcess process_;
  std::vector<std::string> names_;
};

TEST_F(LiveKvmTest, CountsExactlyByStatisticsFiles) {
  LiveVm vm = Find();
  vm.folders.clear();
  ExpectExactCounts(vm, "statistics files of its process (VM, 1 vCPUs)");
}

TEST_F(LiveKvmTest, CountsAllVcpus) {
  process_.End();
  ASSERT_TRUE(process_.Start({.vcpus = 2}));
  LiveVm vm = Find(2);
  vm.folders.clear();
  ExpectExactCounts(vm, "statistics files of its process (VM, 2 vCPUs)");
}

TEST_F(LiveKvmTest, CountsExactlyByDebugfs) {
  const LiveVm vm = Find();
  if (vm.folders.empty()) {
    GTEST_SKIP() << "SKIPPED, needs debugfs: " << vm.no_folder;
  }
  if (absl::Status may = MayReadCounters(vm.folders[0]); !may.ok()) {
    GTEST_SKIP() << "SKIPPED, needs debugfs: " << may.message();
  }
  ExpectExactCounts(vm, "debugfs");
}

TEST_F(LiveKvmTest, FindsItAmongAll) {
  const absl::StatusOr<FoundVms> found = FindAllVms();
  ASSERT_TRUE(found.ok()) << found.status();
  int times = 0;
  for (const LiveVm& vm : found->vms) {
    times += vm.pid == process_.pid();
    EXPECT_NE(vm.pid, getpid());
  }
  EXPECT_EQ(times, 1);
}

TEST_F(LiveKvmTest, TellsTwoVmsOfAProcessApart) {
  VmProcess process;
  ASSERT_TRUE(process.Start({.second = true}));
  const absl::StatusOr<FoundVms> found = FindVmsOf(process.pid());
  ASSERT_TRUE(found.ok()) << found.status();
  if (found->vms.size() == 1) {
    // Nothing tells them apart here.
    EXPECT_EQ(found->vms[0].vms, 2u);
    EXPECT_EQ(found->vms[0].vcpus, 2u);
    return;
  }
  ASSERT_EQ(found->vms.size(), 2u);
  absl::StatusOr<std::vector<LiveCounts>> counts;
  std::thread batch([&process] {
    absl::SleepFor(absl::Milliseconds(150));
    EXPECT_FALSE(process.Run().failed);
  });
  WatchOptions options;
  options.time = absl::Milliseconds(1000);
  counts = WatchVms(found->vms, options);
  batch.join();
  ASSERT_TRUE(counts.ok()) << counts.status();
  double most[2] = {};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ((*counts)[i].source, "debugfs");
    for (const StatisticCount& statistic : (*counts)[i].statistics) {
      most[i] = std::max(most[i], statistic.count);
    }
  }
  EXPECT_GE(most[0], kEvents);
  EXPECT_EQ(most[1], 0);
}

TEST_F(LiveKvmTest, NoticesThatItEnds) {
  const LiveVm vm = Find();
  absl::StatusOr<LiveCounts> counts;
  std::thread end([this] {
    absl::SleepFor(absl::Milliseconds(700));
    process_.End();
  });
  WatchOptions options;
  options.time = absl::Seconds(50);
  counts = WatchVm(vm, options);
  end.join();
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_TRUE(counts->ended);
  EXPECT_LT(counts->watched_ns, 40e9);
}

constexpr uid_t kOwner = 65533;
constexpr uid_t kOther = 65532;

// What a user sees of a VM.
struct Seen {
  absl::StatusCode found = absl::StatusCode::kUnknown;
  char error[400] = "";
  char source[100] = "";
  char missing[1000] = "";
  uint32_t vcpu_threads = 0;
};

Seen Look(pid_t pid) {
  Seen seen;
  const absl::StatusOr<FoundVms> found = FindVmsOf(pid);
  seen.found = found.status().code();
  absl::SNPrintF(seen.error, sizeof(seen.error), "%s",
                 found.status().message());
  if (!found.ok()) return seen;
  WatchOptions options;
  options.time = absl::Milliseconds(50);
  const absl::StatusOr<LiveCounts> counts = WatchVm(found->vms[0], options);
  if (!counts.ok()) return seen;
  absl::SNPrintF(seen.source, sizeof(seen.source), "%s", counts->source);
  absl::SNPrintF(seen.missing, sizeof(seen.missing), "%s",
                 absl::StrJoin(counts->missing, "\n"));
  seen.vcpu_threads = counts->vcpu_threads.threads;
  return seen;
}

// Has a process of this user look.
Seen LookAs(uid_t user, pid_t pid) {
  Seen seen;
  int ends[2];
  if (pipe(ends) != 0) return seen;
  const pid_t child = fork();
  if (child == 0) {
    if (setgroups(0, nullptr) != 0 || setresuid(user, user, user) != 0) {
      _exit(1);
    }
    seen = Look(pid);
    _exit(write(ends[1], &seen, sizeof(seen)) == sizeof(seen) ? 0 : 1);
  }
  close(ends[1]);
  const UniqueFd answer(ends[0]);
  EXPECT_EQ(read(answer.get(), &seen, sizeof(seen)),
            static_cast<ssize_t>(sizeof(seen)));
  waitpid(child, nullptr, 0);
  return seen;
}

TEST_F(LiveKvmTest, ItsUserReadsItsStatisticsFiles) {
  if (geteuid() != 0) GTEST_SKIP() << "SKIPPED, needs root to be other users";
  VmProcess vm;
  ASSERT_TRUE(vm.Start({.user = kOwner}));
  const Seen seen = LookAs(kOwner, vm.pid());
  ASSERT_EQ(seen.found, absl::StatusCode::kOk) << seen.error;
#if defined(__SANITIZE_THREAD__)
  // TSan has a thread of its own, and its user can't tell which is a vCPU's.
  EXPECT_EQ(seen.vcpu_threads, 2u);
#else
  EXPECT_EQ(seen.vcpu_threads, 1u);
#endif
  std::string scope = "0";
  std::ifstream("/proc/sys/kernel/yama/ptrace_scope") >> scope;
  if (scope == "0") {
    EXPECT_STREQ(seen.source, "statistics files of its process (VM, 1 vCPUs)");
    EXPECT_THAT(seen.missing, Not(HasSubstr("statistics")));
  } else {
    EXPECT_STREQ(seen.source, "");
    EXPECT_THAT(seen.missing,
                HasSubstr("its statistics files may not be taken: run as root, "
                          "or set kernel.yama.ptrace_scope to 0"));
  }
}

TEST_F(LiveKvmTest, AnotherUserIsToldWhatHelps) {
  if (geteuid() != 0) GTEST_SKIP() << "SKIPPED, needs root to be other users";
  VmProcess vm;
  ASSERT_TRUE(vm.Start({.user = kOwner}));
  const Seen seen = LookAs(kOther, vm.pid());
  EXPECT_EQ(seen.found, absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(seen.error, HasSubstr(" may not be looked into: run as root, or "
                                    "as its user 65533"));
}

TEST_F(LiveKvmTest, KnowsTheTypesOfThisKernel) {
  const absl::StatusOr<StatisticTypes> types = TypesOfThisKernel();
  ASSERT_TRUE(types.ok()) << types.status();
  for (const std::string& name : names_) EXPECT_TRUE(types->contains(name));
  EXPECT_EQ(types->at("exits"), StatisticType::kCumulative);
  EXPECT_EQ(types->at("blocking"), StatisticType::kInstant);
}

}  // namespace
}  // namespace exitbench
