#include "cli/commands.h"

#include <algorithm>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Command* Find(absl::string_view name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

TEST(Commands, NameFlagsThatAreThereAndEachOnce) {
  for (const Command& command : Commands()) {
    std::set<absl::string_view> seen;
    for (absl::string_view flag : command.flags) {
      EXPECT_NE(absl::FindCommandLineFlag(flag), nullptr)
          << command.name << " --" << flag;
      EXPECT_TRUE(seen.insert(flag).second) << command.name << " --" << flag;
    }
  }
}

// A flag that is in no command's list could never be given.
TEST(Commands, EachFlagIsOneOfSomeCommand) {
  int own = 0;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!absl::StrContains(flag->Filename(), "cli/")) continue;
    ++own;
    EXPECT_TRUE(absl::c_any_of(Commands(),
                               [name = name](const Command& c) {
                                 return absl::c_linear_search(c.flags, name);
                               }))
        << "--" << name << " of " << flag->Filename();
  }
  EXPECT_GT(own, 30);
}

// Other commands may take flags of run_flags.cc, but run takes all of them.
TEST(Commands, EachFlagOfRunFlagsIsOneOfRun) {
  int of_run = 0;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!absl::StrContains(flag->Filename(), "cli/run/run_flags.cc")) continue;
    ++of_run;
    EXPECT_TRUE(absl::c_linear_search(Find("run")->flags, name)) << name;
  }
  EXPECT_GT(of_run, 15);
}

TEST(Commands, AFlagsOwnHelpIsOfAFlagThatTheCommandTakes) {
  for (const OwnHelp& own : OwnHelps()) {
    ASSERT_NE(Find(own.command), nullptr) << own.command;
    EXPECT_TRUE(absl::c_linear_search(Find(own.command)->flags, own.flag))
        << own.command << " --" << own.flag;
  }
}

}  // namespace
}  // namespace exitbench
