// This binary, started anew with other arguments.
#ifndef EXITBENCH_TESTS_MODEL_SELF_PROCESS_H_
#define EXITBENCH_TESTS_MODEL_SELF_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/owned.h"

namespace exitbench {

// Owns the process, and kills it at the latest when it is destroyed.
class SelfProcess {
 public:
  static absl::StatusOr<SelfProcess> Start(std::vector<std::string> words);

  SelfProcess(SelfProcess&& other) noexcept;
  SelfProcess& operator=(SelfProcess&&) = delete;
  ~SelfProcess();

  pid_t pid() const { return pid_; }

  // Waits for the next line of its standard output, and returns it.
  std::string ReadLine();
  // Asks it to end (SIGTERM).
  void AskToStop();
  // Waits for its end. Returns the rest of its standard output. kInternal: it
  // ended by a signal, or its exit code is not 0.
  absl::StatusOr<std::string> ReadAll();

 private:
  SelfProcess() = default;

  pid_t pid_ = -1;
  UniqueFd out_;
};

// Returns what it prints with these arguments.
absl::StatusOr<std::string> OutputOf(const std::vector<std::string>& words);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_MODEL_SELF_PROCESS_H_
