#include "cases/support/crew.h"

#include <sched.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/cpus.h"
#include "base/kick.h"
#include "base/status_macros.h"
#include "cases/support/futex.h"
#include "cases/support/other_vm.h"
#include "vmm/arch/doorbell.h"
#include "vmm/arch_guest.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

// Below this share of the time a vCPU did not run with the others.
constexpr double kLeastShare = 0.5;
// So long a time tells a vCPU that has no CPU from one that was interrupted.
constexpr double kSoonMs = 500;
// All are there within microseconds, unless the host has no CPU for them.
constexpr absl::Duration kAssembleLimit = absl::Seconds(5);
// What the counters may be off by: a hundredth too few, and three times as
// many, for doorbells and what the host does meanwhile.
constexpr double kLeastCounted = 0.99;
constexpr double kMostCounted = 3;

double ReadMs(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

// Whether all of a claim's conditions are known to hold here.
bool Holds(const CounterClaim& claim, const Machine& machine, GuestMode mode) {
  return (claim.backends & machine.kvm().backend().backend) != 0 &&
         (claim.modes & mode) != 0 && claim.with == 0 && claim.without == 0 &&
         !claim.or_none && !claim.over_control && !claim.of_vm;
}

}  // namespace

Crew::~Crew() { Stop(); }

void Crew::Stop() {
  for (CrewMember& member : members_) {
    if (!member.thread.started()) continue;
    // It also breaks a KVM_RUN that begins just after the kick.
    if (member.vcpu != nullptr) member.vcpu->run().immediate_exit = 1;
    member.thread.Stop();
    if (member.vcpu != nullptr) member.vcpu->run().immediate_exit = 0;
  }
}

absl::Status Crew::AddVm(Machine& machine, Machine* other, int vcpus) {
  CrewVm& vm = vms_.emplace_back();
  vm.other = other;
  if (work_.prepare_vm != nullptr) {
    EB_RETURN_IF_ERROR(work_.prepare_vm(machine, vm));
  }
  for (int i = 0; i < vcpus; ++i) {
    CrewMember& member = members_.emplace_back();
    member.number = others();
    member.index = i;
    member.kvm = &machine.kvm();
    if (work_.call != nullptr) {
      member.own.resize(work_.events);
      member.made.reserve(work_.events);
      member.stamps = member.own.data();
      continue;
    }
    member.vcpu = &machine.vcpu(i);
    member.block = &machine.parameters(i);
    member.block->events = work_.events;
    member.stamps = reinterpret_cast<GuestStamp*>(machine.low().At(
        EB_STAMPS_GPA + static_cast<uint64_t>(i) * EB_STAMPS_STRIDE,
        EB_STAMPS_STRIDE));
    // One vCPU's clock needs no other's.
    const absl::StatusOr<int64_t> offset = GuestClockOffset(*member.vcpu);
    if (offset.ok()) {
      member.offset_ticks = static_cast<uint64_t>(*offset);
    } else if (member.number > 0) {
      return offset.status();
    }
  }
  for (size_t i = 0; const CounterClaim& claim : work_.claims) {
    EB_ASSIGN_OR_RETURN(vm.before[i], CountOf(machine, claim.counter));
    ++i;
  }
  return absl::OkStatus();
}

absl::Status Crew::Start(Machine& machine, const CrewWork& work, int members,
                         bool own_vms) {
  EB_CHECK(work.events > 0 && work.events <= EB_MAX_STAMPS);
  work_ = work;
  std::vector<int> cpus;
  if (members > 1) {
    EB_ASSIGN_OR_RETURN(cpus, TakeCpus(static_cast<size_t>(members)));
  }
  if (own_vms) {
    // Before any guest runs, since they are made like the first.
    for (int i = 1; i < members; ++i) {
      EB_ASSIGN_OR_RETURN(Machine other, MachineLike(machine));
      other_vms_.push_back(std::move(other));
    }
    EB_RETURN_IF_ERROR(AddVm(machine, nullptr, 1));
    for (Machine& other : other_vms_) {
      EB_RETURN_IF_ERROR(AddVm(other, &other, 1));
    }
  } else {
    EB_RETURN_IF_ERROR(AddVm(machine, nullptr, members));
  }
  for (CrewMember& member : members_) {
    if (work_.prepare == nullptr) break;
    Machine& of = own_vms && member.number > 0
                      ? other_vms_[static_cast<size_t>(member.number) - 1]
                      : machine;
    EB_RETURN_IF_ERROR(work_.prepare(of, member, members));
  }
  // Where one can't be started, the others are ended with the crew.
  for (int i = 1; i < members; ++i) {
    EB_RETURN_IF_ERROR(StartThread(members_[static_cast<size_t>(i)],
                                   cpus[static_cast<size_t>(i)]));
  }
  return absl::OkStatus();
}

absl::Status Crew::StartThread(CrewMember& member, int cpu) {
  return member.thread.Start(
      absl::StrCat("vCPU ", member.number), [this, &member, cpu] {
        const absl::Status pinned = PinThisThread(cpu);
        if (pinned.ok()) {
          Loop(member);
        } else {
          Fail(member, absl::StrCat("can't be pinned to CPU ", cpu, ": ",
                                    pinned.message()));
        }
      });
}

bool Crew::MustEnd(const CrewMember& member) const {
  return member.thread.started() ? member.thread.stopping()
                                 : KicksOfThisThread().seen != 0;
}

bool Crew::Fail(const CrewMember& member, absl::string_view why) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (failure_.empty()) {
      failure_ = absl::StrCat("vCPU ", member.number, ": ", why);
    }
  }
  failed_.store(true, std::memory_order_release);
  // Guests that wait for one another look at this word.
  for (CrewMember& each : members_) {
    if (each.block == nullptr) continue;
    __atomic_store_n(&each.block->args[7], 1, __ATOMIC_RELEASE);
  }
  return false;
}

absl::Status Crew::Failure() const {
  if (!failed_.load(std::memory_order_acquire)) return absl::OkStatus();
  std::lock_guard<std::mutex> lock(mutex_);
  return absl::InternalError(failure_);
}

bool Crew::RunGuest(CrewMember& member) {
  for (;;) {
    if (member.vcpu->Run() != 0) {
      const int error = errno;
      if ((error == EINTR || error == EAGAIN) && !MustEnd(member)) continue;
      return Fail(member, absl::StrCat("KVM_RUN: ", strerror(error)));
    }
    const kvm_run& run = member.vcpu->run();
    if (IsDoorbell(run)) break;
    if (work_.is_event == nullptr || !work_.is_event(run)) {
      return Fail(member, absl::StrCat("left by ", DescribeExit(run)));
    }
    ++member.exits;
    if (work_.answer != nullptr && !work_.answer(member)) {
      return Fail(member, absl::StrCat("no answer: ", strerror(errno)));
    }
  }
  // Others may wait for what a guest that stops early has not done.
  if (member.stamps[work_.events - 1].after_ticks != 0) return true;
  return failed_ ? false : Fail(member, "rang the doorbell early");
}

bool Crew::Work(CrewMember& member) {
  if (work_.call == nullptr) return RunGuest(member);
  for (uint32_t i = 0; i < work_.events; ++i) {
    if (!work_.call(member, i)) {
      return Fail(member, absl::StrCat("call ", i, ": ", strerror(errno)));
    }
  }
  return true;
}

void Crew::Loop(CrewMember& member) {
  uint32_t window = 0;
  while (!member.thread.stopping()) {
    if (called_.load(std::memory_order_acquire) == window) {
      FutexWait(called_, window);
      continue;
    }
    ++window;
    ready_.fetch_add(1, std::memory_order_release);
    while (begun_.load(std::memory_order_acquire) != window) {
      if (member.thread.stopping()) return;
    }
    const double began_ms = ReadMs(CLOCK_MONOTONIC);
    const double used_ms = ReadMs(CLOCK_THREAD_CPUTIME_ID);
    const bool is_done = Work(member);
    member.ran_ms += ReadMs(CLOCK_THREAD_CPUTIME_ID) - used_ms;
    member.lasted_ms += ReadMs(CLOCK_MONOTONIC) - began_ms;
    done_.fetch_add(1, std::memory_order_release);
    if (!is_done) return;
  }
}

absl::Status Crew::Assemble(Machine& machine) {
  EB_RETURN_IF_ERROR(Failure());
  for (CrewVm& vm : vms_) {
    if (work_.before != nullptr) {
      EB_RETURN_IF_ERROR(work_.before(vm.machine(machine)));
    }
  }
  for (CrewMember& member : members_) {
    std::memset(member.stamps, 0, work_.events * sizeof(GuestStamp));
    member.exits = 0;
    member.made.clear();
  }
  ready_ = 0;
  done_ = 0;
  ++windows_run_;
  called_.fetch_add(1, std::memory_order_release);
  FutexWake(called_);
  const absl::Time deadline = absl::Now() + kAssembleLimit;
  while (ready_.load(std::memory_order_acquire) < others()) {
    EB_RETURN_IF_ERROR(Failure());
    if (KicksOfThisThread().seen != 0 || absl::Now() > deadline) {
      return absl::UnavailableError(absl::StrCat(
          ready_.load() + 1, " of ", others() + 1, " vCPUs were there after ",
          absl::FormatDuration(kAssembleLimit)));
    }
    sched_yield();
  }
  return absl::OkStatus();
}

int Crew::RunWindow() {
  begun_.store(called_.load(std::memory_order_relaxed),
               std::memory_order_release);
  const bool is_done = Work(members_[0]);
  while (done_.load(std::memory_order_acquire) < others()) {
    if (KicksOfThisThread().seen == 0) continue;
    Fail(members_[0], "waited for the others in vain");
    return -1;
  }
  return is_done && !failed_.load(std::memory_order_acquire) ? 0 : -1;
}

absl::Status Crew::Check() {
  EB_RETURN_IF_ERROR(Failure());
  EB_RETURN_IF_ERROR(CheckShares(kSoonMs));
  std::vector<VcpuStamps> stamps;
  for (const CrewMember& member : members_) {
    stamps.push_back({member.stamps, member.offset_ticks});
  }
  EB_RETURN_IF_ERROR(windows_.Add(stamps, work_.events));
  if (members_.back().lasted_ms > kSoonMs) EB_RETURN_IF_ERROR(CheckOverlap());
  for (CrewMember& member : members_) {
    if (work_.is_event != nullptr && member.exits != work_.events) {
      return absl::InternalError(absl::StrCat("vCPU ", member.number, ": ",
                                              work_.events, " events made ",
                                              member.exits, " exits"));
    }
    if (work_.check != nullptr) {
      EB_RETURN_IF_ERROR(
          work_.check(member, windows_run_ * work_.events, others() + 1));
    }
  }
  const uint64_t of_vm = work_.events * members_.size() / vms_.size();
  for (CrewVm& vm : vms_) {
    if (work_.check_vm != nullptr) {
      EB_RETURN_IF_ERROR(work_.check_vm(vm, of_vm));
    }
  }
  return absl::OkStatus();
}

std::vector<Figure> Crew::Figures(Machine& machine) const {
  std::vector<Figure> figures;
  if (windows_.EventTicks() <= 0) return figures;
  figures.push_back({"event", Unit::kTicks, Direction::kLowerIsBetter,
                     windows_.EventTicks()});
  const absl::StatusOr<int64_t> khz = GuestClockKhz(machine.vcpu());
  if (khz.ok()) {
    figures.push_back(
        {"events_per_s", Unit::kCount, Direction::kHigherIsBetter,
         windows_.EventsPerTick() * static_cast<double>(*khz) * 1e3});
  }
  if (others() > 0) {
    figures.push_back({"overlap", Unit::kRatio, Direction::kHigherIsBetter,
                       windows_.Overlap()});
  }
  return figures;
}

// Looks at those that have lasted for longer than `least_ms`.
absl::Status Crew::CheckShares(double least_ms) const {
  for (const CrewMember& member : members_) {
    if (member.lasted_ms <= least_ms) continue;
    const double share = member.ran_ms / member.lasted_ms;
    if (share < kLeastShare) {
      return absl::UnavailableError(absl::StrFormat(
          "vCPU %d ran for %.0f%% of the time", member.number, share * 100));
    }
  }
  return absl::OkStatus();
}

absl::Status Crew::CheckOverlap() const {
  if (windows_.Overlap() >= kLeastShare) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("all vCPUs ran at once for %.0f%% of the time",
                      windows_.Overlap() * 100));
}

absl::StatusOr<Conclusion> Crew::Finish(Machine& machine) {
  Stop();
  EB_RETURN_IF_ERROR(Failure());
  EB_RETURN_IF_ERROR(CheckShares(0));
  EB_RETURN_IF_ERROR(CheckOverlap());
  Conclusion conclusion;
  std::vector<std::string> shown;
  const double events = static_cast<double>(windows_run_ * work_.events) *
                        static_cast<double>(members_.size());
  for (size_t i = 0; const CounterClaim& claim : work_.claims) {
    const size_t at = i++;
    if (!Holds(claim, machine, machine.mode())) continue;
    if (machine.vcpu_stats() == nullptr) {
      conclusion.lacking = "counters of all vCPUs";
      continue;
    }
    if (machine.vcpu_stats()->Find(claim.counter) < 0) continue;
    double moved = 0;
    for (CrewVm& vm : vms_) {
      EB_ASSIGN_OR_RETURN(const uint64_t now,
                          CountOf(vm.machine(machine), claim.counter));
      moved += static_cast<double>(now - vm.before[at]);
    }
    if (moved < kLeastCounted * claim.per_event * events ||
        moved > kMostCounted * claim.per_event * events) {
      return absl::InternalError(absl::StrFormat(
          "contradicted: %s of all vCPUs moved by %.0f, claimed %.0f",
          claim.counter, moved, claim.per_event * events));
    }
    shown.push_back(absl::StrFormat("%s %+.0f", claim.counter, moved));
  }
  conclusion.shown = absl::StrFormat("%.0f events of all vCPUs", events);
  if (!shown.empty()) {
    absl::StrAppend(&conclusion.shown, ": ", absl::StrJoin(shown, ", "));
  }
  return conclusion;
}

}  // namespace exitbench
