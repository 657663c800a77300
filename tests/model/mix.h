// A VM with a known mix of computing and events, to be watched while it runs.
// It keeps its own account of the time that the events take.
//
// Blocks of rounds with events alternate with blocks of the same rounds without
// them. The guest stamps each block by its clock. What the blocks with events
// take longer is lost to virtualization: the truth that a model of costs is
// held to. A batch of blocks ends with a doorbell. Then the host makes the
// pages of the faults new, which no block's time has.
#ifndef EXITBENCH_TESTS_MODEL_MIX_H_
#define EXITBENCH_TESTS_MODEL_MIX_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "guest_blobs/abi.h"
#include "tests/model/arch/mix_kinds.h"
#include "vmm/guest_mode.h"
#include "vmm/kvm.h"

namespace exitbench {

// The memory for stamps of vCPUs that there are not.
inline constexpr uint64_t kMostWalkKib =
    (EB_MAX_VCPUS - 1) * EB_STAMPS_STRIDE / 1024;

struct Mix {
  uint64_t compute = 10000;  // Of a round: so many turns of an empty loop.
  // How much memory a round's computing reads, so that events find other things
  // in the caches: at most kMostWalkKib.
  uint64_t walk_kib = 0;
  uint64_t events[kMixKinds] = {};  // Of a round.
  uint64_t rounds = 0;  // Of a block. 0: as many as have some 20 events.
  absl::Duration time = absl::Seconds(10);
  // How long it runs before it keeps account.
  absl::Duration warm_up = absl::Milliseconds(200);
};

// The mode in which events of this host's VMs are events: where the guest's
// kernel mode is emulated, that of its users.
GuestMode MixMode(const Kvm& kvm);

// A statistic of KVM's, and by how much it grew.
struct MixStatistic {
  std::string name;
  uint64_t count = 0;
};

struct MixAccount {
  double clock_khz = 0;  // Of the guest's clock.
  double wall_ns = 0;
  double cpu_ns = 0;  // Of the vCPU's thread.
  uint64_t pairs = 0;
  uint64_t rounds = 0;  // With events.
  uint64_t events[kMixKinds] = {};
  uint64_t doorbells = 0;  // Ends of batches, each an exit of its own.
  // Pairs of which a block took more than twice as long as most: another
  // process had the CPU meanwhile.
  uint64_t interrupted = 0;
  // By how much blocks with events are longer than those without, in pairs that
  // were not interrupted, times the number of all pairs.
  double lost_ticks = 0;
  std::vector<MixStatistic> statistics;
  // How many of each kind KVM counted, without the doorbells and without those
  // that were made of other kinds of the same statistic. Nothing: it has no
  // statistic for them.
  std::optional<uint64_t> counted[kMixKinds];
};

// Runs the mix for its time, or until `stop` says so. Calls `ready` once it is
// warm. kInternal: an exit was none of the mix's.
absl::StatusOr<MixAccount> RunMix(const Kvm& kvm, const Mix& mix,
                                  const std::function<void()>& ready,
                                  const std::function<bool()>& stop);

// Returns the account as JSON.
std::string MixJson(const MixAccount& account);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_MODEL_MIX_H_
