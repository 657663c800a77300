// `exitbench model`: where a live VM's time goes.
#ifndef EXITBENCH_CLI_LIVE_MODEL_H_
#define EXITBENCH_CLI_LIVE_MODEL_H_

#include <string>
#include <vector>

namespace exitbench {

// Exit codes: 0: each VM was watched to the end. 1: one ended before, or had
// nothing that could be counted; what there is, is printed. 2: bad usage, a bad
// file, or no such VM. 3: the costs are of another host, or this host's KVM
// can't be opened to tell.
int ModelCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_LIVE_MODEL_H_
