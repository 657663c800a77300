// Writes results files for tests of what reads them: no KVM needed.
//
//   make_results FILE BOOT CENTRE SEED [counted] [tiny] [hostile] [markup]
//
// FILE has pio/out with runs around CENTRE, every field set somewhere, a
// skipped and a failed case. A tiny one has the least that diff gives a verdict
// on: a seed for fuzzing. A hostile one has in all its text what would take
// over a terminal, one of markup what would take over a page.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "results/file/file.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

constexpr uint32_t kTinyRuns = 4;

// Of each run only what diff looks at.
void StripSummaries(Results& r) {
  for (CaseResult& c : r.cases) {
    for (Metric& m : c.metrics) {
      for (RunStatistics& run : m.runs) {
        run.summary = {.count = 9, .iqm = run.summary.iqm};
      }
    }
  }
}

Results Tiny(const std::string& boot, double centre, int seed, bool counted) {
  Results r = MakeResults("6.1.0-test", boot, 1, kTinyRuns);
  r.host.tick = counted ? Tick::kInstruction : Tick::kTsc;
  r.host.facts = {{"cpu.smt", "on"}};
  std::vector<double> runs;
  for (uint32_t i = 0; i < kTinyRuns; ++i) {
    runs.push_back(centre + (counted ? 0 : seed + i));
  }
  CaseResult& c = AddCase("pio/out", runs, r);
  c.runs[0].counters = {{"exits", 9}};
  c.linearity = {{9, centre}, {18, centre}};
  c.metrics[0].histogram.Add(3000);
  AddCase("mmio/read", {}, r).outcome = Outcome::kFailed;
  StripSummaries(r);
  return r;
}

Results Made(const std::string& boot, double centre, int seed, bool counted) {
  std::mt19937_64 engine(static_cast<uint64_t>(seed));
  Results r = MakeResults("6.1.0-test", boot);
  r.host.tick = counted ? Tick::kInstruction : Tick::kTsc;
  r.host.emulator = counted ? "qemu" : "";
  r.host.facts = {{"clocksource", "tsc"}, {"cpu.smt", "on"}};
  for (Session& s : r.sessions) {
    s.seed = static_cast<uint32_t>(seed);
    s.facts = {{"loadavg", "0.1"}};
    s.settings = {{"pages", "4k"}};
    s.clock_calibration.host_stamp = "lfence;rdtsc;lfence rdtscp;lfence";
    s.elapsed_s = 2.5;
  }
  const auto noisy = [&](double value) {
    std::vector<double> runs;
    for (int i = 0; i < 15; ++i) {
      const double noise = static_cast<double>(engine() >> 11) * 0x1p-53 - .5;
      runs.push_back(counted ? value : value * (1 + .01 * noise));
    }
    return runs;
  };
  CaseResult& c = AddCase("pio/out", noisy(centre), r);
  c.measures = "OUT of one byte";
  c.verdict = Verdict::kProven;
  c.proof = "exits 1.000 per event";
  c.runs[3].disturbed = true;
  c.runs[3].disturbance = "12 involuntary switches";
  c.runs[3].counters = {{"exits", 10001}};
  c.linearity = {{1000, centre}, {2000, centre}};
  for (uint32_t i = 0; i < 100; ++i) c.metrics[0].histogram.Add(3000 + i);
  AddMetric("exits", std::vector<double>(15, 1), 3, c).direction =
      Direction::kExact;
  c.metrics.back().unit = Unit::kCount;
  AddMetric("rate", noisy(80), 3, c).direction = Direction::kHigherIsBetter;
  c.metrics.back().unit = Unit::kMbPerS;
  CaseResult& skipped = AddCase("hypercall/user", {}, r);
  skipped.outcome = Outcome::kSkipped;
  skipped.reason = "no KVM_CAP_EXIT_HYPERCALL";
  CaseResult& failed = AddCase("mmio/read", {}, r);
  failed.outcome = Outcome::kFailed;
  failed.verdict = Verdict::kContradicted;
  failed.reason = "expected KVM_EXIT_MMIO";
  return r;
}

// Clears the screen, changes the title, goes up a line; as bytes and as
// characters of UTF-8; then text from right to left.
constexpr char kEvil[] =
    "\x1b[2J\x1b]0;title\a\r\n\t\b\x7f\xc2\x9b"
    "1A\xc2\x85\xe2\x80\xae";

// Ends a script, a style sheet, an attribute and a comment, and runs scripts of
// its own.
constexpr char kMarkup[] =
    "--></style></script><script>document.title='owned'</script>"
    "<img src=x onerror=\"document.title='owned'\">\"'&lt;${1}`@DATA@";

void Spoil(std::string& text, const char* evil) { text += evil; }
void Spoil(std::vector<Fact>& facts, const char* evil) {
  for (Fact& fact : facts) Spoil(fact.key, evil), Spoil(fact.value, evil);
}

void SpoilAllText(Results& r, const char* evil) {
  Host& h = r.host;
  for (std::string* text :
       {&r.tool_version, &h.kernel_release, &h.kernel_version, &h.architecture,
        &h.kvm_backend, &h.paging, &h.cpu_vendor, &h.cpu_model, &h.microcode,
        &h.hypervisor, &h.emulator}) {
    Spoil(*text, evil);
  }
  h.virtual_machine = true;
  Spoil(h.facts, evil);
  for (Session& s : r.sessions) {
    for (std::string* text :
         {&s.boot_id, &s.started_utc, &s.cpus, &s.clock_calibration.host_stamp,
          &s.clock_calibration.guest_stamp_ring0,
          &s.clock_calibration.guest_stamp_ring3}) {
      Spoil(*text, evil);
    }
    Spoil(s.facts, evil);
    Spoil(s.settings, evil);
  }
  for (CaseResult& c : r.cases) {
    for (std::string* text :
         {&c.name, &c.measures, &c.code_hash, &c.reason, &c.proof, &c.no_legs,
          &c.plain_name, &c.no_native}) {
      Spoil(*text, evil);
    }
    for (Run& run : c.runs) {
      Spoil(run.disturbance, evil);
      for (CounterDelta& counter : run.counters) Spoil(counter.name, evil);
    }
    for (Metric& m : c.metrics) Spoil(m.name, evil);
  }
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 4) {
    std::fprintf(stderr,
                 "usage: make_results FILE BOOT CENTRE SEED [counted] [tiny] "
                 "[hostile] [markup]\n");
    return 2;
  }
  const auto has = [&words](const char* word) {
    return std::find(words.begin() + 4, words.end(), word) != words.end();
  };
  const auto made = has("tiny") ? exitbench::Tiny : exitbench::Made;
  exitbench::Results results =
      made(words[1], std::atof(argv[3]), std::atoi(argv[4]), has("counted"));
  if (has("hostile")) exitbench::SpoilAllText(results, exitbench::kEvil);
  if (has("markup")) exitbench::SpoilAllText(results, exitbench::kMarkup);
  const absl::Status written = exitbench::WriteResults(words[0], results);
  if (!written.ok()) std::fprintf(stderr, "%s\n", written.ToString().c_str());
  return written.ok() ? 0 : 1;
}
