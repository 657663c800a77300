// exitbench completion: scripts for shells. Each script asks the binary what
// may come next, by the internal command `complete`, so it need not be made
// anew for another version.
#ifndef EXITBENCH_CLI_COMPLETION_H_
#define EXITBENCH_CLI_COMPLETION_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "cli/command.h"

namespace exitbench {

// What may stand for the last of the words typed.
struct Candidate {
  // A whole word. One that ends with '=' wants a value. ":FILE" is any results
  // file, ":PATH" any file: the shell finds these.
  std::string word;
  std::string help;  // May be empty.

  bool operator==(const Candidate& other) const {
    return word == other.word && help == other.help;
  }
};

// Returns what may stand for the last of `words`. They are all that was typed
// after the program's name, up to the cursor; the last may be empty. `cases`
// are the cases with what each measures.
std::vector<Candidate> Complete(absl::Span<const Command> commands,
                                absl::Span<const Candidate> cases,
                                absl::Span<const std::string> words);

// These return the exit code. CompleteCommand prints a candidate a line: the
// word, a tab, the help.
int CompletionCommand(const std::vector<std::string>& arguments);
int CompleteCommand(absl::Span<const Command> commands,
                    const std::vector<std::string>& words);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMPLETION_H_
