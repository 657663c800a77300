#include "cli/session_argv.h"

#include "absl/strings/str_cat.h"

namespace exitbench {

std::vector<std::string> SessionArgv(const std::vector<std::string>& argv,
                                     const RunConfig& config) {
  std::vector<std::string> session = argv;
  for (const std::string& flag : {absl::StrCat("--seed=", config.seed),
                                  absl::StrCat("--sessions=", config.sessions),
                                  absl::StrCat("--rounds=", config.rounds),
                                  absl::StrCat("--exits=", config.exits),
                                  absl::StrCat("--reruns=", config.reruns)}) {
    session.push_back(flag);
  }
  return session;
}

}  // namespace exitbench
