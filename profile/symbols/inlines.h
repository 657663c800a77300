// What the compiler put into the functions that symbols name: a map that
// hosts/lib/inlines.py makes of debug information.
#ifndef EXITBENCH_PROFILE_SYMBOLS_INLINES_H_
#define EXITBENCH_PROFILE_SYMBOLS_INLINES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "profile/symbols/symbols.h"

namespace exitbench {

// Functions inlined at an address, each in the one before, the first in the
// function of the symbol.
using InlineChain = std::vector<FunctionId>;

// More than compilers make.
inline constexpr size_t kMaxInlineChain = 64;

class InlineMap {
 public:
  // Parses lines "ADDRESS" or "ADDRESS\tNAME;FILE:LINE\tNAME;FILE:LINE...",
  // with addresses as in /proc/kallsyms. The first NAME is the function whose
  // code it is, the next is inlined in it, and so on. An address alone: nothing
  // is known of it. FILE may be empty. LINE is any line within the function.
  //
  // A function that is inlined is the one of that name of the same module. It
  // is added to `symbols` if there is none. `symbols` is told where functions
  // are: the file that most addresses of a function say, and the lowest line
  // there. kInvalidArgument: a line is not of that format.
  static absl::StatusOr<InlineMap> Parse(absl::string_view text,
                                         SymbolTable& symbols);

  InlineMap(InlineMap&&) = default;
  InlineMap& operator=(InlineMap&&) = default;

  // Returns what is inlined at a kernel address, which has the address bits of
  // a trace; null if the map does not have the address.
  const InlineChain* Find(uint64_t address) const;

 private:
  InlineMap() = default;

  // Of pointers to elements of `chains_`, which stay where they are.
  absl::flat_hash_map<uint64_t, const InlineChain*> by_address_;
  absl::node_hash_set<InlineChain> chains_;
};

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_SYMBOLS_INLINES_H_
