// Makes fleets for tests.
#ifndef EXITBENCH_RESULTS_FLEET_TESTING_H_
#define EXITBENCH_RESULTS_FLEET_TESTING_H_

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "results/fleet/digest.h"
#include "results/model/testing.h"
#include "results/sides/side.h"

namespace exitbench {

struct FleetMaker {
  int hosts = 20;
  int cases = 30;
  std::string kernel = "6.1.0-test";
  // What host h has in case c, of 1000 ticks and 1% of noise.
  std::function<double(int host, int c)> factor = [](int, int) { return 1.0; };
  // Changes what a host's file says.
  std::function<void(int host, Results& results)> change = [](int, Results&) {};

  static std::string Name(int host) { return absl::StrFormat("h%03d", host); }

  Results Make(int host) const {
    std::mt19937_64 engine(static_cast<uint64_t>(host) * 1000 +
                           std::hash<std::string>()(kernel) % 997);
    std::normal_distribution<double> normal;
    Results r = MakeResults(kernel, absl::StrCat("boot ", host, kernel), 1, 3);
    r.host.facts = {{"cpufreq.governor", "performance"},
                    {"kernel.cmdline", "quiet"}};
    for (int c = 0; c < cases; ++c) {
      const double value =
          1000 * factor(host, c) * std::exp(.01 * normal(engine));
      CaseResult& result =
          AddCase(absl::StrFormat("case/%03d", c), {value, value, value}, r);
      Metric& exits = AddMetric("exits", {1, 1, 1}, 1, result);
      exits.direction = Direction::kExact;
      exits.unit = Unit::kCount;
      exits.gating = false;
    }
    change(host, r);
    return r;
  }

  void AddTo(FleetDigest& digest, int first, int last) const {
    for (int host = first; host < last; ++host) {
      const std::string file = absl::StrCat(Name(host), "@", kernel, ".pb");
      // Tests of what is left out look at the number of files.
      digest.Add(MakeSide(Make(host), file), Name(host), file).IgnoreError();
    }
  }

  FleetDigest Digest() const {
    FleetDigest digest;
    AddTo(digest, 0, hosts);
    return digest;
  }
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_TESTING_H_
