// behaviour_atlas_test FILE...: the model of what kernels do, held against what
// they were seen to do. Of each case in the atlas's results files the proof
// names by how much the claimed counters moved.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "results/file/file.h"
#include "tests/census/behaviour.h"
#include "tests/census/counters.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

std::vector<std::string>& Files() {
  static auto* const files = new std::vector<std::string>;
  return *files;
}

// Fewer events tell nothing from one more interrupt.
constexpr uint32_t kLeastEvents = 20;
// The first touches of a batch, and of pages that a hook dropped with others.
constexpr double kSlack = 8;

// What the host said of itself; files of before 0.2.0 do not have that.
void AddFeatureFacts(const Host& measured, SimulatedHost& host) {
  for (const Fact& fact : measured.facts) {
    for (const FeatureName& known : AllFeatures()) {
      if (fact.key != absl::StrCat("feature.", known.name)) continue;
      if (fact.value == "yes") host.has |= known.feature;
      if (fact.value == "no") host.has &= ~uint32_t{known.feature};
    }
  }
}

// Whether it is one of the emulated hosts, whose kernel counts.
bool IsMeasuredHost(const Host& measured, SimulatedHost& host) {
  int major = 0, minor = 0;
  if (std::sscanf(measured.kernel_release.c_str(), "%d.%d", &major, &minor) !=
          2 ||
      !SetEmulatedHost(measured.kvm_backend, measured.paging, host)) {
    return false;
  }
  host.name = measured.kernel_release.c_str();
  host.kernel = major * 100 + minor;
  AddFeatureFacts(measured, host);
  return host.kernel >= kHasStatistics;
}

// One counter of one case: by how much it moved, and by how much it should
// have, at least and at most, in a run of so many events.
struct Seen {
  std::string what;
  double moved = 0;
  double least = 0;
  double most = 0;
  std::vector<uint32_t> run_events;  // Of the runs, one of which it was.

  bool Agrees(double off_by_per_event) const {
    for (const uint32_t n : run_events) {
      if (moved >= (least + off_by_per_event) * n - kSlack &&
          moved <= (most + off_by_per_event) * n + kSlack) {
        return true;
      }
    }
    return false;
  }
};

// What the proof of `result` says of counters that are modelled.
void AddSeen(const CaseResult& result, const SimulatedHost& host,
             std::vector<Seen>& all) {
  // Older results files call the control a twin.
  static const RE2 counted("([a-z_]+) ([+-]\\d+)( over the (?:twin|control))?");
  const int ring = static_cast<int>(result.ring);
  const absl::string_view row = absl::StripSuffix(
      result.name, ring == ModeNumber(kUserMode) ? ModeSuffix(kUserMode) : "");
  std::vector<uint32_t> events;
  for (const Run& run : result.runs) events.push_back(run.events);
  if (events.empty() ||
      *std::min_element(events.begin(), events.end()) < kLeastEvents) {
    return;
  }
  const auto least = BehaviourOf({row, ring, host, End::kLeast});
  const auto most = BehaviourOf({row, ring, host, End::kMost});
  if (!least.has_value() || !least->exits_are_told) return;
  re2::StringPiece proof(result.proof);
  std::string name, sign_over;
  double moved = 0;
  while (RE2::FindAndConsume(&proof, counted, &name, &moved, &sign_over)) {
    double Counts::*const count = CountOf(name);
    if (count == nullptr) continue;
    Seen seen = {
        .what = absl::StrCat(result.name, " on ", host.name, ": ", name),
        .moved = moved,
        .least = least->event.*count,
        .most = most->event.*count,
        .run_events = events};
    if (!sign_over.empty()) {
      seen.least -= most->control.*count;
      seen.most -= least->control.*count;
    }
    // Of batches of 20 events at least.
    seen.most += (most->exits_per_batch + most->faults_per_batch) / 20;
    all.push_back(seen);
  }
}

// Counters of each file at least: most cases have one.
constexpr size_t kLeastSeen = 140;

std::vector<Seen> AllSeen() {
  std::vector<Seen> all;
  size_t files = 0;
  for (const std::string& file : Files()) {
    if (!absl::EndsWith(file, ".pb")) continue;
    const absl::StatusOr<Results> results = ReadResults(file);
    EXPECT_TRUE(results.ok()) << results.status();
    SimulatedHost host = {};
    if (!results.ok() || !IsMeasuredHost(results->host, host)) continue;
    for (const CaseResult& result : results->cases) {
      if (result.outcome == Outcome::kOk) AddSeen(result, host, all);
    }
    ++files;
  }
  EXPECT_GT(files, 0u);
  EXPECT_GT(all.size(), files * kLeastSeen);
  return all;
}

TEST(Behaviour, IsWhatKernelsWereSeenToDo) {
  const std::vector<Seen> all = AllSeen();
  int noticed = 0;
  for (const Seen& seen : all) {
    EXPECT_TRUE(seen.Agrees(0)) << seen.what << " moved by " << seen.moved
                                << ", an event is to move it "
                                << "by " << seen.least << " to " << seen.most;
    noticed += !seen.Agrees(1);
  }
  std::printf("%zu counters of cases; %d would not stand one more an event\n",
              all.size(), noticed);
  // Ranges may.
  EXPECT_GT(noticed, static_cast<int>(all.size()) * 9 / 10);
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) exitbench::Files().push_back(argv[i]);
  return RUN_ALL_TESTS();
}
