#include "harness/session/play/play.h"

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "gtest/gtest.h"
#include "harness/session/play/players.h"
#include "harness/session/session_task.h"

namespace exitbench {

Played PlayConfig(const std::string& play, RunConfig config) {
  config.emulator = play;
  Results kept;
  std::vector<Progress> begun;
  RunCallbacks callbacks;
  callbacks.on_session = [&kept](const Results& so_far) {
    kept = so_far;
    return absl::OkStatus();
  };
  callbacks.on_progress = [&begun](const Progress& p) { begun.push_back(p); };
  absl::StatusOr<GatheredResults> gathered =
      RunSessions(config, Instances(kPlayedRows), callbacks);
  return {std::move(gathered), kept, begun};
}

RunConfig ShortConfig(uint32_t sessions, uint32_t rounds) {
  RunConfig config;
  config.sessions = sessions;
  config.rounds = rounds;
  config.seed = kPlayedSeed;
  config.time_limit = absl::Milliseconds(50);
  config.silence_slack = absl::Milliseconds(300);
  return config;
}

absl::StatusOr<GatheredResults> Play(const std::string& play, uint32_t sessions,
                                     uint32_t rounds) {
  return PlayConfig(play, ShortConfig(sessions, rounds)).gathered;
}

const CaseResult* FindCase(const Results& results, const std::string& name) {
  for (const CaseResult& c : results.cases) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

}  // namespace exitbench

int main(int argc, char** argv) {
  int fd = -1;
  absl::StatusOr<exitbench::SessionTask> task;
  for (int i = 1; i < argc; ++i) {
    absl::string_view word = argv[i];
    if (absl::ConsumePrefix(&word, "--session_fd=")) {
      EB_CHECK(absl::SimpleAtoi(word, &fd));
    } else if (absl::ConsumePrefix(&word, "--session_task=")) {
      task = exitbench::ReadTask(word);
      EB_CHECK(task.ok());
    }
  }
  if (fd >= 0) return exitbench::PlaySession(*task, fd);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
