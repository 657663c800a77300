// The kernel's symbols: which function an address belongs to.
#ifndef EXITBENCH_PROFILE_SYMBOLS_SYMBOLS_H_
#define EXITBENCH_PROFILE_SYMBOLS_SYMBOLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "profile/symbols/symbol_names.h"

namespace exitbench {

// A function by its folded name: its parts and its aliases are one function.
using FunctionId = uint32_t;

struct SymbolFunction {
  std::string name;
  uint32_t module = 0;  // Index into SymbolTable::modules().
  bool thunk = false;
  bool switches_threads = false;  // __switch_to_asm, cpu_switch_to of arm64.
  bool interrupt_stub = false;    // Jumps to the common entry.
  bool calls_gates = false;       // Calls the gate of an interrupt.
  bool enters_guests = false;     // By its ERET, on arm64.
  bool vectors = false;           // Of exceptions, on arm64.
  bool named = true;              // Not [guest], [exitbench], [unknown].
  std::string file;               // Empty if it is not known.
  uint32_t line = 0;
};

// Code of one function, from `address` to `end`.
struct Symbol {
  uint64_t address = 0;
  uint64_t end = 0;
  FunctionId function = 0;
  EntryKind entry = EntryKind::kNone;  // At `address`.
};

class SymbolTable {
 public:
  // Functions of code that no symbol names.
  static constexpr FunctionId kGuest = 0;
  static constexpr FunctionId kUser = 1;
  static constexpr FunctionId kUnknownKernel = 2;

  // Parses the text of /proc/kallsyms. Symbols that are no code end the one
  // before. kInvalidArgument: it has no kernel code, addresses are hidden (all
  // 0), or a line is not of that format.
  static absl::StatusOr<SymbolTable> Parse(absl::string_view kallsyms);

  // Returns the symbol of a kernel address, which has the address bits of a
  // trace. Where none is known it is [unknown]: of its module, or of the
  // kernel. The reference is valid until the next call. Not thread-safe.
  const Symbol& Find(uint64_t address) const;

  const std::vector<SymbolFunction>& functions() const { return functions_; }

  // Adds a function that no symbol names, and returns its id.
  FunctionId Add(SymbolFunction function);

  // Says where a function is.
  void SetSource(FunctionId function, std::string file, uint32_t line);

  const std::vector<std::string>& modules() const { return modules_; }

 private:
  SymbolTable();

  std::vector<Symbol> symbols_;  // By address.
  std::vector<SymbolFunction> functions_;
  std::vector<std::string> modules_;
  mutable const Symbol* last_ = nullptr;
  mutable Symbol unknown_;
};

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_SYMBOLS_SYMBOLS_H_
