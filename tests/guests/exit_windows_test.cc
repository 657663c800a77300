// Exits counted by reason in windows, against guests that make a known number
// of them. The windows are of this process's own thread, so they count all that
// it does between Open() and Close(). An emulated host runs it too.
#include "harness/live/exit_windows.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "cases/catalogue/catalogue.h"
#include "gmock/gmock.h"
#include "harness/live/exit_kinds.h"
#include "harness/perf/tracepoint.h"
#include "harness/perf/tracepoint_group.h"
#include "harness/settings/prepare.h"
#include "tests/guests/kvm_test_base.h"
#include "vmm/arch/doorbell.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 300;

pid_t ThisThread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

CaseInstance CaseOf(absl::string_view name) {
  for (const CaseInstance& one : AllCases()) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << "no case " << name;
  return {};
}

// Batches whose exits are known. A doorbell may be one more by the same reason.
struct KnownExits {
  uint32_t backends;
  const char* name;
  const char* reason;
  uint32_t more;
};
constexpr KnownExits kKnownExits[] = {
    {kBackendVmx, "cpu/cpuid", "CPUID", 0},
    {kBackendVmx, "pio/out", "IO_INSTRUCTION", 1},
    {kBackendVmx, "hypercall/kernel", "VMCALL", 0},
    {kBackendSvm, "cpu/cpuid", "cpuid", 0},
    {kBackendSvm, "pio/out", "io", 1},
    {kBackendSvm, "hypercall/kernel", "hypercall", 0},
    {kBackendArm, "hypercall/kernel", "HVC64", 0},
    {kBackendArm, "hypercall/smc_unknown", "SMC64", 0},
};

double CountOf(const std::vector<ReasonCount>& reasons,
               absl::string_view name) {
  for (const ReasonCount& one : reasons) {
    if (one.reason == name) return one.count;
  }
  return 0;
}

double Sum(const std::vector<ReasonCount>& reasons) {
  double sum = 0;
  for (const ReasonCount& one : reasons) sum += one.count;
  return sum;
}

std::string Text(const std::vector<ReasonCount>& reasons) {
  std::string text;
  for (const ReasonCount& one : reasons) {
    text += one.reason + " " + std::to_string(one.count) + "\n";
  }
  return text;
}

// Returns whether this process may count what passes one of the tracepoints.
absl::Status MayCount() {
  EB_ASSIGN_OR_RETURN(const uint64_t number,
                      KvmTracepoint("kvm_userspace_exit"));
  return TracepointGroup::Open(0, {{.number = number}}).status();
}

class ExitWindowsTest : public KvmTest {
 protected:
  void SetUp() override {
    KvmTest::SetUp();
    if (IsSkipped()) return;
    if (const absl::Status may = MayCount(); !may.ok()) {
      GTEST_SKIP() << "SKIPPED, needs tracepoints: " << may.message();
    }
    // A filter that the kernel refuses is no reason to skip.
    ASSERT_TRUE(OpenFor({{ThisThread()}})->Open());
    source_ = OpenFor({{ThisThread()}});
    has_exits_ = !ExitKinds(kvm().backend().backend).empty();
  }

  std::unique_ptr<ExitWindowSource> OpenFor(
      const std::vector<std::vector<pid_t>>& vcpu_threads) {
    return OpenExitWindows(kvm().backend(), vcpu_threads, kPlan);
  }

  // Runs a batch of `name`'s guest, with `source` open around it unless null.
  void RunBatch(absl::string_view name, ExitWindowSource* source) {
    const CaseInstance instance = CaseOf(name);
    absl::StatusOr<Machine> machine = PrepareMachine(
        kvm(), instance, ImageOf(instance, StampKind::kPlain, false));
    ASSERT_TRUE(machine.ok()) << machine.status();
    machine->parameters(0).events = kEvents;
    const KvmStats* const stats = machine->vcpu_stats();
    const int exits = stats == nullptr ? -1 : stats->Find("exits");
    StatsSnapshot before, after;
    if (exits >= 0) before = stats->Read().value();
    if (source != nullptr) {
      ASSERT_TRUE(source->Open());
    }
    userspace_exits_ = 0;
    do {
      ASSERT_EQ(machine->vcpu().Run(), 0);
      ASSERT_FALSE(IsGuestFault(machine->vcpu().run()));
      ASSERT_LE(++userspace_exits_, kEvents + 1);
    } while (!IsDoorbell(machine->vcpu().run()));
    if (source != nullptr) source->Close();
    exits_.reset();
    if (exits >= 0) {
      after = stats->Read().value();
      const size_t i = static_cast<size_t>(exits);
      exits_ = static_cast<double>(after[i] - before[i]);
    }
  }

  // Checks that what was counted of `windows` is all that happened.
  void ExpectAll(const ExitWindows& windows) {
    EXPECT_EQ(windows.windows, 1u);
    EXPECT_GT(windows.open_ns, 0);
    EXPECT_EQ(Sum(windows.userspace_reasons), userspace_exits_)
        << Text(windows.userspace_reasons);
    EXPECT_EQ(Sum(windows.reasons), windows.exits) << Text(windows.reasons);
    if (has_exits_ && exits_.has_value()) {
      EXPECT_EQ(windows.exits, *exits_) << Text(windows.reasons);
    }
    if (!has_exits_) {
      EXPECT_EQ(windows.exits, 0);
    }
  }

  static constexpr WindowPlan kPlan = {absl::Milliseconds(20),
                                       absl::Milliseconds(400)};
  std::unique_ptr<ExitWindowSource> source_;
  bool has_exits_ = false;
  double userspace_exits_ = 0;   // Of the last batch, by this test.
  std::optional<double> exits_;  // By the kernel's statistics.
};

// Every architecture has this case. Its doorbell is one more exit.
TEST_F(ExitWindowsTest, CountsExitsToUserspaceExactly) {
  RunBatch("mmio/write", source_.get());
  const ExitWindowSource::Taken taken = source_->Take(0);
  ExpectAll(taken.windows);
  EXPECT_EQ(userspace_exits_, kEvents + 1);
  EXPECT_GE(CountOf(taken.windows.userspace_reasons, "KVM_EXIT_MMIO"), kEvents);
  EXPECT_EQ(CountOf(taken.windows.userspace_reasons, "KVM_EXIT_MMIO") +
                CountOf(taken.windows.userspace_reasons, "KVM_EXIT_IO"),
            kEvents + 1);
  if (has_exits_) {
    EXPECT_GT(taken.windows.exits, kEvents);
    EXPECT_THAT(taken.missing, testing::IsEmpty());
  } else {
    EXPECT_THAT(taken.missing,
                testing::ElementsAre(testing::ContainsRegex(
                    "^exits of .* do not pass the tracepoint kvm:kvm_exit")));
  }
}

TEST_F(ExitWindowsTest, CountsExitsToTheKernelExactly) {
  if (!has_exits_) GTEST_SKIP() << "SKIPPED, needs kvm:kvm_exit";
  for (const KnownExits& known : kKnownExits) {
    if ((known.backends & kvm().backend().backend) == 0) continue;
    RunBatch(known.name, source_.get());
    const ExitWindows windows = source_->Take(0).windows;
    ExpectAll(windows);
    EXPECT_EQ(CountOf(windows.reasons, known.reason), kEvents + known.more)
        << known.name << "\n"
        << Text(windows.reasons);
    std::printf("%s: %s", known.name, Text(windows.reasons).c_str());
    source_ = OpenFor({{ThisThread()}});
  }
}

TEST_F(ExitWindowsTest, WhatIsOutsideOfWindowsDoesNotCount) {
  RunBatch("mmio/write", source_.get());
  RunBatch("mmio/write", nullptr);
  RunBatch("mmio/write", source_.get());
  const ExitWindows windows = source_->Take(0).windows;
  EXPECT_EQ(windows.windows, 2u);
  EXPECT_EQ(Sum(windows.userspace_reasons), 2 * (kEvents + 1));
}

TEST_F(ExitWindowsTest, ARunThatASignalWouldEndIsIntr) {
  absl::StatusOr<Machine> machine =
      PrepareMachine(kvm(), CaseOf("mmio/write"),
                     ImageOf(CaseOf("mmio/write"), StampKind::kPlain, false));
  ASSERT_TRUE(machine.ok()) << machine.status();
  machine->vcpu().run().immediate_exit = 1;
  ASSERT_TRUE(source_->Open());
  for (int i = 0; i < 7; ++i) ASSERT_EQ(machine->vcpu().Run(), -1);
  source_->Close();
  const ExitWindows windows = source_->Take(0).windows;
  EXPECT_EQ(CountOf(windows.userspace_reasons, "KVM_EXIT_INTR"), 7)
      << Text(windows.userspace_reasons);
  EXPECT_EQ(Sum(windows.userspace_reasons), 7);
}

TEST_F(ExitWindowsTest, AThreadThatEndsIsNoError) {
  pid_t ended = 0;
  std::thread([&ended] { ended = ThisThread(); }).join();
  source_ = OpenFor({{ended, ThisThread()}, {ended}, {}});
  RunBatch("mmio/write", source_.get());
  ExpectAll(source_->Take(0).windows);
  EXPECT_EQ(source_->Take(1).windows.windows, 0u);
  EXPECT_EQ(source_->Take(1).missing, source_->Take(0).missing);
  EXPECT_EQ(source_->Take(2).windows.windows, 0u);
  EXPECT_THAT(source_->Take(2).missing,
              testing::ElementsAre("exits are not counted by reason: none of "
                                   "its threads is known to be one of a "
                                   "vCPU"));
}

// The number of its thread is one of another VM by now.
TEST_F(ExitWindowsTest, AVmThatHasEndedCountsNoMore) {
  source_ = OpenFor({{ThisThread()}, {ThisThread()}});
  RunBatch("mmio/write", source_.get());
  source_->Leave(1);
  RunBatch("mmio/write", source_.get());
  const ExitWindows goes_on = source_->Take(0).windows;
  const ExitWindows ended = source_->Take(1).windows;
  EXPECT_EQ(goes_on.windows, 2u);
  EXPECT_EQ(ended.windows, 1u);
  EXPECT_EQ(Sum(goes_on.userspace_reasons), 2 * (kEvents + 1));
  EXPECT_EQ(Sum(ended.userspace_reasons), kEvents + 1);
  EXPECT_EQ(source_->Take(1).missing, source_->Take(0).missing);
}

TEST_F(ExitWindowsTest, WithoutThreadsThereAreNoWindows) {
  source_ = OpenFor({{}});
  EXPECT_FALSE(source_->Open());
}

// Each thread is counted apart, and the window of both is of one length.
TEST_F(ExitWindowsTest, VmsAreCountedApart) {
  std::atomic<pid_t> number = 0;
  std::atomic<bool> end = false;
  std::thread idle([&] {
    number = ThisThread();
    while (!end) usleep(1000);
  });
  while (number == 0) usleep(1000);
  source_ = OpenFor({{number}, {ThisThread()}});
  RunBatch("mmio/write", source_.get());
  end = true;
  idle.join();
  const ExitWindows other = source_->Take(0).windows;
  EXPECT_EQ(other.windows, 1u);
  EXPECT_EQ(other.exits, 0);
  EXPECT_THAT(other.userspace_reasons, testing::IsEmpty());
  const ExitWindows self = source_->Take(1).windows;
  ExpectAll(self);
  EXPECT_NEAR(other.open_ns, self.open_ns, self.open_ns / 2);
}

// Returns what came of opening in a process with these limits, a child.
constexpr int kOpened = 10, kSaid = 11, kOther = 12;
int WithFileLimits(rlim_t soft, rlim_t hard, const BackendInfo& backend) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limits = {soft, hard};
    setrlimit(RLIMIT_NOFILE, &limits);
    const auto source =
        OpenExitWindows(backend, {{ThisThread()}}, kExitWindowPlan);
    if (source->Open()) _exit(kOpened);
    const std::string said = source->Take(0).missing.at(0);
    _exit(absl::StrContains(said, "open files for 1 vCPU, and the limit is 12")
              ? kSaid
              : kOther);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ExitWindowsTest, TheLimitOfOpenFilesIsRaisedAsFarAsItMayBe) {
  rlimit now;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_EQ(WithFileLimits(12, now.rlim_max, kvm().backend()), kOpened);
  EXPECT_EQ(WithFileLimits(12, 12, kvm().backend()), kSaid);
}

}  // namespace
}  // namespace exitbench
