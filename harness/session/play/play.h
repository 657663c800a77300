// Sessions that play: for tests of how the parent handles sessions that
// misbehave. It starts /proc/self/exe as a session, which in these tests is the
// test itself. The main() here then plays what the name of the emulator asks
// for.
#ifndef EXITBENCH_HARNESS_SESSION_PLAY_PLAY_H_
#define EXITBENCH_HARNESS_SESSION_PLAY_PLAY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cases/case.h"
#include "harness/session/orchestrator.h"

namespace exitbench {

inline constexpr Case kPlayedRows[] = {{.name = "t/a"}, {.name = "t/b"}};

struct Played {
  absl::StatusOr<GatheredResults> gathered;
  Results kept;  // What on_session last saw.
  std::vector<Progress> begun;
};

// Runs sessions of the rows that play `play`.
Played PlayConfig(const std::string& play, RunConfig config);
absl::StatusOr<GatheredResults> Play(const std::string& play,
                                     uint32_t sessions = 2,
                                     uint32_t rounds = 1);

// Returns a configuration with short time limits.
RunConfig ShortConfig(uint32_t sessions, uint32_t rounds);

// Returns null if there is none.
const CaseResult* FindCase(const Results& results, const std::string& name);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_PLAY_PLAY_H_
