#include "harness/live/threads.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "harness/live/fake_root.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;

using Known = ThreadWatch::Known;

double TickNs() { return 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK)); }

std::string Stat(const std::string& name, int user, int system, int guest,
                 int started = 500) {
  std::string text = absl::StrCat("11 (", name, ") S");
  for (int field = 4; field <= 52; ++field) {
    int value = field;
    if (field == 14) value = user;
    if (field == 15) value = system;
    if (field == 22) value = started;
    if (field == 43) value = guest;
    absl::StrAppend(&text, " ", value);
  }
  return text;
}

ThreadTimes Times(const std::string& stat, const std::string& schedstat) {
  absl::StatusOr<ThreadTimes> times = ParseThreadTimes(stat, schedstat);
  EXPECT_TRUE(times.ok()) << times.status();
  return times.value_or(ThreadTimes());
}

TEST(ThreadsTest, ReadsTimes) {
  const ThreadTimes times =
      Times(Stat("CPU 0/KVM", 30, 4, 20), "123456789 42 7");
  EXPECT_EQ(times.name, "CPU 0/KVM");
  EXPECT_EQ(times.started, 500u);
  EXPECT_TRUE(times.has_schedstat);
  EXPECT_EQ(times.cpu_ns, 123456789);
  EXPECT_EQ(times.wait_ns, 42);
  EXPECT_EQ(times.guest_ns, 20 * TickNs());
  EXPECT_EQ(times.user_ns, 10 * TickNs());
}

TEST(ThreadsTest, DoesWithoutSchedstat) {
  for (const char* schedstat : {"", "x y z", "12", "-1 2 3"}) {
    const ThreadTimes times = Times(Stat("a", 30, 4, 20), schedstat);
    EXPECT_FALSE(times.has_schedstat) << schedstat;
    EXPECT_EQ(times.cpu_ns, 34 * TickNs());
    EXPECT_EQ(times.wait_ns, 0);
  }
}

// The guest's time is counted later than the time that includes it.
TEST(ThreadsTest, UserTimeIsNeverNegative) {
  EXPECT_EQ(Times(Stat("a", 3, 0, 5), "").user_ns, 0);
}

// A thread gives itself its name.
TEST(ThreadsTest, BelievesNoName) {
  EXPECT_EQ(Times(Stat(") R 1 (2 3)", 7, 0, 0), "").name, ") R 1 (2 3)");
  EXPECT_EQ(Times(Stat(") R 1 (2 3)", 7, 0, 0), "").user_ns, 7 * TickNs());
  for (const char* stat :
       {"", "11", "11 (a", "11 a)", ")(", "11 (a) S 1 2 3",
        "11 (a) S x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
        "x x x x x x x x x x x x x x"}) {
    EXPECT_FALSE(ParseThreadTimes(stat, "").ok()) << stat;
  }
}

void WriteThread(const FakeRoot& root, int thread, const std::string& stat,
                 const std::string& schedstat) {
  root.Write(absl::StrCat("/proc/50/task/", thread, "/stat"), stat + "\n");
  root.Write(absl::StrCat("/proc/50/task/", thread, "/schedstat"),
             schedstat + "\n");
}

ThreadReading Read(const FakeRoot& root) {
  absl::StatusOr<ThreadReading> reading = ReadThreads(root.path(), 50);
  EXPECT_TRUE(reading.ok()) << reading.status();
  return reading.value_or(ThreadReading());
}

TEST(ThreadsTest, AddsUpThreadsThatComeAndGo) {
  FakeRoot root;
  WriteThread(root, 50, Stat("main", 1, 0, 0), "1000 10 1");
  WriteThread(root, 51, Stat("stays", 2, 0, 2), "2000 20 1");
  WriteThread(root, 52, Stat("goes", 0, 0, 1), "3000 30 1");
  ThreadWatch watch(Read(root));
  WriteThread(root, 51, Stat("stays", 5, 0, 4), "2500 25 1");
  WriteThread(root, 52, Stat("goes", 0, 0, 1), "3100 30 1");
  watch.Add(Read(root));
  root.Remove("/proc/50/task/52");
  WriteThread(root, 53, Stat("comes", 0, 0, 0, 700), "77 7 1");
  WriteThread(root, 51, Stat("stays", 9, 0, 5), "4000 40 1");
  watch.Add(Read(root));

  const ThreadWatch::VcpuThreads vcpus = watch.FindVcpuThreads({}, 1);
  EXPECT_EQ(vcpus.known, Known::kByProc);
  EXPECT_THAT(vcpus.threads, ElementsAre(51, 52));
  const ThreadTime time = watch.TimeOf(vcpus.threads);
  EXPECT_EQ(time.threads, 2u);
  EXPECT_EQ(time.cpu_ns, 2000 + 100);
  EXPECT_EQ(time.wait_ns, 20);
  EXPECT_EQ(time.guest_ns, 3 * TickNs());
  EXPECT_EQ(time.user_ns, 4 * TickNs());
  const ThreadTime others = watch.TimeOfOthers(vcpus.threads, {});
  EXPECT_EQ(others.threads, 2u);
  EXPECT_EQ(others.cpu_ns, 77);
  EXPECT_EQ(others.wait_ns, 7);
  EXPECT_EQ(watch.TimeOfOthers(vcpus.threads, {53}).cpu_ns, 0);
  EXPECT_TRUE(watch.has_wait());
}

// Its number is another thread's by now.
TEST(ThreadsTest, ThreadsOfTheSameNumberAreTwo) {
  FakeRoot root;
  WriteThread(root, 50, Stat("a", 0, 0, 0, 100), "9000 90 1");
  ThreadWatch watch(Read(root));
  WriteThread(root, 50, Stat("b", 0, 0, 0, 200), "500 5 1");
  watch.Add(Read(root));
  EXPECT_EQ(watch.TimeOf({50}).cpu_ns, 500);
}

TEST(ThreadsTest, WithoutSchedstatTheWaitIsNotKnown) {
  FakeRoot root;
  WriteThread(root, 50, Stat("a", 1, 0, 0), "");
  const ThreadWatch watch(Read(root));
  EXPECT_FALSE(watch.has_wait());
  EXPECT_FALSE(watch.TimeOf({50}).has_wait);
  EXPECT_FALSE(watch.TimeOfOthers({50}, {}).has_wait);
}

// That this process may open no more files says nothing of the other one.
TEST(ThreadsTest, WithoutAFileToReadByTheProcessHasNotEnded) {
  FakeRoot root;
  WriteThread(root, 50, Stat("a", 1, 0, 0), "1 1 1");
  rlimit old_limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old_limit), 0);
  const rlimit none = {.rlim_cur = 0, .rlim_max = old_limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const absl::Status read = ReadThreads(root.path(), 50).status();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old_limit), 0);
  EXPECT_TRUE(absl::IsResourceExhausted(read)) << read;
}

TEST(ThreadsTest, TakesNoTimeBack) {
  FakeRoot root;
  WriteThread(root, 50, Stat("a", 9, 9, 9), "9000 90 1");
  ThreadWatch watch(Read(root));
  WriteThread(root, 50, Stat("a", 8, 8, 8), "8000 80 1");
  watch.Add(Read(root));
  EXPECT_EQ(watch.TimeOf({50}).cpu_ns, 0);
  EXPECT_EQ(watch.TimeOf({50}).guest_ns, 0);
}

TEST(ThreadsTest, FindsThreadsOfVcpus) {
  FakeRoot root;
  WriteThread(root, 50, Stat("qemu", 0, 0, 0), "1 1 1");
  WriteThread(root, 51, Stat("CPU 0/KVM", 0, 0, 0), "1 1 1");
  WriteThread(root, 52, Stat("vhost-50", 0, 0, 0), "1 1 1");
  const ThreadWatch named(Read(root));
  EXPECT_EQ(named.FindVcpuThreads({}, 1).known, Known::kByProc);
  EXPECT_THAT(named.FindVcpuThreads({}, 1).threads, ElementsAre(51));
  // KVM's own word is better, as far as it is of this process.
  EXPECT_EQ(named.FindVcpuThreads({50, 99}, 1).known, Known::kByKvm);
  EXPECT_THAT(named.FindVcpuThreads({50, 99}, 1).threads, ElementsAre(50));
  EXPECT_EQ(named.FindVcpuThreads({99}, 1).known, Known::kByProc);
  // Without any name all may be, apart from what the kernel runs.
  root.Remove("/proc/50/task/51");
  const ThreadWatch unnamed(Read(root));
  EXPECT_EQ(unnamed.FindVcpuThreads({}, 1).known, Known::kNot);
  EXPECT_THAT(unnamed.FindVcpuThreads({}, 1).threads, ElementsAre(50));
}

std::string Call(int number, const std::string& arguments) {
  return absl::StrCat(number, " ", arguments, "\n");
}

TEST(ThreadsTest, KnowsTheCallThatRunsAVcpu) {
  EXPECT_TRUE(IsKvmRun(Call(SYS_ioctl, "0xb 0xae80 0x0 0x7f00 0x1 0x2 0x3")));
  EXPECT_FALSE(IsKvmRun(Call(SYS_ioctl, "0xb 0xae81 0x0 0x7f00 0x1 0x2 0x3")));
  EXPECT_FALSE(IsKvmRun(Call(SYS_read, "0xb 0xae80 0x0 0x7f00 0x1 0x2 0x3")));
  for (const char* text : {"", "running", "-1 0x7ffc 0x7f00", "16", "16 0xb",
                           "16 0xb x", "x 0xb 0xae80"}) {
    EXPECT_FALSE(IsKvmRun(text)) << text;
  }
}

// Of four vCPUs one ran in the guest, one has a name, and two were halted, each
// at another moment.
TEST(ThreadsTest, FindsThreadsOfVcpusByAllThatProcShows) {
  FakeRoot root;
  const std::string run = Call(SYS_ioctl, "0xb 0xae80 0x0 0x1 0x1 0x2 0x3");
  const auto call = [&root](int thread, const std::string& text) {
    root.Write(absl::StrCat("/proc/50/task/", thread, "/syscall"), text);
  };
  WriteThread(root, 50, Stat("qemu", 0, 0, 0), "1 1 1");
  WriteThread(root, 51, Stat("qemu", 0, 0, 3), "1 1 1");
  WriteThread(root, 52, Stat("CPU 1/KVM", 0, 0, 0), "1 1 1");
  WriteThread(root, 53, Stat("qemu", 0, 0, 0), "1 1 1");
  WriteThread(root, 54, Stat("qemu", 0, 0, 0), "1 1 1");
  WriteThread(root, 55, Stat("kvm-nx-lpage-re", 0, 0, 0), "1 1 1");
  call(55, run);  // The kernel made it in a first KVM_RUN.
  call(50, Call(SYS_ioctl, "0x3 0xae03 0x0 0x1 0x1 0x2 0x3"));
  call(53, run);
  call(54, "running\n");
  ThreadWatch watch(Read(root));
  EXPECT_EQ(watch.FindVcpuThreads({}, 3).known, Known::kByProc);
  EXPECT_THAT(watch.FindVcpuThreads({}, 3).threads, ElementsAre(51, 52, 53));
  EXPECT_THAT(watch.FindVcpuThreads({}, 0).threads, ElementsAre(51, 52, 53));
  // As long as one is not known, all may be it, apart from what the kernel
  // runs.
  EXPECT_EQ(watch.FindVcpuThreads({}, 4).known, Known::kNot);
  EXPECT_EQ(watch.FindVcpuThreads({}, 4).found, 3u);
  EXPECT_THAT(watch.FindVcpuThreads({}, 4).threads,
              ElementsAre(50, 51, 52, 53, 54));
  call(53, "running\n");
  call(54, run);
  watch.Add(Read(root));
  EXPECT_EQ(watch.FindVcpuThreads({}, 4).known, Known::kByProc);
  EXPECT_THAT(watch.FindVcpuThreads({}, 4).threads,
              ElementsAre(51, 52, 53, 54));
  // By now another thread has the number.
  WriteThread(root, 53, Stat("worker", 0, 0, 0, 900), "1 1 1");
  watch.Add(Read(root));
  EXPECT_THAT(watch.FindVcpuThreads({}, 3).threads, ElementsAre(51, 52, 54));
}

TEST(ThreadsTest, KnowsNamesOfVcpus) {
  for (const char* name : {"CPU 0/KVM", "CPU 127/KVM", "fc_vcpu 3",
                           "crosvm_vcpu2", "vcpu0", "kvm-vcpu-1"}) {
    EXPECT_TRUE(IsVcpuName(name)) << name;
  }
  for (const char* name : {"CPU 0/TCG", "CPU /KVM", "vcpu", "vcpux", "CPU 0",
                           "kvm-nx-lpage-re", "", "vcpu-1"}) {
    EXPECT_FALSE(IsVcpuName(name)) << name;
  }
}

TEST(ThreadsTest, SaysThatTheProcessHasEnded) {
  FakeRoot root;
  EXPECT_TRUE(absl::IsNotFound(ReadThreads(root.path(), 50).status()));
}

}  // namespace
}  // namespace exitbench
