#include "profile/explain/explain.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "profile/explain/explain_report.h"
#include "profile/model/profile.h"
#include "results/model/testing.h"
#include "results/sides/side.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

// A host and a profile of it, case by case.
class Pair {
 public:
  Pair() : results_(MakeResults("6.1.0-test", "boot", 1, 3)) {
    profile_.host = {.kernel_release = "6.1.0-test",
                     .kernel_version = "#1 SMP",
                     .kvm_backend = "kvm_amd",
                     .paging = "npt",
                     .cpu_model = "Test CPU",
                     .source = ProfileSource::kTrace};
    profile_.modules = {"kvm", "guest"};
    profile_.functions = {{.name = "run"}, {.name = "[guest]", .module = 1}};
  }

  // A case whose event has `kernel` instructions of the kernel and 8 of the
  // guest, one of them uncounted, and of `kinds` so many.
  CaseProfile& AddProfile(
      const std::string& name, double kernel,
      std::vector<std::pair<InstructionKind, uint32_t>> kinds = {}) {
    const uint32_t at = static_cast<uint32_t>(profile_.nodes.size());
    profile_.nodes.push_back(
        {.function = 0, .self = kernel, .kinds = std::move(kinds)});
    profile_.nodes.push_back({.function = 1, .self = 8});
    profile_.cases.push_back({.name = name,
                              .metric = "guest",
                              .figure = kernel + 7,
                              .legs = {{Leg::kWhole, {at, at + 1}}},
                              .uncounted = 1,
                              .events = 10,
                              .modal_events = 10});
    if (kernel == 0) profile_.cases.back().legs = {{Leg::kWhole, {at + 1}}};
    return profile_.cases.back();
  }

  CaseResult& AddResult(const std::string& name, double cycles) {
    CaseResult& result =
        AddCase(name, {cycles, 1.02 * cycles, .98 * cycles}, results_);
    result.metrics[0].name = "guest";
    return result;
  }

  // `count` cases: of an instruction `slope`, of an entry `entry` cycles.
  void AddCases(size_t count, double slope, double entry) {
    for (size_t i = 0; i < count; ++i) {
      const std::string name = absl::StrCat("pio/", i);
      const double kernel = 2000 + 100 * static_cast<double>(i * 7 % count);
      const uint32_t entries = 1 + static_cast<uint32_t>(i % 3);
      AddProfile(name, kernel,
                 {{InstructionKind::kVmEntry, entries},
                  {InstructionKind::kRdmsr, entries}});
      AddResult(name, slope * (kernel + 7) + entry * entries);
    }
  }

  Explanation Explained(bool selected = false) const {
    return Explain(MakeSide(results_, "r.pb"), profile_, selected);
  }

  std::vector<std::string> Found() const {
    return Mismatches(MakeSide(results_, "r.pb"), profile_);
  }

  Results results_;
  Profile profile_;
};

const ModelTerm& Term(const Explanation& e, absl::string_view name) {
  for (const ModelTerm& term : e.terms) {
    if (term.name == name) return term;
  }
  ADD_FAILURE() << "no term " << name;
  return e.terms[0];
}

TEST(Explain, FindsPlantedCosts) {
  Pair pair;
  pair.AddCases(30, .6, 1700);
  const Explanation e = pair.Explained();
  EXPECT_EQ(e.no_model, "");
  EXPECT_EQ(e.cases.size(), 30);
  EXPECT_TRUE(e.left_out.empty());
  EXPECT_NEAR(Term(e, "instruction").cost, .6, 1e-9);
  EXPECT_NEAR(Term(e, "VM entry").cost, 1700, 1e-6);
  EXPECT_NEAR(Term(e, "VM entry").interval.low, 1700, 1);
  EXPECT_NEAR(Term(e, "event").cost, 0, 1e-6);
  const Screened rdmsr = Term(e, "RDMSR").screened;
  EXPECT_EQ(rdmsr.dropped, Dropped::kCollinear);
  EXPECT_EQ(e.terms[rdmsr.like].name, "VM entry");
  EXPECT_EQ(Term(e, "VERW").screened.dropped, Dropped::kAbsent);
  EXPECT_NEAR(e.r_squared, 1, 1e-9);
  EXPECT_NEAR(e.median_residual, 0, 1e-9);
  EXPECT_NEAR(e.median_by_others, 0, 1e-9);
  EXPECT_GT(e.median_by_mean, .2);
  EXPECT_EQ(e.closer_than_mean, 30);
  EXPECT_FALSE(e.counts_instructions);
  // Runs of 98%, 100% and 102%: half the quartiles' distance is 1%.
  EXPECT_NEAR(e.cases[0].spread, .01, 1e-9);
  EXPECT_EQ(e.cases[0].runs, 3);
}

TEST(Explain, CostlyInstructionsHaveTheirOwnCost) {
  Pair pair;
  for (size_t i = 0; i < 60; ++i) {
    const double kernel = 900 + 400 * static_cast<double>(i % 11);
    const uint32_t entries = 1 + static_cast<uint32_t>(i % 3);
    const uint32_t wrmsr = static_cast<uint32_t>(i % 2);
    const uint32_t ibpb = static_cast<uint32_t>(i / 3 % 2);
    const uint32_t invlpg = static_cast<uint32_t>(i / 6 % 2);
    const uint32_t cr = static_cast<uint32_t>(i / 12 % 2);
    const std::string name = absl::StrCat("pio/", i);
    // An IBPB is counted as a WRMSR, too.
    pair.AddProfile(name, kernel,
                    {{InstructionKind::kVmEntry, entries},
                     {InstructionKind::kWrmsr, wrmsr + ibpb},
                     {InstructionKind::kIbpb, ibpb},
                     {InstructionKind::kInvlpg, invlpg},
                     {InstructionKind::kMovCr, cr}});
    pair.AddResult(name, .5 * (kernel + 7) + 1500 * entries + 100 * wrmsr +
                             4000 * ibpb + 300 * (invlpg + cr));
  }
  const Explanation e = pair.Explained();
  ASSERT_EQ(e.no_model, "");
  EXPECT_NEAR(Term(e, "instruction").cost, .5, 1e-9);
  EXPECT_NEAR(Term(e, "WRMSR").cost, 100, 1e-6);
  EXPECT_NEAR(Term(e, "IBPB").cost, 4000, 1e-6);
  EXPECT_NEAR(Term(e, "TLB flush").cost, 300, 1e-6);
}

TEST(Explain, NamesCasesThatItDoesNotHoldFor) {
  Pair pair;
  pair.AddCases(30, .6, 1700);
  pair.AddProfile("cpu/wbinvd", 1500, {{InstructionKind::kVmEntry, 1}});
  pair.AddResult("cpu/wbinvd", 500000);
  const Explanation e = pair.Explained();
  ASSERT_EQ(e.no_model, "");
  EXPECT_NEAR(Term(e, "instruction").cost, .6, 1e-9);
  ASSERT_EQ(e.by_residual.size(), 31);
  const ExplainedCase& worst = e.cases[e.by_residual[0]];
  EXPECT_EQ(worst.name, "cpu/wbinvd");
  EXPECT_FALSE(worst.holds);
  EXPECT_NEAR(worst.predicted, .6 * 1507 + 1700, 1e-3);
  EXPECT_TRUE(e.cases[e.by_residual[1]].holds);
}

TEST(Explain, SaysWhyACaseIsLeftOut) {
  Pair pair;
  pair.AddCases(12, .6, 1700);
  const auto add = [&pair](const std::string& name) -> CaseProfile& {
    pair.AddResult(name, 5000);
    return pair.AddProfile(name, 2000, {{InstructionKind::kVmEntry, 2}});
  };
  add("refused").refused = "its 2 events differ";
  CaseProfile& idle = add("idle");
  idle.refused = "the host idled";
  idle.refused_for = RefusedFor::kIdle;
  add("failed");
  pair.results_.cases.back().outcome = Outcome::kFailed;
  add("metric").metric = "call";
  pair.AddResult("guest_only", 50);
  pair.AddProfile("guest_only", 0);
  add("path");
  AddMetric("exits", {1, 1, 1}, 1, pair.results_.cases.back()).unit =
      Unit::kCount;
  // One more exit than entries may be outside of the event.
  add("one_more");
  AddMetric("exits", {3, 3, 3}, 1, pair.results_.cases.back()).unit =
      Unit::kCount;
  pair.AddProfile("only_profile", 1000);
  pair.AddResult("only_results", 1000);
  pair.AddResult("skipped", 1000).outcome = Outcome::kSkipped;
  const auto reasons = [](const Explanation& e) {
    std::map<std::string, LeftOutFor> of;
    for (const LeftOutCase& c : e.left_out) of[c.name] = c.reason;
    return of;
  };
  std::map<std::string, LeftOutFor> want = {
      {"refused", LeftOutFor::kRefused},
      {"idle", LeftOutFor::kIdle},
      {"failed", LeftOutFor::kNotOk},
      {"metric", LeftOutFor::kMetric},
      {"guest_only", LeftOutFor::kNoKernel},
      {"path", LeftOutFor::kOtherPath},
      {"only_profile", LeftOutFor::kNoResult},
      {"only_results", LeftOutFor::kNoProfile},
      {"skipped", LeftOutFor::kNotOk}};
  EXPECT_EQ(reasons(pair.Explained()), want);
  EXPECT_EQ(pair.Explained().cases.size(), 13);
  want.erase("only_results");
  want.erase("skipped");
  EXPECT_EQ(reasons(pair.Explained(true)), want);
}

TEST(Explain, HasNoModelOfFewCases) {
  Pair pair;
  pair.AddCases(9, .6, 1700);
  EXPECT_EQ(pair.Explained().no_model,
            "too few cases: 9, and 10 are the least");
  EXPECT_EQ(Pair().Explained().no_model,
            "too few cases: 0, and 10 are the least");
  Pair enough;
  enough.AddCases(10, .6, 1700);
  EXPECT_EQ(enough.Explained().no_model, "");
}

TEST(Explain, HasNoModelOfTooManyCases) {
  Pair pair;
  pair.AddCases(1001, .6, 1700);
  EXPECT_EQ(pair.Explained().no_model,
            "too many cases: 1001, and 1000 are the most (select by --cases)");
}

// Cycles that have nothing to do with the path.
TEST(Explain, HasNoModelOfWhatThePathDoesNotExplain) {
  Pair pair;
  uint64_t random = 1;
  for (size_t i = 0; i < 80; ++i) {
    const std::string name = absl::StrCat("pio/", i);
    pair.AddProfile(name, 900 + 400 * static_cast<double>(i * 7 % 80),
                    {{InstructionKind::kVmEntry, 1 + i % 3}});
    random = random * 6364136223846793005 + 1442695040888963407;
    pair.AddResult(name, 3000 + static_cast<double>(random >> 52));
  }
  const Explanation e = pair.Explained();
  EXPECT_TRUE(absl::StrContains(e.no_model, "by a fit of all others a case is"))
      << e.no_model;
  EXPECT_LT(e.closer_than_mean, 50);
  const ExplainReport report = {e, pair.results_.host, pair.profile_.host, {}};
  const std::string text = ExplanationToText(report, 20, 100);
  EXPECT_TRUE(absl::StrContains(text, "\nno model: by a fit of")) << text;
  EXPECT_FALSE(absl::StrContains(text, "predicted")) << text;
}

TEST(Explain, InstructionsCostOneWhereTheyAreCounted) {
  for (const double slope : {1.0, 1.004, 1.02}) {
    Pair pair;
    pair.results_.host.tick = Tick::kInstruction;
    pair.AddCases(20, slope, 0);
    const Explanation e = pair.Explained();
    EXPECT_TRUE(e.counts_instructions);
    EXPECT_EQ(e.unit_holds, slope < 1.01) << slope;
    const ExplainReport report = {
        e, pair.results_.host, pair.profile_.host, {}};
    EXPECT_TRUE(
        absl::StrContains(ExplanationToText(report, 20, 100),
                          slope < 1.01 ? "it does.\n" : "it DOES NOT.\n"));
  }
}

TEST(Explain, SaysThatACostBelowNothingIsNone) {
  Pair pair;
  pair.AddCases(30, 2, -300);
  const Explanation e = pair.Explained();
  ASSERT_EQ(e.no_model, "");
  const ExplainReport report = {e, pair.results_.host, pair.profile_.host, {}};
  const std::string text = ExplanationToText(report, 20, 100);
  EXPECT_TRUE(absl::StrContains(
      text, "below 0, so it stands for something else: VM entry\n"))
      << text;
}

TEST(Mismatches, NamesWhatIsOfAnotherHost) {
  Pair pair;
  EXPECT_TRUE(pair.Found().empty());
  pair.profile_.host.kernel_version = "#2 SMP";
  EXPECT_EQ(pair.Found(),
            (std::vector<std::string>{
                "its build is #2 SMP, that of the results #1 SMP"}));
  pair.profile_.host.kernel_release = "6.2.0";
  EXPECT_EQ(pair.Found(),
            (std::vector<std::string>{
                "its kernel is 6.2.0, that of the results 6.1.0-test"}));
  pair.profile_.host.kvm_backend = "kvm_intel";
  pair.profile_.host.paging = "ept";
  EXPECT_EQ(pair.Found(),
            (std::vector<std::string>{
                "its kernel is 6.2.0, that of the results 6.1.0-test",
                "its KVM backend is kvm_intel, that of the results kvm_amd",
                "its paging is ept, that of the results npt"}));
}

TEST(ExplanationToText, FitsTheWidthAndMovesNoCursor) {
  Pair pair;
  pair.AddCases(40, .6, 1700);
  pair.AddResult("left/\x1b[2J", 1000);
  pair.AddProfile("long/" + std::string(80, 'x'), 1500,
                  {{InstructionKind::kVmEntry, 1}});
  pair.AddResult("long/" + std::string(80, 'x'), 9e6);
  pair.profile_.host.cpu_model = std::string(100, 'y') + "\x1b";
  const Explanation e = pair.Explained();
  const ExplainReport report = {
      e, pair.results_.host, pair.profile_.host, {"its kernel is \x1b"}};
  for (const size_t columns : {60, 80, 100, 200}) {
    const std::string text = ExplanationToText(report, 0, columns);
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(line.size(), columns) << line;
    }
    EXPECT_FALSE(absl::StrContains(text, "\x1b"));
    EXPECT_TRUE(absl::StrContains(text, "forced"));
    EXPECT_TRUE(absl::StrContains(text, "note"));
  }
}

TEST(ExplanationToText, ShowsTheCasesThatAreFarthestOff) {
  Pair pair;
  pair.AddCases(30, .6, 1700);
  pair.AddProfile("cpu/wbinvd", 1500, {{InstructionKind::kVmEntry, 1}});
  pair.AddResult("cpu/wbinvd", 5208.4);
  const Explanation e = pair.Explained();
  const ExplainReport report = {e, pair.results_.host, pair.profile_.host, {}};
  const std::string text = ExplanationToText(report, 1, 120);
  EXPECT_TRUE(absl::StrContains(
      text,
      "cpu/wbinvd      5208  1.0       2604     +2604  +100.0       +100.0"
      "          1507        1  !\n"
      "30 more, off by 0.00% or less (--top=0 shows all)\n"))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text,
      "where it does not hold (!): 1 of 31 cases are beyond 4.7 sigma (0.47%) "
      "and have no weight\n  cpu/wbinvd\n"))
      << text;
}

TEST(WriteExplanation, HasAllOfIt) {
  Pair pair;
  pair.AddCases(12, .5, 1600);
  pair.AddResult("only_results", 1000);
  const Explanation e = pair.Explained();
  JsonWriter json;
  WriteExplanation({e, pair.results_.host, pair.profile_.host, {"forced"}},
                   json);
  const std::string text = json.Take();
  for (const char* const part :
       {"\"unit\": \"cycles\"", "\"no_model\": \"\"", "\"cost\": 0.5",
        "\"dropped\": \"goes with VM entry\"", "\"name\": \"only_results\"",
        "\"reason\": \"not in the profile\"", "\"holds\": true",
        "\"instruction\": 2007"}) {
    EXPECT_TRUE(absl::StrContains(text, part)) << part << "\n" << text;
  }
}

}  // namespace
}  // namespace exitbench
