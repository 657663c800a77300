#include "cases/support/running_vcpu.h"

#include <time.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/cpus.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

// Below this share of its time the vCPU was not running when it was needed.
constexpr double kLeastShare = 0.5;

double ReadMs(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

absl::Status RunningVcpu::Start(Machine& machine) {
  const int here = CurrentCpu();
  if (!HasCpuBeside(here)) {
    return absl::UnimplementedError("needs 2 CPUs, has 1");
  }
  vcpu_ = &machine.vcpu();
  return thread_.Start("the running vCPU", [this, here] {
    MoveOffCpu(here);
    const double begin_ms = ReadMs(CLOCK_MONOTONIC);
    Loop();
    ran_ms_ = ReadMs(CLOCK_THREAD_CPUTIME_ID);
    lasted_ms_ = ReadMs(CLOCK_MONOTONIC) - begin_ms;
  });
}

void RunningVcpu::Loop() {
  while (!thread_.stopping()) {
    if (vcpu_->Run() == 0) {
      reason_ = vcpu_->run().exit_reason;
      return;
    }
    if (errno != EINTR && errno != EAGAIN) {
      error_ = errno;
      return;
    }
  }
}

void RunningVcpu::Stop() {
  if (!thread_.started()) return;
  // It also breaks a KVM_RUN that begins just after the kick.
  vcpu_->run().immediate_exit = 1;
  thread_.Stop();
  vcpu_->run().immediate_exit = 0;
}

absl::Status RunningVcpu::status() const {
  if (error_ != 0) {
    return absl::InternalError(
        absl::StrCat("the running vCPU's KVM_RUN: ", strerror(error_)));
  }
  if (reason_ != 0) {
    return absl::InternalError(
        absl::StrCat("the running vCPU left by ", ExitReasonName(reason_)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Conclusion> RunningVcpu::Finish() {
  Stop();
  const absl::Status failed = status();
  if (!failed.ok()) return failed;
  const double share = lasted_ms_ <= 0 ? 0 : ran_ms_ / lasted_ms_;
  const std::string told =
      absl::StrFormat("the vCPU ran for %.0f%% of the time", share * 100);
  if (share < kLeastShare) return absl::UnavailableError(told);
  return Conclusion{.shown = told};
}

}  // namespace exitbench
