// For tests that run guests: opens /dev/kvm, or skips the test saying why.
// Such tests carry the tag requires-kvm.
#ifndef EXITBENCH_TESTS_GUESTS_KVM_TEST_BASE_H_
#define EXITBENCH_TESTS_GUESTS_KVM_TEST_BASE_H_

#include <optional>

#include "gtest/gtest.h"
#include "harness/host/provenance.h"
#include "harness/run/clock_calibration.h"
#include "harness/run/run_case.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

class KvmTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<Kvm> kvm = Kvm::Open();
    if (!kvm.ok()) {
      GTEST_SKIP() << "SKIPPED, needs KVM: " << kvm.status().message();
    }
    kvm_.emplace(*std::move(kvm));
  }

  const Kvm& kvm() const { return *kvm_; }

  // Whether this kernel has counters that a proof may look at (Linux 5.14).
  bool HasCounters() const {
    return kvm_->Extension(KVM_CAP_BINARY_STATS_FD) > 0;
  }

  // Settings as a session would have them, for short runs.
  RunSettings CalibratedSettings(uint32_t events) {
    RunSettings settings;
    absl::StatusOr<double> khz = HostClockKhz(*kvm_);
    EXPECT_TRUE(khz.ok()) << khz.status();
    if (khz.ok()) settings.clock_khz = *khz;
    ClockCalibration calibration;
    const absl::Status status =
        CalibrateClock(*kvm_, tools_, settings, calibration);
    EXPECT_TRUE(status.ok()) << status;
    settings.config.exits = events;
    settings.warmup_events = 10;
    settings.config.time_limit = absl::Seconds(5);
    return settings;
  }

  RunTools tools_;

 private:
  std::optional<Kvm> kvm_;
};

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_GUESTS_KVM_TEST_BASE_H_
