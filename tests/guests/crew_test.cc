// switch/ and scale/: a guest of several that does nothing, or too little, is
// noticed at once, and by name; whatever happens, no thread is left.
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/cpus.h"
#include "base/sys.h"
#include "cases/catalogue/catalogue.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "tests/guests/kvm_test_base.h"
#include "tests/guests/threads_left.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CrewTest : public KvmTest {
 protected:
  ~CrewTest() override {
    sys::fault_hook = nullptr;
    if (before_.ok()) (void)before_->BindThisThread();
  }

  // Runs the case `name` with `guest` in place of its payload, unless null. Its
  // vCPUs are on CPUs of their own, or take turns on one if that is all that
  // there is: slower, and no obstacle to what fails.
  CaseResult Run(const std::string& name, const GuestBlob* guest,
                 uint32_t events = 3,
                 absl::Duration limit = absl::Seconds(20)) {
    before_ = CpuSet::OfThisThread();
    std::vector<int> cpus = before_->Numbers();
    has_cpus_ = cpus.size() >= 2;
    if (!has_cpus_) cpus.push_back(cpus[0]);
    EXPECT_TRUE(PinThisThread(cpus[0]).ok());
    GiveCpus(cpus);
    RunSettings settings = CalibratedSettings(events);
    settings.config.time_limit = limit;
    for (const CaseInstance& instance : AllCases()) {
      if (instance.name != name) continue;
      Case row = *instance.row;
      if (guest != nullptr) row.host_loop.guest = guest;
      const ThreadsLeft threads_left;
      const absl::Time start = absl::Now();
      const CaseResult result =
          RunCase(kvm(), {&row, instance.mode, name}, settings, tools_);
      took_ = absl::Now() - start;
      EXPECT_THAT(threads_left.Get(), IsEmpty());
      return result;
    }
    ADD_FAILURE() << "no case " << name;
    return CaseResult();
  }

  absl::StatusOr<CpuSet> before_ = CpuSet();
  bool has_cpus_ = false;
  absl::Duration took_;
};

TEST_F(CrewTest, AVcpuThatMakesNoEventsFails) {
  const CaseResult result =
      Run("scale/pio.vcpus.2.ring3", &blobs::bad_one_idle);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("vCPU 1: rang the doorbell early"));
  EXPECT_TRUE(result.metrics.empty());
}

TEST_F(CrewTest, AVcpuThatStopsEarlyFails) {
  const CaseResult result =
      Run("scale/pio.vcpus.2.ring3", &blobs::bad_one_early);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("vCPU 1: rang the doorbell early"));
}

TEST_F(CrewTest, NoneIsLeftToWaitForAVcpuThatIsGone) {
  const CaseResult result = Run("scale/ipi.2.ring3", &blobs::bad_ipi_all_idle);
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.reason;
  EXPECT_THAT(result.reason, HasSubstr("vCPU 1: rang the doorbell early"));
  EXPECT_LT(took_, absl::Seconds(10));
}

TEST_F(CrewTest, AnExitThatIsNotTheEventsFails) {
  const CaseResult result =
      Run("scale/pio.vms.2.ring3", &blobs::bad_wrong_port);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("left by KVM_EXIT_IO"));
}

TEST_F(CrewTest, EventsThatReachNoEventfdFail) {
  // It never stores to the doorbell's address.
  const CaseResult result =
      Run("scale/ioeventfd.1.ring3", &blobs::bad_rising_stamps);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
}

TEST_F(CrewTest, AThreadThatCanNotRunEndsTheOthers) {
  static thread_local bool is_main = false;
  is_main = true;
  static int left = 0;
  left = 3;
  // The second vCPU's third KVM_RUN.
  sys::fault_hook = [](const char* name) {
    const bool fails =
        !is_main && std::string(name) == "KVM_RUN" && --left == 0;
    return fails ? ENOMEM : 0;
  };
  const CaseResult result = Run("scale/mmio.vcpus.2.ring3", nullptr);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason,
              HasSubstr("vCPU 1: KVM_RUN: Cannot allocate memory"));
  EXPECT_LT(took_, absl::Seconds(10));
}

TEST_F(CrewTest, VcpusThatRunOneAfterTheOtherAreNoticedSoon) {
  static thread_local bool is_main = false;
  is_main = true;
  // The second vCPU has its CPU, and begins when the first is long done.
  sys::fault_hook = [](const char* name) {
    if (is_main || std::string(name) != "KVM_RUN") return 0;
    const absl::Time end = absl::Now() + absl::Milliseconds(100);
    while (absl::Now() < end) {
    }
    return 0;
  };
  // 200 windows would take 20 seconds.
  const CaseResult result =
      Run("scale/ioeventfd.vcpus.2.ring3", nullptr, 200, absl::Seconds(10));
  EXPECT_EQ(result.outcome, Outcome::kSkipped) << result.reason;
  EXPECT_THAT(result.reason, HasSubstr("of the time (after "));
  EXPECT_LT(took_, absl::Seconds(8));
}

TEST_F(CrewTest, AGuestThatNeverEndsTimesOutWithItsState) {
  const CaseResult result = Run("scale/irqfd.1.ring3", &blobs::bad_never_exits,
                                10, absl::Milliseconds(500));
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
  EXPECT_THAT(
      result.reason,
      ContainsRegex("no end within 500ms \\(vCPU 0: rip 0x400[0-9a-f]+, "
                    "ring 3.*counted 0 and 0; after 0 events\\)"));
  EXPECT_LT(took_, absl::Seconds(8));
}

TEST_F(CrewTest, TooFewCpusAreSkipped) {
  const CaseResult result = Run("scale/mmio.vcpus.16.ring3", nullptr);
  if (before_->Numbers().size() >= 16) GTEST_SKIP() << "SKIPPED: 16 CPUs";
  EXPECT_EQ(result.outcome, Outcome::kSkipped);
  EXPECT_THAT(result.reason, HasSubstr("needs 16 CPUs to pin to, has "));
}

TEST_F(CrewTest, AllWorkTogether) {
  for (const char* name :
       {"scale/pio.1.ring3", "scale/mmio.vms.2.ring3",
        "scale/ioeventfd.vcpus.2.ring3", "scale/fault.vcpus.2.ring3",
        "scale/fault_backed.vms.2.ring3", "scale/irqfd.vcpus.2.ring3",
        "scale/ipi.2.ring3", "scale/create_vm.2"}) {
    const CaseResult result = Run(name, nullptr);
    // On one CPU, or on a busy host, they do not run at once.
    if (result.outcome == Outcome::kSkipped) {
      EXPECT_THAT(result.reason, HasSubstr("of the time")) << name;
      continue;
    }
    ASSERT_EQ(result.outcome, Outcome::kOk) << name << ": " << result.reason;
    EXPECT_EQ(result.verdict, Verdict::kProven) << name << result.proof;
    EXPECT_THAT(result.proof, HasSubstr("events of all vCPUs")) << name;
    bool has_event = false;
    for (const Metric& metric : result.metrics) {
      has_event = has_event || metric.name == "event";
    }
    EXPECT_TRUE(has_event) << name;
  }
}

TEST_F(CrewTest, AGuestThatTakesNoTurnFails) {
  for (const char* name :
       {"switch/vcpu.futex.ring3", "switch/vcpus.futex.ring3",
        "switch/vms.eventfd.ring3", "switch/vms.one_thread.ring3"}) {
    const CaseResult result = Run(name, &blobs::bad_no_stamps);
    EXPECT_EQ(result.outcome, Outcome::kFailed) << name;
    EXPECT_THAT(result.reason, HasSubstr("the guest counts 0 turns")) << name;
  }
}

TEST_F(CrewTest, AGuestThatNeverGivesItsTurnBackTimesOut) {
  const CaseResult result = Run("switch/vms.futex.ring3",
                                &blobs::bad_never_exits, 3, absl::Seconds(1));
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
}

TEST_F(CrewTest, TurnsAreProven) {
  for (const char* name :
       {"switch/threads.eventfd", "switch/vcpu.futex.ring3",
        "switch/vcpus.futex.ring3", "switch/vms.eventfd.ring3",
        "switch/vcpus.one_thread.ring3"}) {
    const CaseResult result = Run(name, nullptr, 50);
    ASSERT_EQ(result.outcome, Outcome::kOk) << name << ": " << result.reason;
    EXPECT_EQ(result.verdict, Verdict::kProven) << name << result.proof;
  }
}

}  // namespace
}  // namespace exitbench
