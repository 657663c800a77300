// Finds a thing by its name.
#ifndef EXITBENCH_HARNESS_SESSION_FIND_NAMED_H_
#define EXITBENCH_HARNESS_SESSION_FIND_NAMED_H_

#include <algorithm>
#include <string>

namespace exitbench {

// Returns the first of `list` whose `name` it is, or nullptr.
template <typename List>
auto FindNamed(List& list, const std::string& name) {
  const auto found =
      std::find_if(list.begin(), list.end(),
                   [&name](const auto& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_FIND_NAMED_H_
