// Fixed quanta of work in the guest and in this process, and the detours among
// them: what took longer since somebody else had the CPU.
#ifndef EXITBENCH_HARNESS_SAMPLES_NOISE_METER_H_
#define EXITBENCH_HARNESS_SAMPLES_NOISE_METER_H_

#include <cstdint>
#include <vector>

#include "vmm/machine.h"

namespace exitbench {

// A quantum that takes a tenth longer than the usual one is a detour.
inline constexpr double kDetourFrom = 1.1;

// What a series of quanta shows. Ticks throughout.
struct NoiseFigures {
  double usual_ticks = 0;    // The median quantum.
  double lost_share = 0;     // Of all time: what went beyond the least quantum.
  double detours_per_s = 0;  // Of time spent in quanta.
  std::vector<double> detours_ticks;  // What each took beyond the usual one.
  // Share of the detours that exits of the same batch can account for: in each
  // batch at most as many as there were exits. 0 without detours.
  double with_exit_share = 0;
};

// One batch's quanta, and the exits that the kernel counted meanwhile.
struct QuantumBatch {
  std::vector<uint64_t> ticks;
  double exits = -1;  // -1: the kernel does not say.
};

NoiseFigures FiguresOf(const std::vector<QuantumBatch>& batches,
                       double ticks_per_s);

// Collects both series over a run.
class NoiseMeter {
 public:
  void Clear();
  // Around each batch of the guest's, the doorbell being no exit of note.
  void BeginGuestBatch(Machine& machine);
  void AddGuestBatch(Machine& machine, uint32_t quanta);
  // `quanta` times `passes` of the guest's own loop, here and now.
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
