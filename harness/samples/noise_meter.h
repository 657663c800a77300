// Measures noise by quanta, which are equal pieces of work, in the guest and in
// this process. A quantum that took longer was a detour: something else had the
// CPU meanwhile.
#ifndef EXITBENCH_HARNESS_SAMPLES_NOISE_METER_H_
#define EXITBENCH_HARNESS_SAMPLES_NOISE_METER_H_

#include <cstdint>
#include <vector>

#include "vmm/machine.h"

namespace exitbench {

// A quantum of more than this times the usual one is a detour.
inline constexpr double kDetourFrom = 1.1;

// The figures of a series of quanta.
struct NoiseFigures {
  double usual_ticks = 0;    // The median quantum.
  double lost_share = 0;     // Share of time beyond that of the least quantum.
  double detours_per_s = 0;  // Per second that was spent in quanta.
  std::vector<double> detours_ticks;  // What each took beyond the usual one.
  // The share of the detours that exits can explain: in each batch at most as
  // many as there were exits. 0 without detours.
  double with_exit_share = 0;
};

// The quanta of one batch, and the exits that the kernel counted meanwhile.
struct QuantumBatch {
  std::vector<double> ticks;  // Of the host's clock.
  double exits = -1;          // -1: the kernel does not count them.
};

// Returns what a guest's first `quanta` stamps say. `host_ticks` is how many
// ticks of the host's clock one of the guest's takes.
std::vector<double> GuestQuanta(const GuestStamp* stamps, uint32_t quanta,
                                double host_ticks);

// Returns the figures of all quanta of `batches`.
NoiseFigures FiguresOf(const std::vector<QuantumBatch>& batches,
                       double ticks_per_s);

// Collects the quanta of the guest and of this process over a run.
class NoiseMeter {
 public:
  void Clear();
  // Call these before and after each batch of the guest. The exit of the
  // doorbell is not counted.
  void BeginGuestBatch(Machine& machine);
  void AddGuestBatch(Machine& machine, uint32_t quanta);
  // Does `quanta` quanta in this thread. Each is `passes` passes of the guest's
  // loop.
  void WorkOnHost(uint32_t passes, uint32_t quanta);

  const std::vector<QuantumBatch>& guest() const { return guest_; }
  const std::vector<QuantumBatch>& host() const { return host_; }

 private:
  double exits_before_ = -1;
  std::vector<QuantumBatch> guest_;
  std::vector<QuantumBatch> host_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_NOISE_METER_H_
