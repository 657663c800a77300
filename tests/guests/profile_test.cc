// Cases sampled on this host's KVM.
#include "profile/model/profile.h"

#include <linux/perf_event.h>

#include <map>
#include <string>

#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "harness/perf/event_counters.h"
#include "harness/perf/permission.h"
#include "harness/profile/observed_loop.h"
#include "harness/profile/profile_case.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {
namespace {

class ProfileTest : public KvmTest {
 protected:
  CaseInstance Named(const std::string& name) {
    for (const CaseInstance& c : AllCases()) {
      if (c.name == name) return c;
    }
    ADD_FAILURE() << name;
    return {};
  }

  Profile Sample(const std::string& name, absl::Duration time) {
    absl::StatusOr<CaseProfiler> profiler = CaseProfiler::Open({});
    EXPECT_TRUE(profiler.ok()) << profiler.status();
    EXPECT_TRUE(profiler->ReadSymbols().ok());
    return profiler->Sample(kvm(), Named(name), CalibratedSettings(2000),
                            tools_, time, [this] { ++alive_; });
  }

  int alive_ = 0;
};

#define EB_SKIP_WITHOUT_PERMISSION()                        \
  if (const absl::Status may = CheckMaySample(); !may.ok()) \
  GTEST_SKIP() << "SKIPPED, needs permission: " << may.message()

// Returns the samples in each module of the one case.
std::map<std::string, double> ByModule(const Profile& p) {
  std::map<std::string, double> samples;
  for (const ProfileNode& node : p.nodes) {
    samples[p.modules[p.functions[node.function].module]] += node.self;
  }
  return samples;
}

bool HasFunction(const Profile& p, const std::string& name) {
  for (const ProfileFunction& f : p.functions) {
    if (f.name == name) return true;
  }
  return false;
}

TEST_F(ProfileTest, AnExitToUserspaceIsInTheIoctlOfKvm) {
  EB_SKIP_WITHOUT_PERMISSION();
  const Profile p = Sample("pio/out.ring3", absl::Milliseconds(1500));
  ASSERT_EQ(p.cases.size(), 1u);
  const CaseProfile& one = p.cases[0];
  ASSERT_EQ(one.refused, "");
  EXPECT_GT(one.sampled.samples, 1000);
  EXPECT_GE(one.sampled.attributed, 0.95 * one.sampled.samples);
  EXPECT_GT(one.events, 2000u);
  EXPECT_TRUE(HasFunction(p, "kvm_arch_vcpu_ioctl_run"));
  EXPECT_FALSE(HasFunction(p, "perf_ioctl"));
  double all = 0;
  for (const auto& [module, samples] : ByModule(p)) all += samples;
  EXPECT_EQ(all, one.sampled.samples);
  EXPECT_GE(alive_, 1);
}

TEST_F(ProfileTest, ACallOfTheHostIsSampledWithoutItsHooks) {
  EB_SKIP_WITHOUT_PERMISSION();
  const Profile p = Sample("vm/get_regs", absl::Milliseconds(300));
  ASSERT_EQ(p.cases[0].refused, "");
  EXPECT_TRUE(HasFunction(p, "kvm_vcpu_ioctl"));
  EXPECT_FALSE(HasFunction(p, "kvm_dev_ioctl"));  // KVM_CREATE_VM.
}

// Task clock stands in for an event of a PMU: ns instead of instructions.
TEST_F(ProfileTest, CountsAreOfOneEvent) {
  EB_SKIP_WITHOUT_PERMISSION();
  const CountedEvent clock[] = {{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK,
                                 MetricId::kInstructionsHost,
                                 MetricId::kInstructionsGuest}};
  absl::StatusOr<CaseProfiler> profiler = CaseProfiler::Open({}, clock);
  ASSERT_TRUE(profiler.ok()) << profiler.status();
  ASSERT_TRUE(profiler->counts());
  const CaseResult counted =
      profiler->Count(kvm(), Named("pio/out.ring3"), CalibratedSettings(2000),
                      tools_, absl::Milliseconds(300));
  EXPECT_EQ(counted.name, "pio/out.ring3");
  ASSERT_EQ(counted.runs.size(), 1u);
  ASSERT_EQ(counted.metrics.size(), 2u);
  EXPECT_EQ(counted.metrics[0].name, "instructions_host");
  EXPECT_EQ(counted.metrics[1].name, "instructions_guest");
  for (const Metric& metric : counted.metrics) {
    // An exit to userspace takes longer than a system call, and no millisecond.
    EXPECT_GT(metric.runs[0].summary.iqm, 200) << metric.name;
    EXPECT_LT(metric.runs[0].summary.iqm, 1e6) << metric.name;
    EXPECT_FALSE(metric.gating);
    EXPECT_EQ(metric.unit, Unit::kCount);
  }
}

class Count : public Region {
 public:
  void Enter() override { ++entered; }
  void Leave() override { ++left; }
  uint64_t entered = 0;
  uint64_t left = 0;
};

TEST_F(ProfileTest, EachBatchIsInTheRegion) {
  Count count;
  int between = 0;
  const absl::StatusOr<uint64_t> events =
      RunObserved(kvm(), Named("pio/out.ring3"), CalibratedSettings(2000),
                  tools_, count, absl::Milliseconds(200), [&] {
                    EXPECT_EQ(count.entered, count.left);
                    ++between;
                    return absl::OkStatus();
                  });
  ASSERT_TRUE(events.ok()) << events.status();
  EXPECT_GT(*events, 0u);
  EXPECT_GE(count.entered, static_cast<uint64_t>(between));
  EXPECT_GE(between, 2);
}

TEST_F(ProfileTest, AnErrorBetweenSlicesEndsIt) {
  Count count;
  EXPECT_TRUE(absl::IsDataLoss(
      RunObserved(kvm(), Named("vm/get_regs"), CalibratedSettings(2000), tools_,
                  count, absl::Seconds(5),
                  [] { return absl::DataLossError("damaged"); })
          .status()));
}

}  // namespace
}  // namespace exitbench
