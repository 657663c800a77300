// `exitbench bisect` with a made-up host: for git_bisect_test.sh. What is
// measured is read from the file "cost" of the working directory: a number of
// ticks, with 1% of noise; "broken", which makes the case fail; or the name of
// a results file, which is what was measured.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/files/bisect.h"
#include "results/file/file.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

Results Measured(const std::string& cost, unsigned seed) {
  Results r = MakeResults("6.1.0-" + cost, cost);
  for (Session& session : r.sessions) session.seed = seed;
  double ticks = 0;
  if (!absl::SimpleAtod(cost, &ticks)) {
    AddCase("pio/out", {}, r).outcome = Outcome::kFailed;
    return r;
  }
  std::mt19937_64 engine(seed);
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) {
    runs.push_back(
        ticks * (.995 + .01 * static_cast<double>(engine() >> 11) * 0x1p-53));
  }
  AddCase("pio/out", runs, r);
  return r;
}

int Main(int argc, char** argv) {
  // --store=FILE:COST writes a results file instead.
  for (int i = 1; i < argc; ++i) {
    absl::string_view word = argv[i];
    if (absl::ConsumePrefix(&word, "--store=")) {
      const std::vector<std::string> parts = absl::StrSplit(word, ':');
      return WriteResults(parts[0], Measured(parts[1], 1)).ok() ? 0 : 1;
    }
    absl::ConsumePrefix(&word, "--");
    const std::vector<std::string> parts =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    absl::CommandLineFlag* flag = absl::FindCommandLineFlag(parts[0]);
    std::string error;
    if (flag == nullptr || !flag->ParseFrom(parts[1], &error)) return 128;
  }
  return BisectCommand({}, [](const std::string&) -> absl::StatusOr<Results> {
    std::ifstream file("cost");
    std::string cost;
    if (!(file >> cost)) return absl::NotFoundError("no file named cost");
    if (absl::EndsWith(cost, ".pb")) {
      return ReadResults(cost, Detail::kRunStatistics);
    }
    return Measured(cost, std::random_device()());
  });
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) { return exitbench::Main(argc, argv); }
