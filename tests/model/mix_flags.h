// A mix as flags of a command line: --pio=1 --compute=20000 --for=10s.
#ifndef EXITBENCH_TESTS_MODEL_MIX_FLAGS_H_
#define EXITBENCH_TESTS_MODEL_MIX_FLAGS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/model/mix.h"
#include "vmm/kvm.h"

namespace exitbench {

using Words = std::vector<std::string>;

// Returns words of the form --NAME=VALUE as NAME and VALUE.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseFlags(
    const Words& words);

// What `mix` is told.
struct MixTask {
  Mix mix;
  int cpu = -1;  // To pin the vCPU's thread to. -1: it is not pinned.
};
absl::StatusOr<MixTask> ParseMix(const Words& words);

// Returns mixes of all kinds that this backend's statistics count: each alone,
// then all together. Each is flags of `mix`, with commas between them. With
// `by_reason` also of those that only the reasons of exits tell.
std::vector<std::string> DefaultMixes(const Kvm& kvm, bool by_reason);

// Returns an expression for run --cases: the cases of all kinds.
std::string MixCases(const Kvm& kvm);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_MODEL_MIX_FLAGS_H_
