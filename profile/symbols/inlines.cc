#include "profile/symbols/inlines.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "hosts/trace_format.h"

namespace exitbench {
namespace {

constexpr size_t kMaxBytes = 512;  // Of a name and of a file.
constexpr size_t kMaxAddresses = 4'000'000;
// Of functions that no symbol names. A profile may have as many functions.
constexpr size_t kMaxAdded = 200'000;

struct Entry {
  absl::string_view name;
  absl::string_view file;
  uint32_t line = 0;
};

// "NAME;FILE:LINE".
bool ParseEntry(absl::string_view text, Entry& entry) {
  const size_t file = text.find(';');
  const size_t line = text.rfind(':');
  if (file == text.npos || line == text.npos || line < file) return false;
  entry.name = text.substr(0, file);
  entry.file = text.substr(file + 1, line - file - 1);
  return !entry.name.empty() && entry.name.size() <= kMaxBytes &&
         entry.file.size() <= kMaxBytes &&
         absl::SimpleAtoi(text.substr(line + 1), &entry.line);
}

bool ParseLine(absl::string_view text, uint64_t& address,
               std::vector<Entry>& entries) {
  const std::vector<absl::string_view> fields = absl::StrSplit(text, '\t');
  if (fields[0].size() != 16 || !absl::SimpleHexAtoi(fields[0], &address) ||
      address >> 63 == 0 || fields.size() > kMaxInlineChain + 2) {
    return false;
  }
  address &= EB_TRACE_ADDRESS_MASK;
  entries.resize(fields.size() - 1);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!ParseEntry(fields[i + 1], entries[i])) return false;
  }
  return true;
}

// Finds functions by name, and where they are.
class Functions {
 public:
  explicit Functions(SymbolTable& symbols)
      : symbols_(symbols), known_(symbols.functions().size()) {
    for (FunctionId id = 0; id < known_; ++id) {
      const SymbolFunction& function = symbols.functions()[id];
      ids_.emplace(std::pair(function.module, function.name), id);
    }
  }

  FunctionId Inlined(uint32_t module, const Entry& entry) {
    const std::pair key(module, std::string(FunctionOf(entry.name)));
    const auto [at, added] = ids_.emplace(key, 0);
    if (added) {
      at->second = symbols_.Add({.name = key.second, .module = module});
    }
    return at->second;
  }

  void SeenAt(FunctionId function, const Entry& entry) {
    if (entry.file.empty()) return;
    Seen& seen = seen_[{function, entry.file}];
    ++seen.times;
    seen.line = std::min(seen.line, entry.line);
  }

  size_t added() const { return symbols_.functions().size() - known_; }

  void TellSources() const {
    for (auto at = seen_.begin(); at != seen_.end();) {
      const FunctionId function = at->first.first;
      auto best = at;
      for (; at != seen_.end() && at->first.first == function; ++at) {
        if (at->second.times > best->second.times) best = at;
      }
      symbols_.SetSource(function, std::string(best->first.second),
                         best->second.line);
    }
  }

 private:
  struct Seen {
    size_t times = 0;
    uint32_t line = UINT32_MAX;
  };

  SymbolTable& symbols_;
  const size_t known_;
  std::map<std::pair<uint32_t, std::string>, FunctionId> ids_;
  std::map<std::pair<FunctionId, absl::string_view>, Seen> seen_;
};

}  // namespace

absl::StatusOr<InlineMap> InlineMap::Parse(absl::string_view text,
                                           SymbolTable& symbols) {
  InlineMap map;
  Functions functions(symbols);
  size_t number = 0;
  std::vector<Entry> entries;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const absl::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    uint64_t address = 0;
    if (!ParseLine(line, address, entries)) {
      return absl::InvalidArgumentError(
          absl::StrCat("not a map of inlined functions: line ", number,
                       " is not as hosts/lib/inlines.py writes them"));
    }
    if (number > kMaxAddresses || functions.added() > kMaxAdded) {
      return absl::InvalidArgumentError(
          "the map of inlined functions is too large");
    }
    const FunctionId outer = symbols.Find(address).function;
    const SymbolFunction& symbol = symbols.functions()[outer];
    InlineChain chain;
    // Whose code it is if no symbol says so is not known.
    if (symbol.named) {
      const uint32_t module = symbol.module;
      for (size_t i = 0; i < entries.size(); ++i) {
        if (i > 0) chain.push_back(functions.Inlined(module, entries[i]));
        functions.SeenAt(i > 0 ? chain.back() : outer, entries[i]);
      }
    }
    map.by_address_.emplace(address, &*map.chains_.insert(chain).first);
  }
  functions.TellSources();
  return map;
}

const InlineChain* InlineMap::Find(uint64_t address) const {
  const auto at = by_address_.find(address);
  return at == by_address_.end() ? nullptr : at->second;
}

}  // namespace exitbench
