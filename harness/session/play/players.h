// What the processes of a run play, each by its part in the run. They return
// its exit code, and write to `fd`.
#ifndef EXITBENCH_HARNESS_SESSION_PLAY_PLAYERS_H_
#define EXITBENCH_HARNESS_SESSION_PLAY_PLAYERS_H_

#include <string>

#include "harness/session/session_task.h"
#include "results/model/model.h"

namespace exitbench {

inline constexpr uint32_t kPlayedSeed = 7;

int PlaySession(const SessionTask& task, int fd);

// The process that profiles the cases which are OK.
int PlayProfile(const SessionTask& task, int fd);

// The process that counts exits by reason.
int PlayReasons(const SessionTask& task, int fd);

// Returns the result of one run of the case `name`, which is OK.
CaseResult OneRun(const std::string& name);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_PLAY_PLAYERS_H_
