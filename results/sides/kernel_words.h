// The words of a kernel's command line.
#ifndef EXITBENCH_RESULTS_SIDES_KERNEL_WORDS_H_
#define EXITBENCH_RESULTS_SIDES_KERNEL_WORDS_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// By name. The value is empty where a word has none ("nosmt"). The values of a
// word that is there more than once are joined by commas.
using KernelWords = std::map<std::string, std::string>;

// Returns the words of `command_line`. Leaves out those that name the kernel's
// image, its root or its console.
KernelWords ParseKernelWords(absl::string_view command_line);

// Returns the words that name a module's parameter as facts do: "kvm-intel.ept"
// as "module.kvm_intel.ept".
std::string ParameterFact(absl::string_view word);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_KERNEL_WORDS_H_
