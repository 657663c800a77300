// Writes slim results files of many hosts for tests of `exitbench fleet`.
//
//   make_fleet FOLDER [hosts=N] [cases=N] [odd=N] [seed=N] [kernel=RELEASE]
//              [slower=PART] [tails=normal|laplace|t5]
//
// FOLDER gets HOST@RELEASE.pb of each host, and odd.txt: a line for each host
// that was made odd, with what was done to it, by turns one of
//
//   all      all costs 15% up, and another cpufreq.governor
//   some     a tenth of the cases 30% up
//   one      one case 80% up
//   exits    one case exits twice as often
//
// The costs of a host differ from those of the others by 1% as a whole and by
// 1% in each figure; of a run by another 1%, and one run in 14 is up to a third
// slower. With slower=0.05 the first tenth of the cases costs 5% more.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "results/file/proto_io.h"
#include "results/model/slim.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

constexpr uint32_t kSessions = 3;
constexpr uint32_t kRuns = 15;

using Engine = std::mt19937_64;

double Uniform(Engine& engine) {
  return (static_cast<double>(engine() >> 11) + .5) * 0x1p-53;
}

double Normal(Engine& engine) {
  return std::sqrt(-2 * std::log(Uniform(engine))) *
         std::cos(2 * M_PI * Uniform(engine));
}

// Of standard deviation 1.
double Deviate(const std::string& tails, Engine& engine) {
  if (tails == "laplace") {
    const double size = -std::log(Uniform(engine)) / std::sqrt(2.0);
    return Uniform(engine) < .5 ? -size : size;
  }
  if (tails == "t5") {
    double squares = 0;
    for (int i = 0; i < 5; ++i) squares += std::pow(Normal(engine), 2);
    return Normal(engine) / std::sqrt(squares / 5) / std::sqrt(5. / 3);
  }
  return Normal(engine);
}

struct Plan {
  std::string folder;
  std::map<std::string, std::string> options;

  std::string Text(const std::string& key, const std::string& otherwise) const {
    const auto found = options.find(key);
    return found == options.end() ? otherwise : found->second;
  }
  int Number(const std::string& key, int otherwise) const {
    return std::atoi(Text(key, absl::StrCat(otherwise)).c_str());
  }
};

Results MakeHost(const Plan& plan, int host, const std::string& oddity) {
  const std::string kernel = plan.Text("kernel", "6.1.0-test");
  const std::string tails = plan.Text("tails", "normal");
  const double slower = std::atof(plan.Text("slower", "0").c_str());
  const int cases = plan.Number("cases", 300);
  // What a host is like stays under another kernel.
  Engine of_host(static_cast<uint64_t>(plan.Number("seed", 1)) * 1000003 +
                 static_cast<uint64_t>(host));
  std::seed_seq seed{plan.Number("seed", 1), host,
                     static_cast<int>(std::hash<std::string>()(kernel) >> 40)};
  Engine of_runs(seed);
  Results r = MakeResults(kernel, absl::StrCat("boot ", host, " ", kernel),
                          kSessions, kRuns / kSessions);
  r.host.facts = {
      {"clocksource", "tsc"},
      {"cpu.smt", "on"},
      {"cpu.vulnerabilities.spectre_v2", "Mitigation: Retpolines"},
      {"cpufreq.governor", oddity == "all" ? "powersave" : "performance"},
      {"kernel.cmdline", "quiet"}};
  for (Session& s : r.sessions) s.seed = static_cast<uint32_t>(host);
  const double as_a_whole = .01 * Deviate(tails, of_host);
  for (int i = 0; i < cases; ++i) {
    double factor = std::exp(as_a_whole);
    if (oddity == "all") factor *= 1.15;
    if (oddity == "some" && i % 10 == 3) factor *= 1.3;
    if (oddity == "one" && i == host % cases) factor *= 1.8;
    if (i < cases / 10) factor *= 1 + slower;
    const auto runs = [&](double cost) {
      const double centre =
          cost * factor * std::exp(.01 * Deviate(tails, of_host));
      std::vector<double> values;
      for (uint32_t run = 0; run < kRuns; ++run) {
        double value = centre * std::exp(.01 * Normal(of_runs));
        if (Uniform(of_runs) < .07) value *= 1 + Uniform(of_runs) / 3;
        values.push_back(value);
      }
      return values;
    };
    CaseResult& c = r.cases.emplace_back();
    c.name = absl::StrFormat("group%d/case%03d", i % 12, i);
    c.code_hash = absl::StrFormat("%016x", i);
    c.outcome = Outcome::kOk;
    c.verdict = Verdict::kProven;
    const double cost = 1500 + 10 * i;
    AddMetric("guest", runs(cost), kSessions, c);
    AddMetric("guest_control", std::vector<double>(kRuns, 40), kSessions, c)
        .gating = false;
    if (i % 5 == 0) {
      AddMetric("kvm_run", runs(cost + 900), kSessions, c);
      AddMetric("exit_leg", runs(cost / 2), kSessions, c);
      AddMetric("entry_leg", runs(cost / 2), kSessions, c);
    }
    const double exits = oddity == "exits" && i == host % cases ? 2 : 1;
    Metric& m =
        AddMetric("exits", std::vector<double>(kRuns, exits), kSessions, c);
    m.unit = Unit::kCount;
    m.direction = Direction::kExact;
    m.gating = false;
  }
  Slim(r);
  return r;
}

int Make(const Plan& plan) {
  constexpr const char* kOddities[] = {"all", "some", "one", "exits"};
  const int hosts = plan.Number("hosts", 20), odd = plan.Number("odd", 0);
  std::ofstream list(plan.folder + "/odd.txt");
  int made = 0;
  for (int host = 0; host < hosts; ++host) {
    // Spread over all of them.
    std::string oddity;
    if (made < odd && host >= (2 * made + 1) * hosts / (2 * odd)) {
      oddity = kOddities[made++ % 4];
    }
    const std::string name = absl::StrFormat("host%05d", host);
    if (!oddity.empty()) list << name << " " << oddity << "\n";
    std::ofstream file(absl::StrCat(plan.folder, "/", name, "@",
                                    plan.Text("kernel", "6.1.0-test"), ".pb"),
                       std::ios::binary);
    file << Serialize(MakeHost(plan, host, oddity));
    if (!file.flush()) return 1;
  }
  return list.flush() ? 0 : 1;
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: make_fleet FOLDER [name=value]...\n");
    return 2;
  }
  exitbench::Plan plan;
  plan.folder = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::pair<std::string, std::string> option =
        absl::StrSplit(argv[i], absl::MaxSplits('=', 1));
    plan.options.insert(option);
  }
  return exitbench::Make(plan);
}
