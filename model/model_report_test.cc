#include "model/model_report.h"

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "model/testing.h"

namespace exitbench {
namespace {

using testing::Test;

class ModelReportTest : public Test {
 protected:
  ModelReportTest() {
    Results costs = MakeResults("6.1.0", "boot", 1, 3);
    AddCost("mmio/read", {5004}, costs);
    AddCost("cpu/cpuid", {1254}, costs);
    context_.costs_file = "costs.pb";
    context_.host = costs.host;
    context_.ticks_per_second = 2.5e9;
    report_.counts = MakeCounts(
        {{"exits", 150000}, {"mmio_exits", 100000}, {"hypercalls", 10000}});
    report_.counts.vcpu_threads = {1, 9e9, 8e9, 0.5e9, 0.25e9};
    report_.counts.missing = {"no tracepoint"};
    report_.attribution =
        Attribute(report_.counts, context_.host, Costs(costs));
  }

  std::string Text(size_t columns = 100) const {
    return ModelToText(context_, report_, columns);
  }

  ModelContext context_;
  ModelReport report_;
};

TEST_F(ModelReportTest, TextHasEachKindAndTheSums) {
  const std::string text = Text();
  for (const char* piece :
       {"vmm, pid 4711, VM 12, 1 vCPU: watched for 10.0 s, by debugfs",
        "MMIO to userspace", "10000", "2.00%", "mmio/read",
        "hypercalls has no share: hypercall/kernel is not in the file",
        "T_virt  at least 2.00% of a CPU",
        "4000 exits per second are of no kind above",
        "vCPU threads 90.0% of a CPU", "missing: no tracepoint"}) {
    EXPECT_TRUE(absl::StrContains(text, piece)) << piece << "\n" << text;
  }
}

TEST_F(ModelReportTest, TextKeepsToItsWidthAndIsPrintable) {
  report_.counts.vmm = "a\x1b[2Jb";
  report_.counts.missing = {"\x07"};
  for (const size_t columns : {60, 80, 100}) {
    const std::string text = Text(columns);
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(line.size(), columns) << line;
    }
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_EQ(text.find('\x07'), text.npos);
  }
}

TEST_F(ModelReportTest, JsonHasTheFigures) {
  JsonWriter json;
  WriteModel(context_, {report_}, json);
  const std::string text = json.Take();
  for (const char* piece :
       {"\"pid\": 4711", "\"mmio_exits\": 100000", "\"per_second\": 10000",
        "\"exits_per_second\": 4000", "\"gnr\": null"}) {
    EXPECT_TRUE(absl::StrContains(text, piece)) << piece << "\n" << text;
  }
}

TEST_F(ModelReportTest, WhatIsNotKnownIsNotCalledZero) {
  report_.attribution = Attribute(report_.counts, context_.host,
                                  Costs(MakeResults("6.1.0", "boot", 1, 3)));
  report_.what_ifs = {{.question = "costs were others"}};
  const std::string text = Text();
  for (const char* piece :
       {"T_virt  not known", "costs were others: not known"}) {
    EXPECT_TRUE(absl::StrContains(text, piece)) << piece << "\n" << text;
  }
}

TEST_F(ModelReportTest, WithoutCountsTheSumIsNotZero) {
  report_.counts.statistics.clear();
  report_.attribution = Attribution();
  EXPECT_TRUE(absl::StrContains(
      Text(), "T_virt  not known: nothing of it was counted\n"))
      << Text();
  JsonWriter json;
  WriteModel(context_, {report_}, json);
  const std::string text = json.Take();
  for (const char* piece : {"\"T_virt\": null", "\"T_io\": null"}) {
    EXPECT_TRUE(absl::StrContains(text, piece)) << piece << "\n" << text;
  }
  // Exits by reason are counts too, unless there was no time.
  report_.counts.windows.reasons = {{"CPUID", 1, 1}};
  EXPECT_TRUE(absl::StrContains(Text(), "T_virt  0% of a CPU")) << Text();
  report_.counts.watched_ns = 0;
  EXPECT_TRUE(absl::StrContains(Text(), "T_virt  not known")) << Text();
}

TEST_F(ModelReportTest, TimesThatNobodyCountedAreNotCalledZero) {
  report_.attribution.time = {.vcpus = 0.9};
  EXPECT_TRUE(absl::StrContains(
      absl::StrJoin(
          absl::StrSplit(Text(), absl::ByAnyChar(" \n"), absl::SkipEmpty()),
          " "),
      "halt polling not known, halted not known, "
      "waiting for a CPU not known"))
      << Text();
  report_.attribution.time.halted = 0;
  report_.counts.other_threads.has_wait = false;
  JsonWriter json;
  WriteModel(context_, {report_}, json);
  const std::string text = json.Take();
  for (const char* piece :
       {"\"wait\": null", "\"polling\": null", "\"halted\": 0",
        "\"wait_ns\": null", "\"wait_ns\": 250000000"}) {
    EXPECT_TRUE(absl::StrContains(text, piece)) << piece << "\n" << text;
  }
}

TEST_F(ModelReportTest, HaltPollingIsSaid) {
  HaltPollWhatIf what;
  what.poll_ns = 200000;
  what.now = 0.01;
  what.then = {0.02, 0.015, 0.03};
  what.halts_per_second = 15;
  report_.halt_polls = {what};
  EXPECT_TRUE(absl::StrContains(
      Text(), "polling would be 2.00% (1.50% to 3.00%) of a CPU; it would end"))
      << Text();
  EXPECT_TRUE(absl::StrContains(Text(), "now it is 1.00%; less if")) << Text();
  report_.halt_polls[0].now_by_rules = 0.011;
  EXPECT_TRUE(absl::StrContains(
      Text(), "now it is 1.00%, by the same rules 1.10%; less if"))
      << Text();
}

}  // namespace
}  // namespace exitbench
