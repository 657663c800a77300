// Holds the code hash of each case against code_hashes.txt of the
// architecture's folder. Results files carry it, and diff compares only results
// with the same hash.
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "cases/catalogue/catalogue.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// The rule names the file.
std::string KeptPath() {
  const char* path = std::getenv("EB_CODE_HASHES");
  return path == nullptr ? "" : path;
}

// Each line is a name and a hash.
std::map<std::string, std::string> KeptHashes() {
  std::map<std::string, std::string> hashes;
  std::ifstream file(KeptPath());
  EXPECT_TRUE(file.good()) << KeptPath();
  std::string name, hash;
  while (file >> name >> hash) {
    EXPECT_TRUE(hashes.emplace(name, hash).second) << name << " is there twice";
  }
  return hashes;
}

TEST(CodeHash, IsWhatResultsFilesHave) {
  std::map<std::string, std::string> kept = KeptHashes();
  EXPECT_GE(kept.size(), 250u);
  for (const CaseInstance& c : AllCases()) {
    const auto it = kept.find(c.name);
    // A new case has no results yet that could no longer compare.
    if (it == kept.end()) continue;
    EXPECT_EQ(CodeHash(c), it->second)
        << c.name << ": results kept so far no longer compare with new ones. "
        << "If that is meant, change its line in " << KeptPath();
    kept.erase(it);
  }
  for (const auto& [name, hash] : kept) {
    ADD_FAILURE() << name << " is in " << KeptPath() << " and no case";
  }
}

}  // namespace
}  // namespace exitbench
