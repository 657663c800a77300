#include <linux/perf_event.h>
#include <sys/mman.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/sys.h"
#include "gtest/gtest.h"
#include "harness/perf/event_counters.h"
#include "harness/perf/perf_event.h"
#include "harness/perf/perf_records.h"
#include "harness/perf/perf_ring.h"
#include "harness/perf/permission.h"
#include "harness/perf/sampler.h"
#include "harness/perf/tracepoint.h"

namespace exitbench {
namespace {

constexpr uint64_t kOfKernel = PERF_CONTEXT_KERNEL;
constexpr uint64_t kOfUser = PERF_CONTEXT_USER;

std::string Record(uint32_t type, uint16_t misc,
                   const std::vector<uint64_t>& words) {
  const perf_event_header header = {
      type, misc,
      static_cast<uint16_t>(sizeof(header) + words.size() * sizeof(uint64_t))};
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof(header));
  bytes.append(reinterpret_cast<const char*>(words.data()),
               words.size() * sizeof(uint64_t));
  return bytes;
}

std::string KernelSample() {
  return Record(PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL,
                {0xf1, 3, kOfKernel, 0xf1, 0xf2});
}

TEST(PerfRecords, SamplesAndWhatWasLost) {
  PerfRecords records;
  const std::string bytes =
      KernelSample() + Record(PERF_RECORD_LOST, 0, {7, 40}) +
      Record(PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER, {0x11, 0}) +
      Record(PERF_RECORD_THROTTLE, 0, {1, 2, 3}) +
      Record(PERF_RECORD_COMM, 0, {1, 2}) +
      Record(PERF_RECORD_SAMPLE, PERF_RECORD_MISC_GUEST_USER, {0x22, 0}) +
      Record(PERF_RECORD_SAMPLE, PERF_RECORD_MISC_GUEST_KERNEL, {0x33, 0}) +
      Record(PERF_RECORD_LOST, 0, {7, 2});
  ASSERT_TRUE(ParsePerfRecords(bytes, records).ok());
  ASSERT_EQ(records.samples.size(), 4u);
  EXPECT_EQ(records.samples[0].mode, SampledMode::kKernel);
  EXPECT_EQ(records.samples[0].address, 0xf1u);
  EXPECT_EQ(records.samples[0].chain, (std::vector<uint64_t>{0xf1, 0xf2}));
  EXPECT_EQ(records.samples[1].mode, SampledMode::kUser);
  EXPECT_EQ(records.samples[1].address, 0x11u);
  EXPECT_EQ(records.samples[2].mode, SampledMode::kGuest);
  EXPECT_EQ(records.samples[3].mode, SampledMode::kGuest);
  EXPECT_EQ(records.lost, 42u);
}

TEST(PerfRecords, OnlyTheKernelsPartOfAChainIsKept) {
  PerfRecords records;
  ASSERT_TRUE(
      ParsePerfRecords(Record(PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL,
                              {0xf1, 5, kOfKernel, 0xf1, 0xf2, kOfUser, 0x11}),
                       records)
          .ok());
  EXPECT_EQ(records.samples[0].chain, (std::vector<uint64_t>{0xf1, 0xf2}));
}

// Each is damaged behind a good sample, which is kept.
TEST(PerfRecords, DamagedOnesAreRefused) {
  std::string empty = Record(PERF_RECORD_SAMPLE, 0, {});
  std::string size_0 = KernelSample();
  const uint16_t zero = 0, more = 400;
  std::memcpy(size_0.data() + 6, &zero, sizeof(zero));
  std::string size_400 = KernelSample();
  std::memcpy(size_400.data() + 6, &more, sizeof(more));
  const std::string damaged[] = {
      "x",
      empty,
      size_0,
      size_400,
      KernelSample().substr(0, KernelSample().size() - 1),
      Record(PERF_RECORD_SAMPLE, 0, {0xf1}),
      Record(PERF_RECORD_SAMPLE, 0, {0xf1, 1}),
      Record(PERF_RECORD_SAMPLE, 0, {0xf1, UINT64_MAX, 1, 2}),
      Record(PERF_RECORD_LOST, 0, {7}),
  };
  for (const std::string& bytes : damaged) {
    PerfRecords records;
    const absl::Status status =
        ParsePerfRecords(KernelSample() + bytes, records);
    EXPECT_TRUE(absl::IsDataLoss(status)) << bytes.size() << ": " << status;
    EXPECT_EQ(records.samples.size(), 1u);
  }
}

TEST(PerfRing, UnrollsAroundTheEnd) {
  EXPECT_EQ(*UnrollRing("abcdefgh", 0, 3), "abc");
  EXPECT_EQ(*UnrollRing("abcdefgh", 6, 9), "gha");
  EXPECT_EQ(*UnrollRing("abcdefgh", 806, 814), "ghabcdef");
  EXPECT_EQ(*UnrollRing("abcdefgh", 5, 5), "");
  EXPECT_TRUE(absl::IsDataLoss(UnrollRing("abcdefgh", 0, 9).status()));
  EXPECT_TRUE(absl::IsDataLoss(UnrollRing("abcdefgh", 1, 0).status()));
}

constexpr uint64_t kPerfmonBit = uint64_t{1} << 38;
constexpr uint64_t kSyslogBit = uint64_t{1} << 34;

TEST(WhatIsMissing, NamesTheSettingAndTheCapability) {
  EXPECT_EQ(WhatIsMissing({.may_open = true, .sees_symbols = true}), "");
  EXPECT_EQ(WhatIsMissing({.perf_event_paranoid = 2, .kptr_restrict = 0}),
            "kernel.perf_event_paranoid is 2 and has to be 1 or less, or this "
            "process needs CAP_PERFMON and CAP_SYSLOG");
  EXPECT_EQ(WhatIsMissing({.sees_symbols = true, .perf_event_paranoid = 3}),
            "kernel.perf_event_paranoid is 3 and has to be 1 or less, or this "
            "process needs CAP_PERFMON");
  EXPECT_EQ(WhatIsMissing({.perf_event_paranoid = 2, .kptr_restrict = 1}),
            "kernel.perf_event_paranoid is 2 and has to be 1 or less, or this "
            "process needs CAP_PERFMON; kernel.kptr_restrict is 1 and has to "
            "be 0, or this process needs CAP_SYSLOG, to read /proc/kallsyms");
  EXPECT_EQ(WhatIsMissing({.may_open = true,
                           .perf_event_paranoid = 1,
                           .kptr_restrict = 2,
                           .capabilities = kPerfmonBit | kSyslogBit}),
            "kernel.kptr_restrict is 2 and has to be 1 or less");
  EXPECT_EQ(WhatIsMissing({.may_open = true,
                           .perf_event_paranoid = 2,
                           .kptr_restrict = 0,
                           .capabilities = kPerfmonBit}),
            "this process needs CAP_SYSLOG, to read /proc/kallsyms");
  EXPECT_EQ(WhatIsMissing({.sees_symbols = true,
                           .perf_event_paranoid = 2,
                           .capabilities = kPerfmonBit}),
            "perf_event_open is refused in spite of kernel.perf_event_paranoid "
            "and capabilities: by the seccomp filter of a container, or by "
            "kernel lockdown");
}

TEST(WhatIsMissingForThread, TellsTheKernelsSettingFromAnotherUser) {
  EXPECT_EQ(WhatIsMissingForThread({.perf_event_paranoid = 2}),
            "kernel.perf_event_paranoid is 2 and has to be 1 or less, or this "
            "process needs CAP_PERFMON");
  EXPECT_EQ(WhatIsMissingForThread({.perf_event_paranoid = 1}),
            "the threads are another user's, so this process needs "
            "CAP_PERFMON");
  EXPECT_EQ(WhatIsMissingForThread(
                {.perf_event_paranoid = 1, .capabilities = kPerfmonBit}),
            WhatIsMissing({.sees_symbols = true,
                           .perf_event_paranoid = 1,
                           .capabilities = kPerfmonBit}));
}

int open_error;
int FailToOpen(const char* name) {
  return absl::string_view(name) == "perf_event_open" ? open_error : 0;
}

// Has perf_event_open(2) fail for as long as it lives.
class OpenFails {
 public:
  explicit OpenFails(int error) {
    open_error = error;
    sys::fault_hook = FailToOpen;
  }
  ~OpenFails() { sys::fault_hook = nullptr; }
};

TEST(PerfEvent, ErrorsSayWhetherPermissionOrThePmuIsMissing) {
  for (const int error : {EACCES, EPERM}) {
    OpenFails fails(error);
    EXPECT_TRUE(absl::IsPermissionDenied(Sampler::Open({0}).status()));
    EXPECT_TRUE(absl::IsPermissionDenied(CheckMaySample()));
    EXPECT_TRUE(
        absl::IsPermissionDenied(OpenEvents(HardwareEvents()).status()));
  }
  for (const int error : {ENOENT, EOPNOTSUPP, ENODEV, ENOSYS, EINVAL}) {
    OpenFails fails(error);
    EXPECT_TRUE(absl::IsUnimplemented(Sampler::Open({0}).status()));
    const auto none = OpenEvents(HardwareEvents());
    ASSERT_TRUE(none.ok()) << none.status();
    EXPECT_TRUE(none->empty());
  }
  OpenFails fails(EMFILE);
  EXPECT_FALSE(OpenEvents(HardwareEvents()).ok());
}

constexpr size_t kPageBytes = 4096;

void TouchPages(char* at, size_t pages) {
  for (size_t i = 0; i < pages; ++i) {
    static_cast<volatile char*>(at)[i * kPageBytes] = 1;
  }
}

// Returns memory whose pages were all touched once, so that a sanitizer has its
// own pages for them.
char* TouchedMemory(size_t pages) {
  void* const at = mmap(nullptr, pages * kPageBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EB_CHECK(at != MAP_FAILED);
  madvise(at, pages * kPageBytes, MADV_NOHUGEPAGE);
  TouchPages(static_cast<char*>(at), pages);
  return static_cast<char*>(at);
}

// Touches pages that are not there: a page fault each. The first call must be
// outside of what is counted.
void TouchFresh(size_t pages) {
  constexpr size_t kMostPages = 512;
  static char* const at = TouchedMemory(kMostPages);
  ASSERT_LE(pages, kMostPages);
  madvise(at, pages * kPageBytes, MADV_DONTNEED);
  TouchPages(at, pages);
}

#define EB_SKIP_WITHOUT_PERMISSION()                        \
  if (const absl::Status may = CheckMaySample(); !may.ok()) \
  GTEST_SKIP() << "SKIPPED, needs permission: " << may.message()

// Page faults and task clock stand in for hardware events. Page faults of
// userspace would be excluded, so these are counted by the guest's event.
TEST(EventPair, CountsWithinRegionsOnly) {
  EB_SKIP_WITHOUT_PERMISSION();
  const CountedEvent faults = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS,
                               MetricId::kInstructionsHost,
                               MetricId::kInstructionsGuest};
  absl::StatusOr<EventPair> pair = EventPair::Open(faults);
  ASSERT_TRUE(pair.ok()) << pair.status();
  TouchFresh(50);
  pair->Enter();
  TouchFresh(300);
  pair->Leave();
  TouchFresh(50);
  pair->Enter();
  TouchFresh(100);
  pair->Leave();
  const auto counts = pair->Take();
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->guest, 400);
  EXPECT_EQ(counts->host, 0);
  pair->Enter();
  TouchFresh(20);
  pair->Leave();
  EXPECT_EQ(pair->Take()->guest, 20);
}

void SpinFor(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) TouchFresh(1);
}

TEST(Sampler, SamplesTheKernelWithinRegionsOnly) {
  EB_SKIP_WITHOUT_PERMISSION();
  absl::StatusOr<Sampler> sampler = Sampler::Open({});
  ASSERT_TRUE(sampler.ok()) << sampler.status();
  EXPECT_EQ(sampler->clock().nmi, sampler->clock().name == "cycles");
  EXPECT_GT(sampler->clock().period, 0u);
  PerfRecords records;
  SpinFor(std::chrono::milliseconds(20));
  ASSERT_TRUE(sampler->Take(records).ok());
  EXPECT_EQ(records.samples.size(), 0u);
  sampler->Enter();
  SpinFor(std::chrono::milliseconds(100));
  sampler->Leave();
  ASSERT_TRUE(sampler->Take(records).ok());
  size_t kernel = 0;
  for (const PerfSample& sample : records.samples) {
    if (sample.mode != SampledMode::kKernel || sample.chain.empty()) continue;
    ++kernel;
    EXPECT_EQ(sample.chain[0], sample.address);
  }
  EXPECT_GT(kernel, 20u);
  const size_t before = records.samples.size();
  ASSERT_TRUE(sampler->Take(records).ok());
  EXPECT_EQ(records.samples.size(), before);
}

// A host's files, under a folder of this test.
class Tracefs : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  const std::string root_ =
      testing::TempDir() + "tracefs_" +
      testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(Tracefs, IsFoundInBothPlaces) {
  Write("/sys/kernel/debug/tracing/events/kvm/kvm_exit/id", "1234\n");
  EXPECT_EQ(ExitTracepoint(root_).value_or(0), 1234u);
  Write("/sys/kernel/tracing/events/kvm/kvm_exit/id", "103\n");
  EXPECT_EQ(ExitTracepoint(root_).value_or(0), 103u);
}

TEST_F(Tracefs, SaysWhatIsMissing) {
  const absl::Status no_mount = ExitTracepoint(root_ + "/nowhere").status();
  EXPECT_TRUE(absl::IsUnimplemented(no_mount));
  EXPECT_EQ(no_mount.message(),
            "tracefs is not mounted: mount -t tracefs tracefs "
            "/sys/kernel/tracing");
  Write("/sys/kernel/tracing/events/sched/enable", "0\n");
  const absl::Status no_kvm = ExitTracepoint(root_).status();
  EXPECT_TRUE(absl::IsUnimplemented(no_kvm));
  EXPECT_EQ(no_kvm.message(), "this kernel has no tracepoint kvm:kvm_exit");
}

// Counts the exits of no guest, and refuses what is no filter.
TEST(ExitCounter, CountsWithinRegionsOnly) {
  absl::StatusOr<ExitCounter> counter = ExitCounter::Open("exit_reason == 10");
  if (!counter.ok()) GTEST_SKIP() << "SKIPPED: " << counter.status().message();
  EXPECT_TRUE(
      absl::IsUnimplemented(ExitCounter::Open("no_field == 10").status()));
  counter->Enter();
  counter->Leave();
  const absl::StatusOr<double> exits = counter->Take();
  ASSERT_TRUE(exits.ok()) << exits.status();
  EXPECT_EQ(*exits, 0);
}

}  // namespace
}  // namespace exitbench
