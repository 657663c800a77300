// Several vCPUs, of one VM or of a VM each, that do the same work at once, each
// on a CPU of its own.
//
// vCPU 0 runs in the thread that measures. All begin together, and only the
// time in which all run counts: cases/support/windows.h. Before each window the
// others sleep until they are called, and then spin until it begins.
#ifndef EXITBENCH_CASES_SUPPORT_CREW_H_
#define EXITBENCH_CASES_SUPPORT_CREW_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/kicked_thread.h"
#include "base/owned.h"
#include "cases/case.h"
#include "cases/support/windows.h"
#include "vmm/machine.h"

namespace exitbench {

// One of the crew's VMs.
struct CrewVm {
  Machine* other = nullptr;  // Null for the harness's own, which may move.
  UniqueFd event;            // An eventfd that the work may use.
  uint64_t before[6] = {};   // The counters that the work claims.

  Machine& machine(Machine& own) { return other == nullptr ? own : *other; }
};

// One vCPU. The work sees it while the crew is made, and in its own thread.
struct CrewMember {
  int number = 0;  // In the crew.
  int index = 0;   // In its VM.
  const Kvm* kvm = nullptr;
  Vcpu* vcpu = nullptr;
  ParameterBlock* block = nullptr;
  GuestStamp* stamps = nullptr;
  uint64_t offset_ticks = 0;
  UniqueFd event;               // An eventfd that the work may use.
  std::vector<UniqueFd> made;   // What its calls have made in this window.
  std::vector<GuestStamp> own;  // Stamps of calls that no guest makes.
  uint64_t ticks_per_s = 0;     // For these.

  // Its thread's, between two windows the crew's.
  uint64_t exits = 0;  // The event's, in this window.
  double ran_ms = 0;
  double lasted_ms = 0;
  KickedThread thread;  // Not vCPU 0's.
};

// What each vCPU does. Hooks may be null.
struct CrewWork {
  // Events of each vCPU in a window.
  uint32_t events = 0;
  // Returns whether an exit to userspace is the event's. Null: it makes none.
  bool (*is_event)(const kvm_run& run) = nullptr;
  // After such an exit. Returns false, with errno, if it failed.
  bool (*answer)(CrewMember& member) = nullptr;
  // Makes an event instead, where no guest does. `i` counts those of a window.
  bool (*call)(CrewMember& member, uint32_t i) = nullptr;
  // Once for each VM, and then for each of its vCPUs. `members` is how many
  // vCPUs the crew has.
  absl::Status (*prepare_vm)(Machine& machine, CrewVm& vm) = nullptr;
  absl::Status (*prepare)(Machine& machine, CrewMember& member,
                          int members) = nullptr;
  // For each VM, before each window.
  absl::Status (*before)(Machine& machine) = nullptr;
  // For each VM, after each window in which its vCPUs made `events` together.
  absl::Status (*check_vm)(CrewVm& vm, uint64_t events) = nullptr;
  // For each vCPU, after each window. It made `all_events` in all windows.
  absl::Status (*check)(CrewMember& member, uint64_t all_events,
                        int members) = nullptr;
  // What each event must move, of the counters of all vCPUs added up.
  Claims claims;
};

// Kept in the machine's case_state().
class Crew {
 public:
  Crew() = default;
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Makes a crew of `members` vCPUs. They are all vCPUs of `machine`, or with
  // `own_vms` vCPU 0 of it and of further VMs like it. kUnimplemented if there
  // are too few CPUs.
  absl::Status Start(Machine& machine, const CrewWork& work, int members,
                     bool own_vms);

  // Has all vCPUs wait for the next window. Untimed.
  absl::Status Assemble(Machine& machine);
  // Runs the window until the last vCPU is done. Allocates nothing unless one
  // fails. Returns 0, or -1.
  int RunWindow();
  // Checks that each vCPU made its events. Untimed. kUnavailable as of
  // Finish(), as soon as that shows: vCPUs that wait for each other may take
  // very long where they have no CPUs.
  absl::Status Check();

  // Returns the figures of all windows: event, events_per_s, overlap.
  std::vector<Figure> Figures(Machine& machine) const;
  // Ends the threads. Checks the counters of all VMs. kUnavailable if the vCPUs
  // did not run at once for half of the time.
  absl::StatusOr<Conclusion> Finish(Machine& machine);

 private:
  absl::Status AddVm(Machine& machine, Machine* other, int vcpus);
  absl::Status StartThread(CrewMember& member, int cpu);
  absl::Status Failure() const;
  absl::Status CheckShares(double least_ms) const;
  absl::Status CheckOverlap() const;
  void Loop(CrewMember& member);
  bool Work(CrewMember& member);
  bool RunGuest(CrewMember& member);
  bool MustEnd(const CrewMember& member) const;
  // Notes the first failure, and has guests stop that wait for one another.
  // Returns false.
  bool Fail(const CrewMember& member, absl::string_view why);
  void Stop();

  int others() const { return static_cast<int>(members_.size()) - 1; }

  CrewWork work_;
  std::deque<Machine> other_vms_;
  std::deque<CrewVm> vms_;
  std::deque<CrewMember> members_;
  Windows windows_;
  uint64_t windows_run_ = 0;
  std::atomic<uint32_t> called_ = 0;  // The window that all are called to.
  std::atomic<uint32_t> begun_ = 0;   // The window that has begun.
  std::atomic<int> ready_ = 0;        // Of the others.
  std::atomic<int> done_ = 0;
  std::atomic<bool> failed_ = false;
  mutable std::mutex mutex_;
  std::string failure_;  // Once one failed.
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_CREW_H_
