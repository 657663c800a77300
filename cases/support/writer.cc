#include "cases/support/writer.h"

#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/cpus.h"
#include "results/model/summary.h"
#include "vmm/arch/doorbell.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

constexpr size_t kMostSpans = 20000;
constexpr uint32_t kPagesPerRound = 1024;
static_assert(kPagesPerRound <= EB_MAX_STAMPS);

void SleepUs(long us) {
  const timespec time = {0, us * 1000};
  nanosleep(&time, nullptr);
}

double ThreadCpuMs() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

bool Writer::RunBatch(uint32_t pages) {
  block_->events = pages;
  for (;;) {
    if (vcpu_->Run() != 0) {
      if (thread_.stopping()) return false;
      if (errno == EINTR || errno == EAGAIN) continue;
      error_ = errno;
      return false;
    }
    const kvm_run& run = vcpu_->run();
    if (IsDoorbell(run)) return true;
    if (run.exit_reason != KVM_EXIT_DIRTY_RING_FULL) {
      reason_ = run.exit_reason;
      return false;
    }
    // The ring stays full until the host has harvested.
    if (thread_.stopping()) return false;
    SleepUs(50);
  }
}

absl::Status Writer::TouchAll(Machine& machine) {
  vcpu_ = &machine.vcpu();
  block_ = &machine.parameters(0);
  stamps_ = machine.stamps(0);
  block_->args[0] = EB_DATA_GPA;
  block_->args[1] = EB_DATA_GPA + machine.data().bytes();
  block_->args[2] = 0;
  const uint64_t pages = machine.data().bytes() / kPageBytes;
  for (uint64_t done = 0; done < pages; done += kPagesPerRound) {
    if (!RunBatch(static_cast<uint32_t>(
            std::min<uint64_t>(kPagesPerRound, pages - done)))) {
      break;
    }
  }
  return status();
}

absl::Status Writer::Start(Machine& machine, uint64_t period_ticks,
                           uint32_t pages_per_run) {
  EB_CHECK(vcpu_ == &machine.vcpu());
  block_->args[2] = period_ticks;
  spans_.clear();
  spans_.reserve(kMostSpans);
  const int here = CurrentCpu();
  return thread_.Start("the writer", [this, here, pages_per_run] {
    MoveOffCpu(here);
    Loop(pages_per_run);
    ran_ms_ = ThreadCpuMs();
  });
}

void Writer::Loop(uint32_t pages_per_run) {
  while (!thread_.stopping() && RunBatch(pages_per_run)) {
    for (uint32_t i = 0; i < pages_per_run && spans_.size() < kMostSpans; ++i) {
      spans_.push_back(static_cast<double>(static_cast<int64_t>(
          stamps_[i].after_ticks - stamps_[i].before_ticks)));
    }
  }
}

void Writer::Stop() {
  if (!thread_.started()) return;
  // It also breaks a KVM_RUN that begins just after the kick.
  vcpu_->run().immediate_exit = 1;
  thread_.Stop();
  vcpu_->run().immediate_exit = 0;
}

uint64_t Writer::pages() const {
  return __atomic_load_n(&block_->results[0], __ATOMIC_RELAXED);
}

absl::Status Writer::status() const {
  if (error_ != 0) {
    return absl::InternalError(
        absl::StrCat("the writer's KVM_RUN: ", strerror(error_)));
  }
  if (reason_ != 0) {
    return absl::InternalError(
        absl::StrCat("the writer left by ", ExitReasonName(reason_)));
  }
  return absl::OkStatus();
}

double Writer::StoreTicks() const {
  std::vector<double> sorted = spans_;
  std::sort(sorted.begin(), sorted.end());
  return InterquartileMean(sorted);
}

}  // namespace exitbench
