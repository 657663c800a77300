#include "profile/walk/places.h"

#include <cstddef>

#include "profile/words/word.h"

namespace exitbench {

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
    if (inlines != nullptr) place.inlined = inlines->Find(AddressOf(word));
    if (i > 0 && places[i - 1].domain == Domain::kGuest) {
      places[i - 1].maybe_uncounted = true;
    } else if (i > 0 && place.entry == EntryKind::kFault) {
      places[i - 1].faulted = true;
    }
    in_guest = ClassOf(word) == EB_TRACE_VMENTRY;
  }
  return places;
}

}  // namespace exitbench
