// How fast diff is: two files of 150 cases, and a thousand files in a row.
// Prints figures; the limits it is meant to stay within are 50 ms and 64 MiB
// for the former, 5 s for the latter. Not a test: a busy machine is no bug.
//
//   bazel run //tests/bench:diff_bench
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "results/compare/diff.h"
#include "results/compare/load.h"
#include "results/compare/steps.h"
#include "results/file/file.h"
#include "results/model/testing.h"
#include "results/report/diff_report.h"
#include "results/report/steps_report.h"

namespace exitbench {
namespace {

constexpr int kCases = 150;
constexpr int kFiles = 1000;
// On disk; each is read many times.
constexpr int kDistinctFiles = 10;

// Like a file of the default protocol: 15 runs of four metrics, counters and
// histograms, and a few hundred facts.
Results LikeReal(int seed) {
  std::mt19937_64 engine(static_cast<uint64_t>(seed));
  const auto noise = [&engine] {
    return static_cast<double>(engine() >> 11) * 0x1p-53 - .5;
  };
  Results results =
      MakeResults(absl::StrCat("6.1.", seed), absl::StrCat("boot", seed));
  for (int i = 0; i < 250; ++i) {
    results.host.facts.push_back({absl::StrCat("cpu.fact", i), "some value"});
  }
  for (int c = 0; c < kCases; ++c) {
    CaseResult& result = results.cases.emplace_back();
    result.name = absl::StrCat("family", c / 10, "/case", c);
    result.code_hash = absl::StrCat("hash", c);
    result.outcome = Outcome::kOk;
    for (const char* name : {"guest", "kvm_run", "exit_leg", "entry_leg"}) {
      std::vector<double> runs;
      for (int i = 0; i < 15; ++i) {
        runs.push_back(2000 * (1 + c) * std::exp(.02 * noise()));
      }
      Metric& metric = AddMetric(name, runs, 3, result);
      for (RunStatistics& run : metric.runs) {
        run.summary.mean *= 1.01234;
        run.summary.standard_deviation = 17.345;
        run.summary.p99 *= 1.7;
        run.summary.p999 *= 2.3;
        run.summary.max *= 5;
      }
      for (uint32_t b = 0; b < 160; ++b) {
        metric.histogram.AddBucket(1000 + b, 1 + b * b % 3000);
      }
    }
    for (Run& run : result.runs) {
      for (const char* counter :
           {"exits", "io_exits", "irq_exits", "request_irq_exits",
            "host_state_reload", "fpu_reload", "insn_emulation", "pf_taken"}) {
        run.counters.push_back({counter, 10000 + std::floor(90 * noise())});
      }
    }
  }
  return results;
}

double PeakMib() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// By a child, so that making them up does not count as memory of diff.
void WriteFiles(const std::vector<std::string>& paths) {
  const pid_t child = fork();
  EB_CHECK(child >= 0);
  if (child == 0) {
    for (size_t i = 0; i < paths.size(); ++i) {
      EB_CHECK(WriteResults(paths[i], LikeReal(static_cast<int>(i))).ok());
    }
    _exit(0);
  }
  int status = 0;
  EB_CHECK(waitpid(child, &status, 0) == child && status == 0);
}

std::vector<Side> Load(const std::vector<std::string>& paths) {
  absl::StatusOr<std::vector<Side>> sides = LoadSides(paths);
  EB_CHECK(sides.ok());
  return *std::move(sides);
}

double Ms(absl::Time begin) {
  return absl::ToDoubleMilliseconds(absl::Now() - begin);
}

void TwoFiles(const std::vector<std::string>& paths) {
  std::vector<double> loads, wholes;
  size_t bytes = 0;
  for (int i = 0; i < 15; ++i) {
    const absl::Time begin = absl::Now();
    const std::vector<Side> sides = Load({paths[0], paths[1]});
    loads.push_back(Ms(begin));
    bytes = DiffToText(CompareSides(sides[0], sides[1], {}), {}).size();
    wholes.push_back(Ms(begin));
  }
  std::printf(
      "two files of %d cases: first %.1f ms, then median %.1f ms, of which "
      "loading %.1f ms; %zu bytes of text; peak memory so far %.0f MiB\n",
      kCases, wholes[0], Median(wholes), Median(loads), bytes, PeakMib());
}

void ManyFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (int i = 0; i < kFiles; ++i) {
    all.push_back(paths[static_cast<size_t>(i) % paths.size()]);
  }
  const absl::Time begin = absl::Now();
  std::vector<Side> sides = Load(all);
  const double load = Ms(begin);
  // The same file again would be a side of nothing but ties.
  for (size_t i = 0; i < sides.size(); ++i) {
    for (SideCase& c : sides[i].cases) {
      for (Series& series : c.series) {
        for (double& value : series.values) {
          value *= 1 + 1e-9 * static_cast<double>(i);
        }
      }
    }
  }
  const Steps steps = FindSteps(sides, {});
  const double whole = Ms(begin);
  const size_t bytes = StepsToText(steps, {}).size();
  std::printf(
      "%d files of %d cases: loading %.0f ms, comparing %.0f ms, printing "
      "%.0f ms (%zu bytes), in all %.0f ms; peak memory %.0f MiB\n",
      kFiles, kCases, load, whole - load, Ms(begin) - whole, bytes, Ms(begin),
      PeakMib());
}

void Main() {
  std::string folder = "/tmp/diff_bench.XXXXXX";
  EB_CHECK(mkdtemp(folder.data()) != nullptr);
  std::vector<std::string> paths;
  for (int i = 0; i < kDistinctFiles; ++i) {
    paths.push_back(absl::StrCat(folder, "/", i, ".pb"));
  }
  WriteFiles(paths);
  TwoFiles(paths);
  ManyFiles(paths);
  for (const std::string& path : paths) unlink(path.c_str());
  rmdir(folder.c_str());
}

}  // namespace
}  // namespace exitbench

int main() {
  exitbench::Main();
  return 0;
}
