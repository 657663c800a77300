#include "cli/run/run_flags.h"

#include <string>
#include <vector>

#include "absl/flags/reflection.h"
#include "cli/parse.h"
#include "gtest/gtest.h"
#include "harness/settings/run_config.h"

namespace exitbench {
namespace {

// Returns what the flags ask for, given as words of a command line.
absl::StatusOr<RunConfig> ConfigOf(const std::vector<std::string>& words) {
  const absl::FlagSaver saver;
  if (absl::StatusOr<ParsedLine> line = ParseLine(words, RunFlags());
      !line.ok()) {
    return line.status();
  }
  return ConfigFromFlags();
}

TEST(RunFlags, ExitsIsTheOldNameOfEvents) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--events=500"},
        std::vector<std::string>{"--exits=500"},
        std::vector<std::string>{"--exits=500", "--events=500"},
        std::vector<std::string>{"--events=0500", "--exits=500"},
        std::vector<std::string>{"--exits=7000", "--exits=500"}}) {
    const absl::StatusOr<RunConfig> config = ConfigOf(words);
    ASSERT_TRUE(config.ok()) << words[0] << ": " << config.status();
    EXPECT_EQ(config->exits, 500u) << words[0];
  }
  EXPECT_EQ(ConfigOf({})->exits, 10000u);
}

TEST(RunFlags, EventsAndExitsMustAgree) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--events=500", "--exits=600"},
        std::vector<std::string>{"--exits=600", "--events=500"}}) {
    const absl::Status status = ConfigOf(words).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(status.message(),
              "--exits=600 and --events=500 differ: --exits is the old name of "
              "--events");
  }
}

TEST(RunFlags, ABadNumberIsRefusedByTheNameThatWasUsed) {
  EXPECT_EQ(ConfigOf({"--exits=abc"}).status().message().substr(0, 11),
            "--exits=abc");
  EXPECT_EQ(ConfigOf({"--events=abc"}).status().message().substr(0, 12),
            "--events=abc");
  EXPECT_EQ(ConfigOf({"--exits=9"}).status().message(),
            "--events is to be 10 to 100000000");
}

TEST(RunFlags, AProfileIsAskedForByItsFlagOnly) {
  EXPECT_EQ(ConfigOf({})->profile_time, absl::ZeroDuration());
  EXPECT_TRUE(ConfigOf({})->exit_reasons);
  EXPECT_FALSE(ConfigOf({"--exit_reasons=off"})->exit_reasons);
  EXPECT_EQ(ConfigOf({"--exit_reasons=on"}).status().message(),
            "--exit_reasons=on: give auto or off");
  EXPECT_EQ(ConfigOf({"--profile_seconds=5"})->profile_time,
            absl::ZeroDuration());
  EXPECT_EQ(ConfigOf({"--profile"})->profile_time, absl::Seconds(2));
  EXPECT_EQ(ConfigOf({"--profile", "--profile_seconds=0.5"})->profile_time,
            absl::Milliseconds(500));
}

TEST(RunFlags, AProfileThatCantBeIsRefused) {
  for (const char* seconds : {"0", "0.04", "-1", "3601", "nan"}) {
    EXPECT_EQ(
        ConfigOf({"--profile", std::string("--profile_seconds=") + seconds})
            .status()
            .message(),
        "--profile_seconds is to be 0.05 to 3600")
        << seconds;
  }
  EXPECT_EQ(ConfigOf({"--profile", "--out=-"}).status().message(),
            "--profile wants --out=FILE: it writes a second file next to it");
  EXPECT_EQ(
      ConfigOf({"--profile", "--tick=instruction"}).status().message(),
      "--profile samples real time: an emulator that counts instructions has "
      "traces instead");
}

// Returns the time plan of the words of a command line.
absl::StatusOr<TimePlan> TimePlanOf(const std::vector<std::string>& words) {
  const absl::FlagSaver saver;
  if (absl::StatusOr<ParsedLine> line = ParseLine(words, RunFlags());
      !line.ok()) {
    return line.status();
  }
  return TimePlanFromFlags();
}

TEST(RunFlags, APlainRunHasABudgetOfTenMinutes) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, std::vector<std::string>{"--cases=pio"},
        std::vector<std::string>{"--reruns=0", "--append", "--seed=1"}}) {
    const absl::StatusOr<TimePlan> plan = TimePlanOf(words);
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->budget, absl::Minutes(10));
    EXPECT_TRUE(plan->is_default);
    EXPECT_TRUE(plan->pilots);
  }
}

// Also where it is what a plain run would ask for.
TEST(RunFlags, WhatIsAskedForIsDoneHoweverLongItTakes) {
  for (const char* word :
       {"--sessions=3", "--rounds=5", "--events=10000", "--exits=10000",
        "--quick", "--full", "--tick=instruction"}) {
    const absl::StatusOr<TimePlan> plan = TimePlanOf({word});
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->budget, absl::ZeroDuration()) << word;
    EXPECT_EQ(plan->pilots, std::string(word) == "--full") << word;
  }
  EXPECT_EQ(TimePlanOf({"--budget=0"})->budget, absl::ZeroDuration());
}

TEST(RunFlags, ABudgetThatIsAskedForHolds) {
  for (const char* word : {"--sessions=9", "--events=500", "--full"}) {
    const absl::StatusOr<TimePlan> plan = TimePlanOf({word, "--budget=30s"});
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->budget, absl::Seconds(30)) << word;
    EXPECT_FALSE(plan->is_default) << word;
    EXPECT_TRUE(plan->pilots) << word;
  }
}

TEST(RunFlags, RefusesABadBudget) {
  EXPECT_EQ(ConfigOf({"--budget=-1s"}).status().message(),
            "--budget is to be a positive time: 30s");
  EXPECT_EQ(ConfigOf({"--full", "--quick"}).status().message(),
            "--full and --quick: give one of them");
}

TEST(RunFlags, TheFullProtocolIsThatOfAPlainRun) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, std::vector<std::string>{"--full"}}) {
    const absl::StatusOr<RunConfig> config = ConfigOf(words);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->sessions, 3u);
    EXPECT_EQ(config->rounds, 5u);
    EXPECT_EQ(config->exits, 10000u);
  }
}

TEST(RunFlags, TraceMarksAreForEmulatedHosts) {
  EXPECT_EQ(ConfigOf({"--trace_marks"}).status().message(),
            "--trace_marks wants --tick=instruction: it is for emulated hosts");
  const absl::StatusOr<RunConfig> config =
      ConfigOf({"--trace_marks", "--tick=instruction"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->trace_marks);
  EXPECT_FALSE(ConfigOf({"--tick=instruction"})->trace_marks);
}

// Where --events is not taken, --exits is not either.
TEST(RunFlags, TheOldNameIsUnknownToOtherCommands) {
  EXPECT_EQ(ParseLine({"--exits=500"}, {"cases"}).status().message(),
            "unknown flag --exits; see --help");
}

}  // namespace
}  // namespace exitbench
