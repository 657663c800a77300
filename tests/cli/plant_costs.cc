// Makes results whose cycles are known costs of what a profile says, for tests
// of what explains them: no KVM needed.
//
//   plant_costs RESULTS PROFILE OUT INSTRUCTION ENTRY WRMSR NOISE OUTLIERS
//       [SAMPLED]
//
// OUT has the cases of RESULTS, of which PROFILE is. An instruction costs
// INSTRUCTION cycles, a VM entry ENTRY, a WRMSR WRMSR. Each case is off by up
// to the part NOISE, and each of its three runs by a tenth of that. One of
// OUTLIERS cases takes three times as long; 0 is none. SAMPLED has the profile,
// as if it were of samples.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "profile/file/profile_file.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"
#include "results/file/file.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

int Main(int argc, char** argv) {
  const absl::StatusOr<Results> given = ReadResults(argv[1]);
  const absl::StatusOr<Profile> profile = ReadProfile(argv[2]);
  if (!given.ok() || !profile.ok()) return 1;
  const double instruction = std::atof(argv[4]), entry = std::atof(argv[5]),
               wrmsr = std::atof(argv[6]), noise = std::atof(argv[7]);
  const int outliers = std::atoi(argv[8]);
  Results made = MakeResults(given->host.kernel_release, "planted", 1, 3);
  made.host = given->host;
  made.host.tick = Tick::kTsc;
  made.host.emulator = "";
  std::mt19937_64 engine(1);
  const auto off = [&engine](double part) {
    const double unit = static_cast<double>(engine() >> 11) * 0x1p-53;
    return 1 + part * (2 * unit - 1);
  };
  const FunctionCounter counter(*profile, true);
  int number = 0;
  for (const CaseProfile& one : profile->cases) {
    const CaseFunctions functions = counter.Count(one);
    const auto count = [&functions](InstructionKind kind) {
      return functions.kinds[static_cast<size_t>(kind)];
    };
    double cycles = instruction * (Sum(functions.self) - one.uncounted) +
                    entry * count(InstructionKind::kVmEntry) +
                    wrmsr * count(InstructionKind::kWrmsr);
    cycles *= off(noise);
    if (outliers > 0 && ++number % outliers == 0) cycles *= 3;
    std::vector<double> runs;
    for (int i = 0; i < 3; ++i) runs.push_back(cycles * off(noise / 10));
    CaseResult& made_case = AddCase(one.name, runs, made);
    made_case.metrics[0].name = one.metric;
  }
  if (!WriteResults(argv[3], made).ok()) return 1;
  if (argc == 9) return 0;
  Profile sampled = *profile;
  sampled.host.source = ProfileSource::kClock;
  return WriteProfile(argv[9], sampled).ok() ? 0 : 1;
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  if (argc != 9 && argc != 10) {
    std::fprintf(stderr, "see the head of plant_costs.cc\n");
    return 2;
  }
  return exitbench::Main(argc, argv);
}
