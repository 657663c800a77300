#include "report/html_report.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "profile/model/test_profile.h"
#include "results/compare/diff.h"
#include "results/compare/steps.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

constexpr size_t kMostBytes = 3'000'000;

ReportInput InputOf(std::vector<Results> results) {
  ReportInput input;
  for (size_t i = 0; i < results.size(); ++i) {
    input.sides.push_back(MakeSide(results[i], absl::StrCat("file", i, ".pb")));
    input.profiles.push_back(
        {.kernel_release = results[i].host.kernel_release});
  }
  input.results = std::move(results);
  if (input.sides.size() == 2) {
    input.diff = CompareSides(input.sides[0], input.sides[1], {});
  } else if (input.sides.size() > 2) {
    input.steps = FindSteps(input.sides, {});
  }
  return input;
}

Results SomeResults(const std::string& kernel, double cost) {
  Results results = MakeResults(kernel, "boot of " + kernel);
  CaseResult& c = AddCase("pio/out", std::vector<double>(15, cost), results);
  c.measures = "OUT";
  c.metrics[0].histogram.Add(static_cast<uint64_t>(cost));
  return results;
}

// As many cases, metrics, runs and samples as a real run has, with
// distributions that fill as many buckets as a plot can show.
Results LargeResults(int kernel) {
  constexpr int kCases = 350;
  constexpr const char* kMetrics[] = {
      "guest",         "exit_leg",   "userspace", "entry_leg",
      "guest_control", "host_batch", "exits"};
  Results results = MakeResults(absl::StrCat("6.", kernel, ".0-56-cloud-amd64"),
                                absl::StrCat("boot", kernel));
  for (int fact = 0; fact < 200; ++fact) {
    results.host.facts.push_back(
        {absl::StrCat("fact.of.the.host.", fact),
         absl::StrCat("a value of some length ", fact, " on ", kernel)});
  }
  uint64_t state = 12345 + static_cast<uint64_t>(kernel);
  const auto random = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 33) / 0x1p31;
  };
  for (int i = 0; i < kCases; ++i) {
    const double cost = 1000 * (1 + i % 50);
    std::vector<double> runs;
    for (int run = 0; run < 15; ++run)
      runs.push_back(cost * (1 + .1 * random()));
    CaseResult& c =
        AddCase(absl::StrCat("family", i / 20, "/a_case_of_some_length", i),
                runs, results);
    c.measures = "What is measured, in a sentence as long as most (SDM 28.2.1)";
    c.proof = absl::StrCat("10000 exit records checked, exits +", 10000 + i % 7,
                           "; not counted here: io_exits");
    c.verdict = Verdict::kProven;
    for (const char* name : kMetrics) AddMetric(name, runs, 3, c);
    for (Metric& metric : c.metrics) {
      metric.gating = metric.name == "guest" || metric.name == "exit_leg" ||
                      metric.name == "entry_leg" || metric.name == "exits";
      for (int bucket = 0; bucket < 100; ++bucket) {
        metric.histogram.AddBucket(
            Histogram::Index(static_cast<uint64_t>(cost * (1 + random()))),
            static_cast<uint32_t>(1000 + 1000 * random()));
      }
    }
  }
  return results;
}

TEST(HtmlReportTest, OneFileHasItsFigures) {
  const std::string data = ReportData(InputOf({SomeResults("6.1", 3000)}));
  EXPECT_TRUE(absl::StrContains(data, "\"kernel\":\"6.1\"")) << data;
  EXPECT_TRUE(absl::StrContains(data, "\"name\":\"pio/out\""));
  EXPECT_TRUE(absl::StrContains(data, ",3000,0,2999.5,150000,3000,")) << data;
  EXPECT_FALSE(absl::StrContains(data, "\"diff\""));
  EXPECT_FALSE(absl::StrContains(data, "\"functions\""));
}

TEST(HtmlReportTest, TwoFilesHaveTheVerdictOfDiff) {
  const ReportInput input =
      InputOf({SomeResults("6.1", 3000), SomeResults("6.2", 3600)});
  ASSERT_EQ(input.diff->counts.worse, 1u);
  const std::string data = ReportData(input);
  EXPECT_TRUE(absl::StrContains(data, "\"counts\":{\"worse\":1,\"better\":0"))
      << data;
  EXPECT_TRUE(absl::StrContains(data, ",3000,3600,1.2,")) << data;
  EXPECT_TRUE(absl::StrContains(data, "\"+20.0%\"")) << data;
}

TEST(HtmlReportTest, ManyFilesHaveTheSteps) {
  const std::string data =
      ReportData(InputOf({SomeResults("6.1", 3000), SomeResults("6.2", 3000),
                          SomeResults("6.3", 3600)}));
  EXPECT_TRUE(absl::StrContains(data, "\"against_first\":false")) << data;
  EXPECT_TRUE(absl::StrContains(data, "[3600,1.2,")) << data;
  EXPECT_TRUE(absl::StrContains(data, ",1.2,0,1]")) << data;
}

TEST(HtmlReportTest, FunctionsAreThoseOfTheProfile) {
  ReportInput input = InputOf({SomeResults("6.1", 3000)});
  const Profile profile = TestProfile();
  input.profiles[0].profiles.push_back({.path = "p", .profile = profile});
  const std::string data = ReportData(input);
  EXPECT_TRUE(absl::StrContains(data, "\"functions\":{\"sampled\":[false]"))
      << data;
  // With all that it calls, itself, calls, and itself by legs.
  EXPECT_TRUE(absl::StrContains(data, ",51.5,47.5,1,40.5,0,7]")) << data;
  EXPECT_TRUE(absl::StrContains(data, "\"kvm_arch_vcpu_ioctl_run\",\"kvm\""));
}

TEST(HtmlReportTest, NoTextLeavesItsElement) {
  constexpr char kHostile[] =
      "</script><img src=x onerror=alert(1)>&<!--\xe2\x80\xa8\xff\"\\";
  Results results = SomeResults("6.1", 3000);
  results.host.kernel_release = kHostile;
  results.host.cpu_model = kHostile;
  results.host.facts = {{kHostile, kHostile}};
  results.cases[0].name = kHostile;
  results.cases[0].measures = kHostile;
  results.cases[0].proof = kHostile;
  results.cases[0].metrics[0].name = kHostile;
  Results skipped = results;
  skipped.cases[0].outcome = Outcome::kSkipped;
  skipped.cases[0].reason = kHostile;
  const std::vector<std::vector<Results>> all = {
      {results}, {results, results}, {results, results, skipped}};
  for (const std::vector<Results>& files : all) {
    ReportInput input = InputOf(files);
    input.sides[0].label = kHostile;
    const std::string data = ReportData(input);
    for (const char c : data) {
      EXPECT_TRUE(c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&')
          << static_cast<int>(c);
      if (HasFailure()) break;
    }
    EXPECT_TRUE(absl::StrContains(data, "\\u003c/script\\u003e")) << data;
  }
}

TEST(HtmlReportTest, EscapesAreJson) {
  EXPECT_EQ(ForScriptElement("{\"a\":\"<b>&\"}"),
            "{\"a\":\"\\u003cb\\u003e\\u0026\"}");
}

TEST(HtmlReportTest, ThePageIsWhole) {
  const std::string page = ReportToHtml(InputOf({SomeResults("6.1", 3000)}));
  EXPECT_TRUE(absl::StartsWith(page, "<!doctype html>"));
  EXPECT_TRUE(absl::EndsWith(page, "</html>\n"));
  EXPECT_TRUE(
      absl::StrContains(page, "default-src 'none'; script-src 'sha256-"));
  // Its licence goes where the library goes.
  EXPECT_TRUE(absl::StrContains(page, "Permission is hereby granted"));
  for (const char* mark : {"@DATA@", "@STYLE", "@SCRIPT", "@LICENSE@"}) {
    EXPECT_FALSE(absl::StrContains(page, mark)) << mark;
  }
}

TEST(HtmlReportTest, TheSameInputGivesTheSameBytes) {
  const auto page = [] {
    return ReportToHtml(
        InputOf({SomeResults("6.1", 3000), SomeResults("6.2", 3600)}));
  };
  EXPECT_EQ(page(), page());
}

TEST(HtmlReportTest, TenKernelsOf350CasesFit) {
  std::vector<Results> results;
  for (int kernel = 0; kernel < 10; ++kernel) {
    results.push_back(LargeResults(kernel));
  }
  const size_t bytes = ReportToHtml(InputOf(std::move(results))).size();
  EXPECT_LE(bytes, kMostBytes);
  // It is not empty either.
  EXPECT_GT(bytes, kMostBytes / 2);
  RecordProperty("bytes", static_cast<int>(bytes));
  std::printf("ten kernels of 350 cases: %zu bytes\n", bytes);
}

TEST(HtmlReportTest, OneOrTwoFilesOf350CasesFit) {
  for (const int files : {1, 2}) {
    std::vector<Results> results;
    for (int i = 0; i < files; ++i) results.push_back(LargeResults(i));
    const size_t bytes = ReportToHtml(InputOf(std::move(results))).size();
    EXPECT_LE(bytes, kMostBytes) << files;
    std::printf("%d files of 350 cases: %zu bytes\n", files, bytes);
  }
}

TEST(HtmlReportTest, EmptyFilesHaveAPage) {
  const std::string page =
      ReportToHtml(InputOf({MakeResults("6.1", "boot", 0, 0)}));
  EXPECT_TRUE(absl::StrContains(page, "\"cases\":[]"));
}

}  // namespace
}  // namespace exitbench
