// How much slower a case's KVM_RUN is under exitbench's timed loop than under
// the least loop that can time an exit: the two alternate on the same machine,
// and the ratio of their interquartile means is printed. A benchmark: run it
// by hand, `bazel run -c opt //tests/bench:floor_bench`.
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/check.h"
#include "base/cpus.h"
#include "cases/catalogue/catalogue.h"
#include "guest_blobs/x86_64/abi.h"
#include "harness/clock/arch/timer.h"
#include "harness/host/provenance.h"
#include "harness/run/clock_calibration.h"
#include "harness/run/run_case.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 10000;
constexpr int kPairs = 41;

// Stamp, KVM_RUN, stamp, store; nothing is checked but the end.
double FloorIqm(const Kvm& kvm, const CaseInstance& c, StampKind kind) {
  absl::StatusOr<Machine> machine = Machine::Create(
      kvm, c.row->shape, c.mode, c.row->blob->event[static_cast<int>(kind)]);
  EB_CHECK(machine.ok());
  const int fd = machine->vcpu().fd();
  const kvm_run& run = machine->vcpu().run();
  std::vector<double> samples;
  samples.reserve(kEvents);
  std::vector<uint64_t> ticks(2 * EB_MAX_STAMPS + 2);
  // The same batches as exitbench's, the first thousand events not counted.
  const uint32_t batch = BatchEvents(*c.row, kEvents);
  for (uint32_t done = 0; done < kEvents + 1000;) {
    const uint32_t events = std::min(batch, kEvents + 1000 - done);
    machine->parameters(0).events = events;
    uint32_t n = 0;
    for (;;) {
      const uint64_t before = StampFirst();
      if (ioctl(fd, KVM_RUN, 0) != 0) abort();
      const uint64_t after = StampLast();
      if (run.exit_reason == KVM_EXIT_IO && run.io.port == EB_DOORBELL_PORT) {
        break;
      }
      ticks[2 * n] = before;
      ticks[2 * n + 1] = after;
      ++n;
    }
    for (uint32_t i = 1; i < n && done >= 1000; ++i) {
      samples.push_back(static_cast<double>(ticks[2 * i + 1] - ticks[2 * i]));
    }
    done += events;
  }
  return Summarize(samples).iqm;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return Quantile(values, .5);
}

int Main() {
  (void)PinThisThread(1);
  absl::StatusOr<Kvm> kvm = Kvm::Open();
  if (!kvm.ok()) {
    std::fprintf(stderr, "floor_bench: %s\n",
                 std::string(kvm.status().message()).c_str());
    return 3;
  }
  RunTools tools;
  RunSettings settings;
  settings.clock_khz = HostClockKhz(*kvm).value();
  ClockCalibration calibration;
  EB_CHECK(CalibrateClock(*kvm, tools, settings, calibration).ok());
  settings.config.exits = kEvents;
  for (const char* name :
       {"pio/out", "pio/out.ring3", "mmio/write", "mmio/write.ring3"}) {
    for (const CaseInstance& c : AllCases()) {
      if (c.name != name) continue;
      std::vector<double> ratios, floors;
      for (int i = 0; i < kPairs; ++i) {
        // Whichever goes first changes from pair to pair.
        double floor = 0, ours = 0;
        for (int turn = 0; turn < 2; ++turn) {
          if ((turn + i) % 2 == 0) {
            floor = FloorIqm(*kvm, c, settings.StampOf(c.mode).kind);
          } else {
            CaseResult result = RunCase(*kvm, c, settings, tools);
            EB_CHECK(result.outcome == Outcome::kOk);
            for (const Metric& m : result.metrics) {
              if (m.name == "kvm_run") ours = m.runs[0].summary.iqm;
            }
          }
        }
        floors.push_back(floor);
        ratios.push_back(ours / floor);
      }
      std::printf(
          "%-18s floor %.0f cycles, exitbench/floor %.4f (median of %d "
          "pairs)\n",
          name, Median(floors), Median(ratios), kPairs);
    }
  }
  return 0;
}

}  // namespace
}  // namespace exitbench

int main() { return exitbench::Main(); }
