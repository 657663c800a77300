// How the pace of a run goes from session to session.
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "harness/plan/pace.h"
#include "harness/session/orchestrator.h"
#include "harness/session/play/play.h"

namespace exitbench {
namespace {

// Returns how many rounds each session was told are left.
std::vector<std::string> RoundsTold(const std::string& play, absl::Time end) {
  Pace pace;
  pace.end = end;
  pace.rounds = 2;
  pace.rounds_left = pace.rounds_in_all = 4;
  pace.cases.push_back({.name = "t/a", .most_exits = 20, .seen_exits = 20});
  RunConfig config = ShortConfig(2, 2);
  config.pace = WritePace(pace);
  const absl::StatusOr<GatheredResults> gathered =
      PlayConfig(play, config).gathered;
  EXPECT_TRUE(gathered.ok()) << gathered.status();
  std::vector<std::string> told;
  if (!gathered.ok()) return told;
  for (const Session& session : gathered->results.sessions) {
    told.push_back(session.facts.at(0).value);
  }
  return told;
}

TEST(RunSessions, ThePaceGoesFromSessionToSession) {
  EXPECT_EQ(RoundsTold("", absl::Now() + absl::Hours(1)),
            (std::vector<std::string>{"4", "2"}));
}

// A guest may have taken over the session that reports it.
TEST(RunSessions, APaceThatCantBeIsNotTaken) {
  for (const char* play : {"pace of another end", "pace of more rounds",
                           "pace without cases", "garbled pace"}) {
    EXPECT_EQ(RoundsTold(play, absl::Now() + absl::Hours(1)),
              (std::vector<std::string>{"4", "4"}))
        << play;
  }
}

TEST(RunSessions, NoOtherSessionBeginsAfterTheBudget) {
  EXPECT_EQ(RoundsTold("", absl::Now()), std::vector<std::string>{"4"});
}

}  // namespace
}  // namespace exitbench
