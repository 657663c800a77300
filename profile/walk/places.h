// Where each word of a trace was executed.
#ifndef EXITBENCH_PROFILE_WALK_PLACES_H_
#define EXITBENCH_PROFILE_WALK_PLACES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "profile/symbols/inlines.h"
#include "profile/symbols/symbols.h"

namespace exitbench {

enum class Domain : uint8_t { kUser, kKernel, kGuest };

struct Place {
  FunctionId function = SymbolTable::kUser;
  Domain domain = Domain::kUser;
  EntryKind entry = EntryKind::kNone;  // The processor enters the kernel here.
  bool start = false;                  // The first instruction of a symbol.
  // An exception was raised instead: it was not executed, and is not counted.
  bool faulted = false;
  bool enters_guest = false;
  // It stands for an instruction that was executed, but that an emulator may
  // not count: the guest's last before an exit, and the one for which the guest
  // handled an exception of its own, of which this is the handler's IRET.
  bool maybe_uncounted = false;
  // What is inlined there; null if nothing says so.
  const InlineChain* inlined = nullptr;
};

// Returns the place of each of `words`, the instructions between two marks. The
// first is userspace's. Guest code is what runs after an entry to the guest
// until the first kernel address. `inlines` may be null; else it must outlive
// the places.
std::vector<Place> PlacesOf(const SymbolTable& symbols,
                            absl::Span<const uint64_t> words,
                            const InlineMap* inlines = nullptr);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WALK_PLACES_H_
