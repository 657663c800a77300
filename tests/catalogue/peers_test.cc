// docs/peers.md names cases: each must exist, on the architecture that its
// suite is for.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "cases/catalogue/catalogue.h"
#include "gtest/gtest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

// The tables of the page, and the suffix of user mode where their suite runs.
struct Suite {
  const char* table;
  size_t entries;
  absl::string_view user_suffix;
};
constexpr Suite kSuites[] = {
    {"vmexit", 36, ".ring3"},   {"HyperBench", 16, ".ring3"},
    {"svm_tests", 3, ".ring3"}, {"micro-bench", 8, ".el0"},
    {"papers", 7, ".el0"},      {"selftests", 7, ".ring3"}};

struct Row {
  std::string peer;
  std::vector<std::string> cases;
};

// The rows of each table, by the first word of its heading's line.
std::map<std::string, std::vector<Row>> ReadTables(const std::string& path) {
  std::map<std::string, std::vector<Row>> tables;
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::string table, line;
  while (std::getline(file, line)) {
    if (!absl::StartsWith(line, "|")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    if (cells.size() < 4) {
      ADD_FAILURE() << "a row of " << cells.size() << " cells: " << line;
      continue;
    }
    const std::string first(absl::StripAsciiWhitespace(cells[1]));
    if (absl::StartsWith(first, "---")) continue;
    if (absl::StripAsciiWhitespace(cells[2]) == "case") {
      table = first;
      continue;
    }
    Row row = {first, {}};
    for (absl::string_view name : absl::StrSplit(cells[2], ',')) {
      row.cases.emplace_back(absl::StripAsciiWhitespace(name));
    }
    tables[table].push_back(row);
  }
  return tables;
}

TEST(Peers, EachCaseNamedExists) {
  std::vector<std::string> names;
  for (const CaseInstance& instance : AllCases()) {
    names.push_back(instance.name);
  }
  int named = 0;
  const auto tables = ReadTables("docs/peers.md");
  for (const Suite& suite : kSuites) {
    if (suite.user_suffix != ModeSuffix(kUserMode)) continue;
    const std::string table = suite.table;
    for (const Row& row : tables.at(table)) {
      for (const std::string& name : row.cases) {
        ++named;
        EXPECT_NE(std::find(names.begin(), names.end(), name), names.end())
            << table << " " << row.peer << ": there is no case '" << name
            << "'";
      }
    }
  }
  EXPECT_GE(named, 14);
}

TEST(Peers, EveryEntryIsThereOnce) {
  const auto tables = ReadTables("docs/peers.md");
  ASSERT_EQ(tables.size(), std::size(kSuites));
  for (const Suite& suite : kSuites) {
    EXPECT_EQ(tables.at(suite.table).size(), suite.entries) << suite.table;
  }
  for (const auto& [table, rows] : tables) {
    std::map<std::string, int> seen;
    for (const Row& row : rows) {
      EXPECT_EQ(++seen[row.peer], 1) << table << " " << row.peer;
    }
  }
}

}  // namespace
}  // namespace exitbench
