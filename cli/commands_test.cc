#include "cli/commands.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Command* Find(absl::string_view name) {
  return FindCommand(Commands(), name);
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

const std::vector<Candidate> kCases = {{"pio/in", "IN"}, {"pio/out", "OUT"}};

std::vector<std::string> WordsFor(const std::vector<std::string>& typed) {
  std::vector<std::string> words;
  for (const Candidate& c : Complete(Commands(), kCases, typed)) {
    words.push_back(c.word);
  }
  return words;
}

using Words = std::vector<std::string>;

TEST(Complete, CommandsThatUsersMayGive) {
  EXPECT_EQ(WordsFor({""}),
            (Words{"run", "list", "doctor", "show", "diff", "report",
                   "calibrate", "bisect", "merge", "export", "fleet", "profile",
                   "explain", "model", "decode", "help", "man", "completion"}));
  EXPECT_EQ(WordsFor({"d"}), (Words{"doctor", "diff", "decode"}));
  EXPECT_EQ(WordsFor({"help", "m"}), (Words{"merge", "model", "man"}));
  EXPECT_EQ(WordsFor({"sess"}), Words{});
  EXPECT_EQ(WordsFor({"nothing", ""}), Words{});
  EXPECT_EQ(WordsFor({}), Words{});
}

TEST(Complete, FlagsOfTheCommandOrOfRun) {
  EXPECT_EQ(WordsFor({"export", "-"}),
            (Words{"--cases=", "--format=", "--out=", "--help"}));
  EXPECT_EQ(WordsFor({"profile", "--t"}),
            (Words{"--tree", "--top=", "--thunks"}));
  EXPECT_EQ(WordsFor({"diff", "--fu"}), Words{"--functions"});
  EXPECT_EQ(WordsFor({"run", "--se"}), (Words{"--sessions=", "--seed="}));
  EXPECT_EQ(WordsFor({"--se"}), (Words{"--sessions=", "--seed="}));
  EXPECT_EQ(WordsFor({"--quick", "--nos"}), Words{"--noseccomp"});
  EXPECT_EQ(WordsFor({"list", "--se"}), Words{});
}

TEST(Complete, ValuesAsTheCommandTakesThem) {
  EXPECT_EQ(WordsFor({"diff", "--format="}),
            (Words{"--format=text", "--format=json"}));
  EXPECT_EQ(WordsFor({"show", "--format=t"}),
            (Words{"--format=text", "--format=textproto"}));
  EXPECT_EQ(WordsFor({"export", "--format=s"}),
            (Words{"--format=sqlite", "--format=speedscope"}));
  EXPECT_EQ(WordsFor({"profile", "--format="}),
            (Words{"--format=text", "--format=json"}));
  EXPECT_EQ(WordsFor({"--cpu="}), (Words{"--cpu=auto", "--cpu=none"}));
  EXPECT_EQ(WordsFor({"--rounds="}), Words{});
  EXPECT_EQ(WordsFor({"--quick="}), Words{});
}

TEST(Complete, CasesBehindTheLastComma) {
  EXPECT_EQ(WordsFor({"--cases="}),
            (Words{"--cases=pio/in", "--cases=pio/out"}));
  EXPECT_EQ(WordsFor({"show", "a.pb", "--cases=mmio,-pio/o"}),
            Words{"--cases=mmio,-pio/out"});
  EXPECT_EQ(WordsFor({"bisect", "--case=pio/i"}), Words{"--case=pio/in"});
  EXPECT_EQ(Complete(Commands(), kCases, {"--cases=pio/i"}),
            (std::vector<Candidate>{{"--cases=pio/in", "IN"}}));
}

TEST(Complete, LeavesFilesToTheShell) {
  EXPECT_EQ(WordsFor({"show", "re"}), Words{":FILE"});
  EXPECT_EQ(WordsFor({"diff", "a.pb", ""}), Words{":FILE"});
  EXPECT_EQ(WordsFor({"bisect", "--good=a"}), Words{":FILE"});
  EXPECT_EQ(WordsFor({"diff", "--calibration=a"}), Words{":PATH"});
  EXPECT_EQ(WordsFor({"calibrate", "--out="}), Words{":PATH"});
  EXPECT_EQ(WordsFor({"run", "--out="}), Words{":FILE"});
  EXPECT_EQ(WordsFor({"list", ""}), Words{});
}

TEST(Help, SaysTheValueAndTheDefault) {
  const std::string run = CommandHelp(*Find("run"));
  EXPECT_TRUE(absl::StrContains(
      run,
      "  --rounds=N\n      rounds of all cases in each session; "
      "default 5\n"));
  EXPECT_TRUE(absl::StrContains(run, "\n  --[no]seccomp\n"));
  EXPECT_TRUE(absl::StrContains(run, "\n  --quick\n"));
  EXPECT_TRUE(absl::StrContains(CommandHelp(*Find("doctor")),
                                "  --format=text|json\n      text or json; "
                                "default text\n"));
}

TEST(ManPage, HasEachFlagOfEachCommand) {
  const std::string page = ManPage(Commands());
  int flags = 0;
  for (const Command& command : Commands()) {
    const size_t start = page.find(absl::StrCat("\n.SS ", command.name, " "));
    EXPECT_EQ(start == std::string::npos, command.internal) << command.name;
    if (command.internal) continue;
    const std::string section =
        page.substr(start + 1, page.find("\n.S", start + 1) - start);
    for (const Flag& flag : FlagsOf(command)) {
      ++flags;
      const std::string spelled = absl::StrReplaceAll(
          absl::StrCat("\n.B ", ShortSpelling(flag), "\n"), {{"-", "\\-"}});
      EXPECT_TRUE(absl::StrContains(section, spelled))
          << command.name << spelled;
    }
  }
  EXPECT_GT(flags, 60);
}

}  // namespace
}  // namespace exitbench
