#include "profile/walk/places.h"

#include <cstddef>

#include "profile/words/word.h"

namespace exitbench {
namespace {

// Returns how the processor enters the kernel at `address` of arm64's vectors,
// which begin at `vectors`, after the instruction `before`. Of four vectors the
// first is that of what instructions cause.
EntryKind EntryOfVector(uint64_t vectors, uint64_t address, uint64_t before) {
  constexpr uint64_t kVectorBytes = 0x80;
  const uint64_t offset = address - vectors;
  if (offset % kVectorBytes != 0) return EntryKind::kNone;
  const bool calls =
      ClassOf(before) == EB_TRACE_SYSCALL || ClassOf(before) == EB_TRACE_HVC;
  return offset / kVectorBytes % 4 == 0 && !calls ? EntryKind::kFault
                                                  : EntryKind::kTrapOrInterrupt;
}

}  // namespace

std::vector<Place> PlacesOf(const SymbolTable& symbols,
                            absl::Span<const uint64_t> words,
                            const InlineMap* inlines) {
  std::vector<Place> places(words.size());
  bool in_guest = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const uint64_t word = words[i];
    Place& place = places[i];
    if (!IsKernel(word)) {
      place.domain = in_guest ? Domain::kGuest : Domain::kUser;
      place.function = in_guest ? SymbolTable::kGuest : SymbolTable::kUser;
      place.maybe_uncounted = in_guest && ClassOf(word) == EB_TRACE_IRET;
      continue;
    }
    const Symbol& symbol = symbols.Find(AddressOf(word));
    place.domain = Domain::kKernel;
    place.function = symbol.function;
    place.start = symbol.address == AddressOf(word);
    if (place.start) place.entry = symbol.entry;
    const SymbolFunction& function = symbols.functions()[symbol.function];
    if (function.vectors && i > 0) {
      place.entry =
          EntryOfVector(symbol.address, AddressOf(word), words[i - 1]);
    }
    if (inlines != nullptr) place.inlined = inlines->Find(AddressOf(word));
    if (i > 0 && places[i - 1].domain == Domain::kGuest) {
      places[i - 1].maybe_uncounted = true;
    } else if (i > 0 && place.entry == EntryKind::kFault) {
      places[i - 1].faulted = true;
    }
    place.enters_guest =
        ClassOf(word) == EB_TRACE_VMENTRY ||
        (ClassOf(word) == EB_TRACE_IRET && function.enters_guests);
    in_guest = place.enters_guest;
  }
  return places;
}

}  // namespace exitbench
