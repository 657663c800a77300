// switch/: two vCPUs that take turns on one CPU, against two threads without a
// VM that do the same.
//
// An event is one turn of each, so two switches. A vCPU's turn is a KVM_RUN to
// the doorbell. When KVM loads another vCPU on a CPU than the last one, it
// makes that vCPU's control block current (VMX: VMPTRLD; VMCLEAR first if the
// vCPU ran on another CPU) and has the processor forget what it predicts
// branches by (IBPB): vmx_vcpu_load_vmcs() in arch/x86/kvm/vmx/vmx.c,
// svm_vcpu_load() in arch/x86/kvm/svm/svm.c, and kvm_arch_vcpu_load() in
// arch/arm64/kvm/arm.c for VMIDs and the timer's registers. docs/scale.md takes
// the rows apart.
#include <algorithm>
#include <cerrno>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/cpus.h"
#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/other_vm.h"
#include "cases/support/turns.h"
#include "guest_blobs/payloads.h"
#include "results/model/summary.h"
#include "vmm/arch/doorbell.h"
#include "vmm/arch_guest.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

constexpr size_t kMostSpans = 20000;

// Who takes turns.
enum class Who {
  kThreads,  // Two threads without a vCPU.
  kVcpu,     // A vCPU, and a thread without one.
  kVcpus,    // Two vCPUs of a VM.
  kVms,      // The vCPUs of two VMs.
};

// One of the two vCPUs.
struct Taker {
  Vcpu* vcpu = nullptr;
  const ParameterBlock* block = nullptr;
  const GuestStamp* stamp = nullptr;
  std::optional<uint64_t> offset_ticks;
  uint64_t turns = 0;  // Those that its guest must have counted.
};

struct Switching {
  std::optional<Machine> other;
  uint64_t other_exits = 0;  // Before the first turn.
  std::vector<Taker> takers;
  uint64_t thread_turns = 0;
  // From the first guest's last instruction to the second's first.
  std::vector<double> guest_to_guest;
  bool is_in_order = true;
  Turns turns;  // Last, so that its thread ends first.
};

Taker TakerOf(Machine& machine, int index) {
  Taker taker;
  taker.vcpu = &machine.vcpu(index);
  taker.block = &machine.parameters(index);
  taker.stamp = machine.stamps(index);
  const absl::StatusOr<int64_t> offset = GuestClockOffset(*taker.vcpu);
  if (offset.ok()) taker.offset_ticks = static_cast<uint64_t>(*offset);
  return taker;
}

template <Who kWho>
absl::Status AddTakers(Machine& machine) {
  Switching& s = machine.case_state<Switching>();
  s.guest_to_guest.reserve(kMostSpans);
  if (kWho != Who::kThreads) s.takers.push_back(TakerOf(machine, 0));
  if (kWho == Who::kVcpus) s.takers.push_back(TakerOf(machine, 1));
  if (kWho == Who::kVms) {
    EB_ASSIGN_OR_RETURN(Machine other, MachineLike(machine));
    s.other.emplace(std::move(other));
    s.takers.push_back(TakerOf(*s.other, 0));
    EB_ASSIGN_OR_RETURN(s.other_exits, CountOf(*s.other, "exits"));
  }
  return absl::OkStatus();
}

// Has the other thread run `vcpu`, if any, once in each turn.
std::function<int()> TurnOf(const Turns& turns, Vcpu* vcpu) {
  return [&turns, vcpu] {
    while (vcpu != nullptr && vcpu->Run() != 0) {
      if (errno != EINTR && errno != EAGAIN) return errno;
      if (turns.stopping()) return EINTR;
    }
    return 0;
  };
}

template <Who kWho, HandedBy kBy>
absl::Status Prepare(Machine& machine) {
  EB_RETURN_IF_ERROR(AddTakers<kWho>(machine));
  Switching& s = machine.case_state<Switching>();
  return s.turns.Start(
      kBy, TurnOf(s.turns, s.takers.size() < 2 ? nullptr : s.takers[1].vcpu));
}

int HandOver(Machine& machine) {
  return machine.case_state<Switching>().turns.HandOver();
}

int RunAndHandOver(Machine& machine) {
  const int result = machine.vcpu().Run();
  return result != 0 ? result : HandOver(machine);
}

// Runs both in one thread.
int RunBoth(Machine& machine) {
  const int result = machine.vcpu().Run();
  return result != 0
             ? result
             : machine.case_state<Switching>().takers.back().vcpu->Run();
}

// Checks that the guest took its turns since it was last asked.
absl::Status CheckTurns(Taker& taker, uint64_t turns) {
  const kvm_run& run = taker.vcpu->run();
  if (!IsDoorbell(run)) {
    return absl::InternalError(
        absl::StrCat("a turn ended by ", DescribeExit(run)));
  }
  taker.turns += turns;
  if (taker.block->results[0] == taker.turns) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the guest counts ",
                                          taker.block->results[0],
                                          " turns, not ", taker.turns));
}

void NoteSpan(Switching& s) {
  const Taker& from = s.takers[0];
  const Taker& to = s.takers[1];
  if (!from.offset_ticks.has_value() || !to.offset_ticks.has_value()) return;
  const auto span =
      static_cast<int64_t>((to.stamp->after_ticks - *to.offset_ticks) -
                           (from.stamp->before_ticks - *from.offset_ticks));
  s.is_in_order = s.is_in_order && span >= 0;
  if (s.guest_to_guest.size() < kMostSpans) {
    s.guest_to_guest.push_back(static_cast<double>(span));
  }
}

template <bool kThread>
absl::Status CheckEvent(Machine& machine, int result, int error) {
  Switching& s = machine.case_state<Switching>();
  EB_RETURN_IF_ERROR(s.turns.status());
  if (result != 0) return Refused("a turn", result, error);
  // In one thread an event is two turns, of one guest or of two.
  const uint64_t turns = !kThread && s.takers.size() == 1 ? 2 : 1;
  for (Taker& taker : s.takers) {
    EB_RETURN_IF_ERROR(CheckTurns(taker, turns));
  }
  if (kThread && s.turns.turns() != ++s.thread_turns) {
    return absl::InternalError(absl::StrCat("the other thread has had ",
                                            s.turns.turns(), " turns, not ",
                                            s.thread_turns));
  }
  if (s.takers.size() == 2) NoteSpan(s);
  return absl::OkStatus();
}

std::vector<Figure> Figures(Machine& machine, double) {
  Switching& s = machine.case_state<Switching>();
  if (s.guest_to_guest.empty() || !s.is_in_order) return {};
  std::sort(s.guest_to_guest.begin(), s.guest_to_guest.end());
  return {{"guest_to_guest", Unit::kTicks, Direction::kLowerIsBetter,
           InterquartileMean(s.guest_to_guest)}};
}

// The harness watches the counters of one VM, and this looks at the other's.
absl::StatusOr<Conclusion> Finish(Machine& machine) {
  Switching& s = machine.case_state<Switching>();
  s.turns.Stop();
  Conclusion conclusion;
  if (!s.is_in_order) {
    conclusion.shown =
        "no guest_to_guest: stamps of the two guests are out of order";
  }
  if (!s.other.has_value()) return conclusion;
  EB_ASSIGN_OR_RETURN(const uint64_t now, CountOf(*s.other, "exits"));
  const uint64_t moved = now - s.other_exits;
  if (s.other->vcpu_stats() == nullptr) {
    conclusion.lacking = "exits of the other VM";
    return conclusion;
  }
  if (moved < s.takers[1].turns) {
    return absl::InternalError(absl::StrCat("the other VM made ", moved,
                                            " exits in ", s.takers[1].turns,
                                            " turns"));
  }
  conclusion.shown = absl::StrCat("exits of the other VM +", moved, " in ",
                                  s.takers[1].turns, " turns");
  return conclusion;
}

// A vCPU that goes from CPU to CPU.

struct Moving {
  std::vector<int> cpus;
  size_t at = 0;
  uint64_t turns = 0;

  ~Moving() {
    if (!cpus.empty()) (void)PinThisThread(cpus[0]);
  }
};

absl::Status PrepareToMove(Machine& machine) {
  EB_ASSIGN_OR_RETURN(machine.case_state<Moving>().cpus, TakeCpus(2));
  return absl::OkStatus();
}

absl::Status Move(Machine& machine) {
  Moving& moving = machine.case_state<Moving>();
  moving.at = 1 - moving.at;
  return PinThisThread(moving.cpus[moving.at]);
}

absl::Status Moved(Machine& machine, int result, int error) {
  Moving& moving = machine.case_state<Moving>();
  if (result != 0) return Refused("KVM_RUN", result, error);
  Taker taker = {.vcpu = &machine.vcpu(),
                 .block = &machine.parameters(0),
                 .turns = moving.turns++};
  return CheckTurns(taker, 1);
}

// Each turn of a vCPU is an exit to userspace. The harness adds up those of a
// VM's vCPUs.
constexpr CounterClaim TurnsOf(double vcpus) {
  return {.counter = "exits",
          .per_event = vcpus,
          .backends = kHardware | kBackendPvm};
}

constexpr char kCounted[] = "events, each turn counted by who took it";

struct Named {
  absl::string_view name;
  absl::string_view measures;
};

template <Who kWho>
constexpr Case TakeTurns(const Named& named) {
  Case row = {.name = named.name,
              .measures = named.measures,
              .expect = {.verifies = kCounted},
              .figures = Figures,
              .finish = Finish,
              .place = Place::kTogether,
              .size = {.max_events = 5000}};
  if (kWho == Who::kThreads) return row;
  row.modes = kUserMode;
  row.host_loop.guest = &blobs::switch_turn;
  if (kWho == Who::kVcpus) row.shape.vcpus = 2;
  if (kWho == Who::kVms) row.host.hook_bytes = 8u << 20;
  row.expect.claims = {TurnsOf(kWho == Who::kVcpus ? 2 : 1)};
  return row;
}

template <Who kWho, HandedBy kBy>
constexpr Case Hand(const Named& named) {
  Case row = TakeTurns<kWho>(named);
  row.host_loop.timed = kWho == Who::kThreads ? HandOver : RunAndHandOver;
  row.host_loop.after = CheckEvent<true>;
  row.prepare = Prepare<kWho, kBy>;
  return row;
}

template <Who kWho>
constexpr Case InOneThread(const Named& named) {
  Case row = TakeTurns<kWho>(named);
  row.host_loop.timed = RunBoth;
  row.host_loop.after = CheckEvent<false>;
  row.prepare = AddTakers<kWho>;
  if (kWho == Who::kVcpu) row.expect.claims = {TurnsOf(2)};
  return row;
}

constexpr Case kCases[] = {
    Hand<Who::kThreads, HandedBy::kFutex>(
        {"switch/threads.futex",
         "two threads without a VM hand a turn over and back on one CPU by a "
         "futex: the control of this group, which KVM API calls have no part "
         "in"}),
    Hand<Who::kVcpu, HandedBy::kFutex>(
        {"switch/vcpu.futex",
         "the same where one of the threads makes a KVM_RUN to its vCPU's "
         "doorbell in each turn (KVM API 4.10)"}),
    Hand<Who::kVcpus, HandedBy::kFutex>(
        {"switch/vcpus.futex",
         "the same where each thread runs a vCPU, both of one VM (KVM API "
         "4.10)"}),
    Hand<Who::kVms, HandedBy::kFutex>(
        {"switch/vms.futex",
         "the same where each thread runs the vCPU of a VM of its own (KVM API "
         "4.10)"}),
    Hand<Who::kThreads, HandedBy::kEventfd>(
        {"switch/threads.eventfd",
         "two threads without a VM hand a turn over and back on one CPU by "
         "eventfds: the control of this group, which KVM API calls have no "
         "part in"}),
    Hand<Who::kVcpu, HandedBy::kEventfd>(
        {"switch/vcpu.eventfd",
         "the same where one of the threads makes a KVM_RUN to its vCPU's "
         "doorbell in each turn (KVM API 4.10)"}),
    Hand<Who::kVcpus, HandedBy::kEventfd>(
        {"switch/vcpus.eventfd",
         "the same where each thread runs a vCPU, both of one VM (KVM API "
         "4.10)"}),
    Hand<Who::kVms, HandedBy::kEventfd>(
        {"switch/vms.eventfd",
         "the same where each thread runs the vCPU of a VM of its own (KVM API "
         "4.10)"}),
    InOneThread<Who::kVcpu>(
        {"switch/vcpu.one_thread",
         "one thread makes two KVM_RUNs of a vCPU to its doorbell: the control "
         "of the next two (KVM API 4.10)"}),
    InOneThread<Who::kVcpus>(
        {"switch/vcpus.one_thread",
         "one thread makes a KVM_RUN of each of two vCPUs of one VM (KVM API "
         "4.10)"}),
    InOneThread<Who::kVms>(
        {"switch/vms.one_thread",
         "one thread makes a KVM_RUN of the vCPU of each of two VMs (KVM API "
         "4.10)"}),
    {.name = "switch/vcpu.migrated",
     .measures = "KVM_RUN to the doorbell of a vCPU that ran on another CPU "
                 "before, its thread having been moved (KVM API 4.10)",
     .modes = kUserMode,
     .host_loop = {.guest = &blobs::switch_turn,
                   .before = Move,
                   .timed = RunVcpu,
                   .after = Moved},
     .expect = {.claims = {TurnsOf(1)}, .verifies = kCounted},
     .prepare = PrepareToMove,
     .place = Place::kApart,
     .size = {.max_events = 2000}},
};

}  // namespace

absl::Span<const Case> SwitchCases() { return kCases; }

}  // namespace exitbench
