#include "results/report/report.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "results/model/test_results.h"
#include "results/text/text_table.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Report, ShowsMeasuredAndSkipped) {
  const std::string text = RenderReport(TestResults());
  EXPECT_THAT(text, HasSubstr("pio/out"));
  EXPECT_THAT(text, HasSubstr("1500"));  // ns
  EXPECT_THAT(text,
              HasSubstr("SKIPPED  hypercall/user: no KVM_CAP_EXIT_HYPERCALL"));
  EXPECT_THAT(text, HasSubstr("1 OK, 1 SKIPPED"));
}

TEST(Report, ShowsMetricsWithoutAColumnInTheirUnit) {
  EXPECT_THAT(RenderReport(TestResults()), Not(HasSubstr("Further metrics")));
  Results results = TestResults();
  Metric rate = results.cases[0].metrics[0];
  rate.name = "rate";
  rate.unit = Unit::kMbPerS;
  for (RunStatistics& run : rate.runs) run.summary.iqm = 0.0173;
  results.cases[0].metrics.push_back(rate);
  Metric arrival = results.cases[0].metrics[0];
  arrival.name = "to_handler";
  for (RunStatistics& run : arrival.runs) run.summary.iqm = 5000;
  results.cases[0].metrics.push_back(arrival);
  Metric polled = results.cases[0].metrics[0];
  polled.name = "halt_polled";
  polled.unit = Unit::kNs;
  for (RunStatistics& run : polled.runs) run.summary.iqm = 50086;
  results.cases[0].metrics.push_back(polled);
  const std::string text = RenderReport(results);
  EXPECT_THAT(text, ContainsRegex("pio/out +halt_polled +50086 +ns +50086 "));
  EXPECT_THAT(text, ContainsRegex("pio/out +rate +0.0173 +MB/s +- "));
  EXPECT_THAT(text, ContainsRegex("pio/out +to_handler +5000 +cycles +2500 "));
}

TEST(Report, SaysHowTheVmWasConfigured) {
  Results results = TestResults();
  EXPECT_THAT(RenderReport(results), Not(HasSubstr(", VM ")));
  results.sessions[0].settings = {
      {"seccomp", "on"}, {"vm.pmu", "off"}, {"vm.exits_disabled", "hlt,pause"}};
  EXPECT_THAT(RenderReport(results),
              HasSubstr("VM pmu:off, exits_disabled:hlt,pause"));
}

TEST(Report, SaysWhatDidNotRunNatively) {
  Results results = TestResults();
  EXPECT_THAT(RenderReport(results), Not(HasSubstr("NOT NATIVE")));
  results.cases[0].no_native = "its event is an exit to userspace";
  EXPECT_THAT(RenderReport(results),
              HasSubstr("NOT NATIVE  pio/out: its event is an exit"));
  for (int i = 0; i < 3; ++i) results.cases.push_back(results.cases[0]);
  EXPECT_THAT(RenderReport(results), HasSubstr("NOT NATIVE  4 cases: its"));
}

TEST(Report, AFailedCaseHasNoFigures) {
  Results results = TestResults();
  Metric rate = results.cases[0].metrics[0];
  rate.name = "rate";
  results.cases[0].metrics.push_back(rate);
  results.cases[0].linearity = {{10, 100}, {20, 100}};
  EXPECT_THAT(RenderReport(results), HasSubstr("100 at 10"));
  results.cases[0].outcome = Outcome::kFailed;
  results.cases[0].reason = "contradicted";
  const std::string text = RenderReport(results);
  EXPECT_THAT(text, HasSubstr("contradicted"));
  EXPECT_THAT(text, Not(HasSubstr("rate")));
  EXPECT_THAT(text, Not(HasSubstr("100 at 10")));
}

TEST(Report, OnACountedHostSaysHowCountsRepeat) {
  Results results = TestResults();
  results.host.tick = Tick::kInstruction;
  std::string text = RenderReport(results);
  EXPECT_THAT(text, HasSubstr("In instructions"));
  EXPECT_THAT(text, ContainsRegex("guest +net +\\+- +differ +by +p99"));
  EXPECT_THAT(text, ContainsRegex("pio/out +3000 +- +- +0/2 +0.0 "));
  EXPECT_THAT(text, HasSubstr("1 of 1 cases are the same in all runs\n"));
  EXPECT_THAT(text, Not(ContainsRegex("[ ,]ns[ ,]")));
  EXPECT_THAT(text, Not(HasSubstr("cycles")));

  results.cases[0].metrics[0].runs[1].summary.iqm = 3015;
  text = RenderReport(results);
  EXPECT_THAT(text, ContainsRegex("pio/out +3008 +- +- +1/2 +15.0 "));
  EXPECT_THAT(text, HasSubstr("0 of 1 cases are the same in all runs; the "
                              "furthest apart: pio/out, by 0.5%\n"));
}

size_t WidestLine(const std::string& text) {
  size_t widest = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    widest = std::max(widest, line.size());
  }
  return widest;
}

TEST(Report, OnACoarseClockMeansOfManyEventsAreShown) {
  Results results = TestResults();
  results.host.architecture = "aarch64";
  results.host.tick = Tick::kCounter;
  results.host.tsc_khz = 25000;
  results.sessions[0].clock_calibration.clock_quantum_ticks = 1;
  CaseResult& c = results.cases[0];
  const auto set = [](double iqm, double p99, Metric& metric) {
    for (RunStatistics& run : metric.runs) {
      run.summary.iqm = iqm;
      run.summary.p99 = p99;
    }
  };
  set(133, 140, c.metrics[0]);
  for (const auto& [name, iqm] : std::vector<std::pair<std::string, double>>{
           {"guest_control", 0},
           {"guest_mean", 133.2345},
           {"guest_mean_control", .2345}}) {
    Metric metric = c.metrics[0];
    metric.name = name;
    set(iqm, iqm, metric);
    c.metrics.push_back(metric);
  }
  const std::string text = RenderReport(results);
  // guest, net, its deviation, ns, spread, and the tail of single events.
  EXPECT_THAT(text,
              ContainsRegex("pio/out +133.2 +133.0 +0.00 +5329 +0.0 +3000 "));
  EXPECT_THAT(text, HasSubstr("CNTVCT 25.000 MHz"));
  EXPECT_THAT(text, HasSubstr("In ticks: "));
  EXPECT_THAT(text, HasSubstr("the clock has steps of 40 ns;"));
  EXPECT_THAT(text, Not(HasSubstr("Further metrics")));
  EXPECT_THAT(RenderReport(TestResults()), Not(HasSubstr("steps of")));
  // What differs by less than a tick is not known to differ.
  results.cases[0].linearity = {{10, .1}, {20, .3}};
  EXPECT_THAT(RenderReport(results), Not(HasSubstr("NOT constant")));
  results.cases[0].linearity = {{10, 8}, {20, 10}};
  EXPECT_THAT(RenderReport(results), HasSubstr("NOT constant"));
}

// A ratio of such costs says nothing of how they grow.
TEST(Report, CostsOfNothingAreNoPartsOfEachOther) {
  Results results = TestResults();
  results.cases[0].linearity = {{10, -3}, {20, 500}};
  EXPECT_THAT(RenderReport(results), ContainsRegex("at 20 +- +not known\n"));
  results.cases[0].linearity = {{10, 0}, {20, 0}};
  EXPECT_THAT(RenderReport(results), ContainsRegex("at 20 +- +constant\n"));
}

TEST(Report, FitsIntoTheWidth) {
  Results results = TestResults();
  results.host.cpu_model =
      "a processor with a name of quite some words, more "
      "than fit into a line of a hundred columns";
  for (const size_t columns : {60u, 80u, 120u}) {
    const std::string text = RenderReport(results, columns);
    EXPECT_LE(WidestLine(text), columns) << text;
    EXPECT_THAT(text, HasSubstr("guest  stamps around the event in the "));
    EXPECT_THAT(text, HasSubstr("pio/out"));
  }
  EXPECT_GT(WidestLine(RenderReport(results)), 120u);
  EXPECT_THAT(RenderReport(results), Not(HasSubstr("left out")));
  EXPECT_THAT(RenderReport(results, 120), Not(HasSubstr("left out")));
  EXPECT_THAT(
      RenderReport(results, 60),
      HasSubstr(
          "\ncase     guest  net  +-    ns  +-%   p99  host  exit  entry\n"
          "pio/out   3000    -   -  1500  0.0  3000     -     -      -\n"
          "\nIn cycles"));
  EXPECT_THAT(RenderReport(results, 40),
              HasSubstr("\ncase     guest  net    ns  +-%   p99\n"
                        "pio/out   3000    -  1500  0.0  3000\n"
                        "left out at this width: +-, host, exit,\n"
                        "  entry; COLUMNS=59 shows all\n"));
}

TEST(Report, ControlCharactersNeverReachTheTerminal) {
  Results results = TestResults();
  results.cases[1].name = "evil\033[2J\n\x9b";
  results.host.cpu_model = "\033]0;evil\007";
  const std::string text = RenderReport(results);
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text, Not(HasSubstr("\x9b")));
  EXPECT_THAT(text, HasSubstr("evil?[2J??"));
}

TEST(Report, ShowsFiguresWithTheirUnits) {
  Results results = TestResults();
  EXPECT_THAT(RenderReport(results), Not(HasSubstr("Beyond time per event")));
  const auto add = [&results](const char* name, Unit unit, double value) {
    Metric metric;
    metric.name = name;
    metric.unit = unit;
    Summary summary;
    summary.count = 1;
    summary.iqm = value;
    metric.runs = {{0, summary}};
    results.cases[0].metrics.push_back(metric);
  };
  add("gnr", Unit::kRatio, 2.278);
  add("ticks_per_byte", Unit::kTicksPerByte, .2867);
  add("mb_per_s", Unit::kMbPerS, 9069.4);
  const std::string text = RenderReport(results);
  EXPECT_THAT(text, HasSubstr("pio/out             gnr   2.28     ratio"));
  EXPECT_THAT(text, HasSubstr("pio/out  ticks_per_byte  0.287  cycles/B"));
  EXPECT_THAT(text, HasSubstr("pio/out        mb_per_s   9069      MB/s"));
}

TEST(TextTable, AlignsColumns) {
  TextTable table;
  table.AddRow({"a", "1"});
  table.AddRow({"long", "22"});
  EXPECT_EQ(table.ToString(), "a      1\nlong  22\n");
}

TEST(Report, RunsThatWereFittedIntoABudgetHaveUpToSoManyEvents) {
  Results results;
  Session& session = results.sessions.emplace_back();
  session.rounds = 5;
  session.events = 10000;
  EXPECT_THAT(RenderReport(results), HasSubstr("1 x 5 runs of 10000 events"));
  session.facts.push_back({"budget", "10m, by fewer events"});
  EXPECT_THAT(RenderReport(results),
              HasSubstr("1 x 5 runs of up to 10000 events"));
}

}  // namespace
}  // namespace exitbench
