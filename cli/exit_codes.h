// Exit codes, as the README documents them.
#ifndef EXITBENCH_CLI_EXIT_CODES_H_
#define EXITBENCH_CLI_EXIT_CODES_H_

namespace exitbench {

enum ExitCode {
  kExitOk = 0,          // All selected cases OK or SKIPPED.
  kExitCaseFailed = 1,  // Some case FAILED or TIMEOUT.
  kExitUsage = 2,       // Bad usage, or a file that can't be read or written.
  kExitNoKvm = 3,       // No usable KVM on this host.
  kExitBroken = 128,    // bisect: the question can't be answered here.
  kExitSignal = 128,    // Plus the number of the signal that interrupted `run`.
};

}  // namespace exitbench

#endif  // EXITBENCH_CLI_EXIT_CODES_H_
