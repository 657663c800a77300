#include "profile/symbols/symbols.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "hosts/trace_format.h"
#include "profile/model/profile.h"

namespace exitbench {
namespace {

constexpr absl::string_view kKernel = "vmlinux";
constexpr absl::string_view kUnknown = "[unknown]";
constexpr size_t kMaxNameBytes = 512;
constexpr size_t kMaxModules = 4096;
constexpr size_t kMaxSymbols = 4'000'000;

// Nothing says where the last function of a module ends. Its text ends at a
// page, and what follows may be code of BPF programs.
constexpr uint64_t kPage = 4096;

struct Line {
  uint64_t address = 0;
  bool code = false;
  absl::string_view name;
  absl::string_view module;
};

// "ffffffff81000000 T name\t[module]".
bool ParseLine(absl::string_view text, Line& line) {
  const size_t space = text.find(' ');
  if (space == text.npos || text.size() < space + 4 || text[space + 2] != ' ') {
    return false;
  }
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + space, line.address, 16);
  if (error != std::errc() || end != text.data() + space) return false;
  const char type = text[space + 1];
  line.code = type == 't' || type == 'T' || type == 'w' || type == 'W';
  line.name = text.substr(space + 3);
  line.module = kKernel;
  const size_t tab = line.name.find_first_of("\t ");
  if (tab != line.name.npos) {
    absl::string_view module = line.name.substr(tab + 1);
    if (module.size() < 3 || module.front() != '[' || module.back() != ']') {
      return false;
    }
    line.module = module.substr(1, module.size() - 2);
    line.name = line.name.substr(0, tab);
  }
  return !line.name.empty() && line.name.size() <= kMaxNameBytes &&
         line.module.size() <= 256;
}

// Sorts by address, at one address the best name first.
bool Before(const Line& a, const Line& b) {
  if (a.address != b.address) return a.address < b.address;
  if (a.code != b.code) return a.code;
  return IsBetterName(a.name, b.name);
}

absl::StatusOr<std::vector<Line>> ParseLines(absl::string_view text) {
  std::vector<Line> lines;
  bool code = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const absl::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    Line line;
    if (!ParseLine(one, line)) {
      return absl::InvalidArgumentError(
          absl::StrCat("not a table of symbols: line ", lines.size() + 1,
                       " is not of the format of /proc/kallsyms"));
    }
    if (lines.size() == kMaxSymbols) {
      return absl::InvalidArgumentError("too many symbols");
    }
    // Symbols of per-CPU data have low addresses.
    if (line.address >> 63 == 0 && line.address != 0) line.code = false;
    line.address &= EB_TRACE_ADDRESS_MASK;
    code |= line.code && line.address != 0;
    lines.push_back(line);
  }
  if (!code) {
    return absl::InvalidArgumentError(
        lines.empty() ? "the table of symbols is empty"
                      : "the symbols have no addresses: only root may read "
                        "them, and kernel.kptr_restrict may hide them");
  }
  std::sort(lines.begin(), lines.end(), Before);
  return lines;
}

}  // namespace

SymbolTable::SymbolTable() {
  modules_ = {kGuestModule, kUserModule, std::string(kKernel)};
  functions_ = {{.name = absl::StrCat("[", kGuestModule, "]"),
                 .module = 0,
                 .named = false},
                {.name = absl::StrCat("[", kUserModule, "]"),
                 .module = 1,
                 .named = false},
                {.name = std::string(kUnknown), .module = 2, .named = false}};
}

absl::StatusOr<SymbolTable> SymbolTable::Parse(absl::string_view kallsyms) {
  EB_ASSIGN_OR_RETURN(const std::vector<Line> lines, ParseLines(kallsyms));
  SymbolTable table;
  std::map<std::pair<uint32_t, absl::string_view>, FunctionId> functions = {
      {{2, kUnknown}, kUnknownKernel}};
  auto module_of = [&](absl::string_view name) {
    const auto known =
        std::find(table.modules_.begin() + 2, table.modules_.end(), name);
    const auto module = known - table.modules_.begin();
    if (known == table.modules_.end()) table.modules_.emplace_back(name);
    return static_cast<uint32_t>(module);
  };
  auto function_of = [&](uint32_t module, absl::string_view name) {
    const auto [at, added] =
        functions.emplace(std::pair(module, name),
                          static_cast<FunctionId>(table.functions_.size()));
    if (added) {
      table.functions_.push_back(
          {.name = std::string(name),
           .module = module,
           .thunk = IsThunkName(name),
           .switches_threads =
               name == "__switch_to_asm" || name == "cpu_switch_to",
           .interrupt_stub =
               name == "irq_entries_start" || name == "spurious_entries_start",
           .calls_gates = absl::StartsWith(name, "vmx_do_"),
           .enters_guests =
               name == "__guest_enter" || name == "__kvm_nvhe___guest_enter",
           .vectors = name == "vectors",
           .named = name != kUnknown});
    }
    return at->second;
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    if (line.address == 0) continue;
    if (i > 0 && lines[i - 1].address == line.address) continue;
    if (!table.symbols_.empty()) {
      table.symbols_.back().end =
          std::min(table.symbols_.back().end, line.address);
    }
    if (!line.code) {
      table.symbols_.push_back({.address = line.address,
                                .end = UINT64_MAX,
                                .function = kUnknownKernel});
      continue;
    }
    const uint32_t module = module_of(line.module);
    if (table.modules_.size() > kMaxModules) {
      return absl::InvalidArgumentError("too many modules");
    }
    // The last code of a module.
    size_t next = i + 1;
    while (next < lines.size() && lines[next].address == line.address) ++next;
    const bool last = next == lines.size() || lines[next].module != line.module;
    const bool mark = IsMark(line.name);
    table.symbols_.push_back(
        {.address = line.address,
         .end = last ? (line.address / kPage + 1) * kPage : UINT64_MAX,
         .function =
             function_of(module, mark ? kUnknown : FunctionOf(line.name)),
         .entry = mark ? EntryKind::kNone : EntryKindOf(line.name)});
  }
  return table;
}

const Symbol& SymbolTable::Find(uint64_t address) const {
  if (last_ != nullptr && last_->address <= address && address < last_->end) {
    return *last_;
  }
  const auto after = std::upper_bound(
      symbols_.begin(), symbols_.end(), address,
      [](uint64_t a, const Symbol& symbol) { return a < symbol.address; });
  if (after != symbols_.begin() && address < (after - 1)->end) {
    return *(last_ = &*(after - 1));
  }
  unknown_ = {
      .address = address, .end = address + 1, .function = kUnknownKernel};
  last_ = nullptr;
  return unknown_;
}

FunctionId SymbolTable::Add(SymbolFunction function) {
  functions_.push_back(std::move(function));
  return static_cast<FunctionId>(functions_.size() - 1);
}

void SymbolTable::SetSource(FunctionId function, std::string file,
                            uint32_t line) {
  functions_[function].file = std::move(file);
  functions_[function].line = line;
}

}  // namespace exitbench
