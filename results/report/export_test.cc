#include "results/report/export.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

Results TestResults() {
  Results r = MakeResults("6.1, \"quoted\"", "boot");
  const std::vector<double> runs(15, 3256.25);
  CaseResult& c = AddCase("pio/out", runs, r);
  AddMetric("exits", std::vector<double>(15, 1), 3, c).direction =
      Direction::kExact;
  c.metrics.back().unit = Unit::kCount;
  AddMetric("rate", std::vector<double>(15, 80), 3, c).direction =
      Direction::kHigherIsBetter;
  c.metrics.back().unit = Unit::kMbPerS;
  AddCase("odd name\nBenchmarkFake 1 2 x/op\xff-8", runs, r);
  AddCase("skipped/case", {}, r).outcome = Outcome::kSkipped;
  return r;
}

// Returns the fields of an RFC 4180 file.
std::vector<std::vector<std::string>> ParseCsv(const std::string& csv) {
  std::vector<std::vector<std::string>> rows = {{""}};
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
      rows.back().back() += csv[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      rows.back().push_back("");
    } else if (!quoted && c == '\n') {
      rows.push_back({""});
    } else {
      rows.back().back() += c;
    }
  }
  EXPECT_EQ(rows.back(), std::vector<std::string>{""});
  rows.pop_back();
  return rows;
}

TEST(ExportTest, CsvHasARowPerCaseMetricAndRun) {
  const auto rows = ParseCsv(ToCsv(TestResults()));
  ASSERT_EQ(rows.size(), 1u + 15 * 4);
  for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size());
  std::map<std::string, std::string> first;
  for (size_t i = 0; i < rows[0].size(); ++i) first[rows[0][i]] = rows[1][i];
  EXPECT_EQ(first["kernel"], "6.1, \"quoted\"");
  EXPECT_EQ(first["case"], "pio/out");
  EXPECT_EQ(first["metric"], "kvm_run");
  EXPECT_EQ(first["unit"], "cycles");
  EXPECT_EQ(first["iqm"], "3256.25");
  EXPECT_EQ(first["session"], "0");
  EXPECT_EQ(rows.back()[1], "odd name?BenchmarkFake 1 2 x/op?-8");
}

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)); }

// Parses the Go benchmark format, as golang.org/design/14313-benchmark-format
// and the documentation of golang.org/x/perf/benchfmt describe it.
struct GoBenchmarks {
  std::map<std::string, std::string> configuration;
  std::map<std::string, std::vector<std::string>> unit_properties;
  // Values, by name and unit.
  std::map<std::pair<std::string, std::string>, std::vector<double>> values;
};

GoBenchmarks ParseGoBenchmarks(const std::string& text) {
  GoBenchmarks parsed;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    SCOPED_TRACE(line);
    const std::vector<std::string> fields =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (fields.empty()) continue;
    const size_t colon = line.find(':');
    const std::string key = line.substr(0, colon);
    const bool is_key =
        colon != std::string::npos && !key.empty() &&
        std::islower(static_cast<unsigned char>(key[0])) &&
        std::none_of(key.begin(), key.end(), [](char c) {
          return IsSpace(c) || std::isupper(static_cast<unsigned char>(c));
        });
    if (is_key) {
      EXPECT_TRUE(IsSpace(line[colon + 1]));
      parsed.configuration[key] = line.substr(colon + 2);
    } else if (fields[0] == "Unit") {
      EXPECT_GE(fields.size(), 3u);
      for (size_t i = 2; i < fields.size(); ++i) {
        EXPECT_GT(fields[i].find('='), 0u);
        EXPECT_NE(fields[i].find('='), std::string::npos);
        parsed.unit_properties[fields[1]].push_back(fields[i]);
      }
    } else if (absl::StartsWith(fields[0], "Benchmark")) {
      EXPECT_FALSE(std::islower(static_cast<unsigned char>(fields[0][9])));
      EXPECT_GE(fields.size(), 4u);
      EXPECT_EQ(fields.size() % 2, 0u);
      int64_t iterations;
      EXPECT_TRUE(absl::SimpleAtoi(fields[1], &iterations));
      for (size_t i = 2; i + 1 < fields.size(); i += 2) {
        double value;
        EXPECT_TRUE(absl::SimpleAtod(fields[i], &value));
        parsed.values[{fields[0], fields[i + 1]}].push_back(value);
      }
    } else {
      ADD_FAILURE() << "a line of no kind";
    }
  }
  return parsed;
}

TEST(ExportTest, BenchstatFollowsTheGrammar) {
  const GoBenchmarks go = ParseGoBenchmarks(ToBenchstat(TestResults()));
  EXPECT_EQ(go.configuration.at("kernel"), "6.1, \"quoted\"");
  EXPECT_EQ(go.configuration.at("kvm-backend"), "kvm_amd");
  const auto& runs = go.values.at({"BenchmarkPio/out", "kvm_run-cycles/op"});
  EXPECT_EQ(runs, std::vector<double>(15, 3256.25));
  EXPECT_EQ(go.values.size(), 4u);  // The odd name is one benchmark too.
  EXPECT_EQ(go.unit_properties.at("rate-MB/s"),
            std::vector<std::string>{"better=higher"});
  EXPECT_EQ(go.unit_properties.at("exits-events/op"),
            (std::vector<std::string>{"better=lower", "assume=exact"}));
  // Not "-8", which would be taken for a number of CPUs.
  for (const auto& [key, values] : go.values) {
    EXPECT_FALSE(absl::EndsWith(key.first, "-8"));
  }
}

TEST(ExportTest, CountedBenchstatIsInInstructions) {
  Results r = TestResults();
  r.host.tick = Tick::kInstruction;
  const GoBenchmarks go = ParseGoBenchmarks(ToBenchstat(r));
  EXPECT_EQ(go.values.count({"BenchmarkPio/out", "kvm_run-instructions/op"}),
            1u);
}

TEST(ExportTest, GbenchIsInNanoseconds) {
  const absl::StatusOr<std::string> json = ToGbench(TestResults());
  ASSERT_TRUE(json.ok());
  // 3256.25 ticks of 2.5 GHz.
  EXPECT_TRUE(absl::StrContains(*json, "\"real_time\": 1302.5")) << *json;
  EXPECT_TRUE(absl::StrContains(*json, "\"name\": \"pio/out/kvm_run\""));
  EXPECT_FALSE(absl::StrContains(*json, "rate"));
}

TEST(ExportTest, AFailedCaseHasNoFigures) {
  Results r = TestResults();
  r.cases[0].outcome = Outcome::kFailed;
  const GoBenchmarks go = ParseGoBenchmarks(ToBenchstat(r));
  EXPECT_EQ(go.values.count({"BenchmarkPio/out", "kvm_run-cycles/op"}), 0u);
  EXPECT_EQ(go.values.size(), 1u);
  EXPECT_FALSE(absl::StrContains(*ToGbench(r), "pio/out"));
}

TEST(ExportTest, InstructionsAreNoTime) {
  Results r = TestResults();
  r.host.tick = Tick::kInstruction;
  EXPECT_TRUE(absl::IsFailedPrecondition(ToGbench(r).status()));
}

TEST(ExportTest, NothingIsFine) {
  EXPECT_EQ(ParseCsv(ToCsv(Results())).size(), 1u);
  EXPECT_TRUE(ParseGoBenchmarks(ToBenchstat(Results())).values.empty());
}

}  // namespace
}  // namespace exitbench
