#include "tests/model/mix.h"

#include <time.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/support/touch.h"
#include "guest_blobs/live_payloads.h"
#include "results/text/json_writer.h"
#include "vmm/arch/doorbell.h"
#include "vmm/arch_guest.h"
#include "vmm/exit_text.h"
#include "vmm/machine.h"

namespace exitbench {
namespace {

static_assert(kTouchStrideBytes == kMixStrideBytes);

// Of a batch. Many, so that its doorbell is little beside them.
constexpr uint64_t kMostPairs = 200;
static_assert(2 * kMostPairs <= EB_MAX_STAMPS);
// Events of a block: so few that it is shorter than most interruptions.
constexpr uint64_t kBlockEvents = 20;

enum Argument { kCompute = 0, kFirstKind = 1, kLines = 6, kRounds = 7 };

constexpr uint64_t kLinesOfKib = 1024 / 64;

double NanosecondsOf(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e9 +
         static_cast<double>(now.tv_nsec);
}

// What a pair of blocks took.
struct PairTicks {
  double with = 0;
  double without = 0;
};

// Returns how many pairs of blocks a batch has.
uint64_t PairsOf(const Mix& mix) {
  const uint64_t faults = mix.rounds * mix.events[kMixFault];
  return faults == 0 ? kMostPairs
                     : std::clamp<uint64_t>(kTouches / faults, 1, kMostPairs);
}

class MixVm {
 public:
  static absl::StatusOr<MixVm> Create(const Kvm& kvm, const Mix& mix) {
    VmShape shape;
    shape.data_bytes =
        PairsOf(mix) * mix.rounds * mix.events[kMixFault] * kTouchStrideBytes;
    EB_ASSIGN_OR_RETURN(Machine machine,
                        Machine::Create(kvm, shape, MixMode(kvm),
                                        blobs::live_mix.event[EB_STAMP_PLAIN]));
    return MixVm(std::move(machine), mix);
  }

  // Runs a batch of pairs, and adds them to the account.
  absl::Status RunBatch(MixAccount& account, std::vector<PairTicks>& pairs) {
    ParameterBlock& block = machine_.parameters(0);
    block.events = pairs_;
    block.args[kCompute] = mix_.compute;
    for (int i = kFirstKind; i < kLines; ++i) block.args[i] = 0;
    for (int i = 0; i < kMixKinds; ++i) {
      const int place = kMixKindSpecs[i].place;
      block.args[kFirstKind + place / 2] |= mix_.events[i] << (place % 2 * 32);
    }
    block.args[kLines] =
        2 * mix_.walk_kib * kLinesOfKib + MixArchArgument(machine_.kvm());
    block.args[kRounds] = mix_.rounds;
    if (mix_.events[kMixFault] > 0) {
      EB_RETURN_IF_ERROR(NewHostPages(machine_, 0));
    }
    uint64_t seen[kMixKinds] = {};
    EB_RETURN_IF_ERROR(Run(seen));
    const uint64_t rounds = pairs_ * mix_.rounds;
    for (int kind = 0; kind < kMixKinds; ++kind) {
      if (!kMixKindSpecs[kind].to_userspace) continue;
      const uint64_t expected = rounds * mix_.events[kind];
      if (seen[kind] != expected) {
        return absl::InternalError(absl::StrCat(seen[kind], " exits of ",
                                                kMixKindSpecs[kind].name,
                                                " in a batch of ", expected));
      }
    }
    for (uint64_t i = 0; i < pairs_; ++i) {
      pairs.push_back({Ticks(2 * i), Ticks(2 * i + 1)});
    }
    account.pairs += pairs_;
    account.rounds += rounds;
    for (int i = 0; i < kMixKinds; ++i) {
      account.events[i] += rounds * mix_.events[i];
    }
    ++account.doorbells;
    return absl::OkStatus();
  }

  Machine& machine() { return machine_; }

 private:
  MixVm(Machine machine, const Mix& mix)
      : machine_(std::move(machine)), mix_(mix), pairs_(PairsOf(mix)) {}

  // Returns what the block took.
  double Ticks(uint64_t block) const {
    const GuestStamp& stamp = machine_.stamps(0)[block];
    return static_cast<double>(stamp.after_ticks - stamp.before_ticks);
  }

  // Runs the guest until the batch is done.
  absl::Status Run(uint64_t (&seen)[kMixKinds]) {
    Vcpu& vcpu = machine_.vcpu();
    const kvm_run& run = vcpu.run();
    while (true) {
      if (vcpu.Run() != 0) {
        if (errno == EINTR) continue;
        return ErrnoStatus("KVM_RUN", "mix");
      }
      if (const int kind = MixKindOf(run); kind >= 0) {
        ++seen[kind];
      } else if (IsDoorbell(run)) {
        return absl::OkStatus();
      } else {
        return absl::InternalError(
            absl::StrCat("the guest left by ", DescribeExit(run)));
      }
    }
  }

  Machine machine_;
  const Mix mix_;
  const uint64_t pairs_;  // Of a batch.
};

// Both of a VM's statistics files.
absl::StatusOr<std::vector<MixStatistic>> ReadStatistics(Machine& machine) {
  std::vector<MixStatistic> all;
  for (const KvmStats* stats : {machine.vm_stats(), machine.vcpu_stats()}) {
    if (stats == nullptr) continue;
    EB_ASSIGN_OR_RETURN(const StatsSnapshot values, stats->Read());
    for (size_t i = 0; i < values.size(); ++i) {
      all.push_back({stats->names()[i], values[i]});
    }
  }
  return all;
}

double Median(const std::vector<PairTicks>& pairs, double PairTicks::*block) {
  std::vector<double> values;
  for (const PairTicks& pair : pairs) values.push_back(pair.*block);
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Sets what MixAccount says of times.
void SetLost(const std::vector<PairTicks>& pairs, MixAccount& account) {
  constexpr double kInterrupted = 2;
  const double with = kInterrupted * Median(pairs, &PairTicks::with);
  const double without = kInterrupted * Median(pairs, &PairTicks::without);
  double lost = 0;
  for (const PairTicks& pair : pairs) {
    if (pair.with > with || pair.without > without) {
      ++account.interrupted;
    } else {
      lost += pair.with - pair.without;
    }
  }
  const double all = static_cast<double>(pairs.size());
  account.lost_ticks =
      lost / (all - static_cast<double>(account.interrupted)) * all;
}

bool CountsWith(const MixKindSpec& a, const MixKindSpec& b) {
  return a.statistic != nullptr && b.statistic != nullptr &&
         absl::string_view(a.statistic) == b.statistic;
}

// Sets MixAccount::counted.
void SetCounted(MixAccount& account, uint32_t backend) {
  for (int i = 0; i < kMixKinds; ++i) {
    const MixKindSpec& kind = kMixKindSpecs[i];
    if (kind.statistic == nullptr || (kind.uncounted_by & backend)) continue;
    uint64_t others =
        CountsWith(kind, kMixKindSpecs[kDoorbellKind]) ? account.doorbells : 0;
    const bool has_doorbells = others > 0;
    for (int other = 0; other < kMixKinds; ++other) {
      if (other != i && CountsWith(kind, kMixKindSpecs[other])) {
        others += account.events[other];
      }
    }
    for (const MixStatistic& statistic : account.statistics) {
      if (statistic.name != kind.statistic) continue;
      // Where a statistic is never counted, it is none.
      if (statistic.count == 0 && has_doorbells) continue;
      account.counted[i] =
          statistic.count < others ? 0 : statistic.count - others;
    }
  }
}

// Returns the mix with the number of rounds that it asks for.
Mix WithRounds(Mix mix) {
  if (mix.rounds > 0) return mix;
  uint64_t events = 0;
  for (const uint64_t kind : mix.events) events += kind;
  mix.rounds =
      std::max<uint64_t>(1, kBlockEvents / std::max<uint64_t>(1, events));
  return mix;
}

}  // namespace

GuestMode MixMode(const Kvm& kvm) {
  return kvm.backend().backend == kBackendPvm ? kUserMode : kKernelMode;
}

absl::StatusOr<MixAccount> RunMix(const Kvm& kvm, const Mix& wanted,
                                  const std::function<void()>& ready,
                                  const std::function<bool()>& stop) {
  const Mix mix = WithRounds(wanted);
  EB_ASSIGN_OR_RETURN(MixVm vm, MixVm::Create(kvm, mix));
  EB_ASSIGN_OR_RETURN(const int64_t khz, GuestClockKhz(vm.machine().vcpu()));
  const double warm =
      NanosecondsOf(CLOCK_MONOTONIC) + absl::ToDoubleNanoseconds(mix.warm_up);
  std::vector<PairTicks> pairs;
  MixAccount account;
  do {
    EB_RETURN_IF_ERROR(vm.RunBatch(account, pairs));
  } while (NanosecondsOf(CLOCK_MONOTONIC) < warm);
  pairs.clear();
  account = {.clock_khz = static_cast<double>(khz)};
  ready();

  EB_ASSIGN_OR_RETURN(const std::vector<MixStatistic> before,
                      ReadStatistics(vm.machine()));
  const double wall = NanosecondsOf(CLOCK_MONOTONIC);
  const double cpu = NanosecondsOf(CLOCK_THREAD_CPUTIME_ID);
  const double end = wall + absl::ToDoubleNanoseconds(mix.time);
  do {
    EB_RETURN_IF_ERROR(vm.RunBatch(account, pairs));
  } while (!stop() && NanosecondsOf(CLOCK_MONOTONIC) < end);
  account.wall_ns = NanosecondsOf(CLOCK_MONOTONIC) - wall;
  account.cpu_ns = NanosecondsOf(CLOCK_THREAD_CPUTIME_ID) - cpu;
  SetLost(pairs, account);
  EB_ASSIGN_OR_RETURN(account.statistics, ReadStatistics(vm.machine()));
  for (size_t i = 0; i < before.size(); ++i) {
    account.statistics[i].count -= before[i].count;
  }
  SetCounted(account, kvm.backend().backend);
  return account;
}

std::string MixJson(const MixAccount& account) {
  JsonWriter json;
  json.BeginObject();
  json.Field("clock_khz", account.clock_khz);
  json.Field("wall_ns", account.wall_ns);
  json.Field("cpu_ns", account.cpu_ns);
  const auto count = [&json](absl::string_view key, uint64_t value) {
    json.Key(key);
    json.Integer(value);
  };
  count("pairs", account.pairs);
  count("rounds", account.rounds);
  json.Key("events");
  json.BeginObject();
  for (int i = 0; i < kMixKinds; ++i) {
    count(kMixKindSpecs[i].name, account.events[i]);
  }
  json.EndObject();
  json.Key("counted");
  json.BeginObject();
  for (int i = 0; i < kMixKinds; ++i) {
    if (account.counted[i]) count(kMixKindSpecs[i].name, *account.counted[i]);
  }
  json.EndObject();
  count("doorbells", account.doorbells);
  count("interrupted", account.interrupted);
  json.Field("lost_ticks", account.lost_ticks);
  json.Key("statistics");
  json.BeginObject();
  for (const MixStatistic& statistic : account.statistics) {
    if (statistic.count != 0) count(statistic.name, statistic.count);
  }
  json.EndObject();
  json.EndObject();
  return json.Take();
}

}  // namespace exitbench
