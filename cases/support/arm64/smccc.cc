#include "cases/support/arm64/smccc.h"

#include "absl/strings/str_format.h"

namespace exitbench {

void SetCall(Machine& machine, uint64_t function, uint64_t argument,
             uint64_t answer) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = function;
  block.args[1] = argument;
  block.args[2] = block.args[3] = 0;
  block.args[5] = answer;
}

absl::Status ExpectAnswers(Machine& machine, uint32_t events) {
  const ParameterBlock block = machine.parameters(0);
  if (block.results[1] == events) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%u of %u calls answered %d; the last one %d", block.results[1], events,
      static_cast<int64_t>(block.args[5]),
      static_cast<int64_t>(block.results[0])));
}

}  // namespace exitbench
