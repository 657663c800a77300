// The memory cases against guests and hosts that are not what they claim.
#include <fstream>

#include "absl/time/clock.h"
#include "cases/catalogue/catalogue.h"
#include "cases/support/userfault.h"
#include "cases/x86_64/exits.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"
#include "harness/proof/counters.h"
#include "harness/run/native.h"
#include "harness/settings/prepare.h"
#include "tests/guests/kvm_test_base.h"
#include "tests/guests/threads_left.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kStrideBytes = 8 * 4096;
constexpr uint32_t kFewTouches = 64;

absl::Status PrepareTouch(Machine& machine) {
  machine.parameters(0).args[0] = EB_DATA_GPA;
  machine.parameters(0).args[1] = kStrideBytes;
  machine.data().PopulateStride(kStrideBytes);
  return absl::OkStatus();
}

// Claims a fault per store, and lets the guest have its mappings.
const Case kPrefaulted = {.name = "bad/prefaulted",
                          .modes = kUserMode,
                          .blob = &blobs::touch_write,
                          .shape = {.data_bytes = kFewTouches * kStrideBytes},
                          .expect = {.claims = {{.counter = "pf_taken"}}},
                          .prepare = PrepareTouch,
                          .size = {.fresh_bytes = kStrideBytes}};

class MemoryTest : public KvmTest {
 protected:
  CaseResult Run(const CaseInstance& instance, uint32_t events,
                 bool native = false) {
    RunSettings settings = CalibratedSettings(events);
    settings.warmup_events = events;
    settings.config.native = native;
    settings.config.time_limit = absl::Seconds(20);
    return RunCase(kvm(), instance, settings, tools_);
  }

  CaseResult Run(const std::string& name, uint32_t events,
                 bool native = false) {
    for (const CaseInstance& instance : AllCases()) {
      if (instance.name == name) return Run(instance, events, native);
    }
    ADD_FAILURE() << "no case " << name;
    return CaseResult();
  }

  CaseResult RunChanged(const std::string& name, void (*change)(Case&)) {
    for (const CaseInstance& instance : AllCases()) {
      if (instance.name != name) continue;
      Case row = *instance.row;
      change(row);
      return Run({&row, instance.mode, "t", nullptr}, kFewTouches);
    }
    ADD_FAILURE() << "no case " << name;
    return CaseResult();
  }
};

const Metric* Find(const CaseResult& result, const std::string& name) {
  for (const Metric& metric : result.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * 4096;
}

TEST_F(MemoryTest, AViolationWithoutAFaultIsContradicted) {
  if (!HasCounters()) GTEST_SKIP() << "no kernel counters";
  const CaseResult result =
      Run({&kPrefaulted, kUserMode, "bad/prefaulted", nullptr}, kFewTouches);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.verdict, Verdict::kContradicted);
  EXPECT_THAT(result.reason, HasSubstr("pf_taken moved by 0, claimed 64"));
  EXPECT_TRUE(result.metrics.empty());
}

// The second round over the same pages is mem/hot: it takes no fault.
TEST_F(MemoryTest, PagesTouchedASecondTimeAreHot) {
  if (!HasCounters()) GTEST_SKIP() << "no kernel counters";
  const CaseInstance instance = {&kPrefaulted, kUserMode, "t", nullptr};
  auto machine = PrepareMachine(kvm(), instance,
                                ImageOf(instance, StampKind::kPlain, false));
  ASSERT_TRUE(machine.ok()) << machine.status();
  LoopPlan plan;
  plan.events = plan.batch = kFewTouches;
  plan.time_limit = absl::Seconds(5);
  for (double faults : {double{kFewTouches}, 0.0}) {
    auto watch = CounterWatch::Start(*machine);
    ASSERT_TRUE(watch.ok()) << watch.status();
    const absl::Status ran = RunGuestLoop(*machine, kPrefaulted, plan,
                                          tools_.watchdog, tools_.samples);
    ASSERT_TRUE(ran.ok()) << ran;
    auto deltas = watch->Deltas();
    ASSERT_TRUE(deltas.ok());
    // The first time the payload's own pages fault as well.
    const double own = faults > 0 ? 32 : 0;
    EXPECT_GE(deltas->Get("pf_taken"), faults);
    EXPECT_LE(deltas->Get("pf_taken"), faults + own);
  }
  const CaseResult hot = Run("mem/hot.ring3", 100);
  EXPECT_EQ(hot.outcome, Outcome::kOk) << hot.reason;
  EXPECT_THAT(hot.proof, HasSubstr("pf_taken +0"));
}

// Each of these is a row whose event does not happen.

TEST_F(MemoryTest, CodeThatIsNotCalledIsCounted) {
  const CaseResult result =
      RunChanged("ept/violation_backed_fetch.ring3",
                 [](Case& row) { row.blob = &blobs::touch_read; });
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("calls ran the code of 0 pages"));
}

TEST_F(MemoryTest, PagesThatNeedNoAnswerAreCounted) {
  for (const char* name : {"ept/userfault.ring3", "ept/userfault_minor.ring3",
                           "ept/userfault_wp.ring3"}) {
    const CaseResult result = RunChanged(name, [](Case& row) {
      row.before_batch = [](Machine&, uint32_t) { return absl::OkStatus(); };
    });
    if (result.outcome == Outcome::kSkipped) continue;
    EXPECT_EQ(result.outcome, Outcome::kFailed) << name;
    EXPECT_THAT(result.reason, HasSubstr("touches made 0 userfaultfd events"))
        << name;
  }
}

TEST_F(MemoryTest, CopiesThatLeaveNoPagesAreSeen) {
  const CaseResult result =
      RunChanged("ept/userfault_copy.16.ring3", [](Case& row) {
        row.verify_batch = [](Machine& machine, uint32_t events) {
          EXPECT_TRUE(machine.data().Discard().ok());
          return ExpectResolved(machine, events);
        };
      });
  if (result.outcome == Outcome::kSkipped) GTEST_SKIP() << result.reason;
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("copies left 0 pages with the host"));
}

// The cap is not needed: the range is what is looked at.
TEST_F(MemoryTest, APreFaultThatMapsNothingIsSeen) {
  if (!HasCounters()) GTEST_SKIP() << "no kernel counters";
  const CaseResult result = RunChanged("ept/pre_fault.16.ring3", [](Case& row) {
    row.host.needs = {};
    row.host_loop.timed = [](Machine&) { return 0; };
  });
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("mapped 0 pages of 4 KiB"));
}

TEST_F(MemoryTest, TooLittleMemoryIsSkippedWithTheFigure) {
  // Of the VM of the event and of its control's.
  Case row = kPrefaulted;
  row.host.hook_bytes = uint64_t{1} << 50;
  const CaseResult result = Run({&row, kUserMode, "t", nullptr}, kFewTouches);
  EXPECT_EQ(result.outcome, Outcome::kSkipped);
  EXPECT_THAT(result.reason, HasSubstr("needs 21474836"));
  EXPECT_THAT(result.reason, HasSubstr("MiB available"));
}

TEST_F(MemoryTest, ThreadsOfCasesEndWithTheirMachines) {
  const ThreadsLeft threads_left;
  const absl::Time start = absl::Now();
  for (const char* name : {"ept/userfault.ring3", "dirty/log_get_100.ring3"}) {
    const CaseResult result = Run(name, 10);
    EXPECT_TRUE(result.outcome == Outcome::kOk ||
                result.outcome == Outcome::kSkipped)
        << name << ": " << result.reason;
    EXPECT_THAT(threads_left.Get(), IsEmpty()) << name;
  }
  EXPECT_LT(absl::Now() - start, absl::Seconds(40));
}

TEST_F(MemoryTest, MemoryDoesNotGrowWithTheNumberOfEvents) {
  const char* name = "ept/violation_unbacked_write.ring3";
  ASSERT_EQ(Run(name, 1024).outcome, Outcome::kOk);
  const uint64_t before = ResidentBytes();
  ASSERT_EQ(Run(name, 8192).outcome, Outcome::kOk);
  EXPECT_LT(ResidentBytes(), before + (4u << 20));
}

TEST_F(MemoryTest, NativeRunsTheSamePayloadWithoutAVm) {
  const CaseResult result = Run("mem/tlb_walk.ring3", 200, true);
  ASSERT_EQ(result.outcome, Outcome::kOk) << result.reason;
  const Metric* native = Find(result, "native");
  ASSERT_NE(native, nullptr);
  EXPECT_EQ(native->runs[0].summary.count, 200u);
  EXPECT_GT(native->runs[0].summary.min, 0);
  const Metric* gnr = Find(result, "gnr");
  ASSERT_NE(gnr, nullptr);
  EXPECT_EQ(gnr->unit, Unit::kRatio);
  EXPECT_GT(gnr->runs[0].summary.mean, 0);
  EXPECT_EQ(Find(Run("mem/tlb_walk.ring3", 200), "native"), nullptr);
}

TEST_F(MemoryTest, APayloadThatFaultsNativelyIsAnErrorNotACrash) {
  const Case row = {
      .name = "bad/native", .blob = &blobs::bad_exception, .native = true};
  const CaseInstance instance = {&row, kUserMode, "bad/native", nullptr};
  const BlobImage& image = ImageOf(instance, StampKind::kPlain, false);
  auto machine = PrepareMachine(kvm(), instance, image);
  ASSERT_TRUE(machine.ok()) << machine.status();
  Samples ticks;
  const absl::Status status = RunNative(*machine, row, image, 10, 10, ticks);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Illegal instruction"));
  EXPECT_TRUE(ticks.raw.empty());
}

TEST_F(MemoryTest, WhatCannotRunNativelyKeepsWhatTheGuestMeasured) {
  const Case row = {.name = "bad/native_out",
                    .modes = kUserMode,
                    .blob = &blobs::pio_out,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)},
                    .native = true};
  const CaseResult result =
      Run({&row, kUserMode, "bad/native_out", nullptr}, 20, true);
  EXPECT_EQ(result.outcome, Outcome::kOk) << result.reason;
  EXPECT_NE(Find(result, "guest"), nullptr);
  EXPECT_EQ(Find(result, "native"), nullptr);
  EXPECT_THAT(result.no_native,
              HasSubstr("natively the payload takes Segmentation fault"));
}

TEST_F(MemoryTest, CpuidRunsNatively) {
  for (const char* name : {"cpu/cpuid.ring3", "cpu/cpuid.leaf_d.ring3"}) {
    const CaseResult result = Run(name, 100, true);
    ASSERT_EQ(result.outcome, Outcome::kOk) << result.reason;
    ASSERT_NE(Find(result, "native"), nullptr) << name;
    EXPECT_EQ(result.no_native, "");
  }
}

TEST_F(MemoryTest, WhatDoesNotRunNativelySaysWhy) {
  EXPECT_EQ(Run("pio/out.ring3", 20, true).no_native,
            "its event is an exit to userspace");
  EXPECT_EQ(Run("control/immediate_exit", 20, true).no_native,
            "its event is a call of the host's");
  EXPECT_EQ(Run("cpu/wbinvd", 20, true).no_native,
            "its payload runs in the kernel's mode only");
  EXPECT_EQ(Run("pio/out.ring3", 20).no_native, "");
}

}  // namespace
}  // namespace exitbench
