// What the names of the kernel's symbols mean.
#ifndef EXITBENCH_PROFILE_SYMBOLS_SYMBOL_NAMES_H_
#define EXITBENCH_PROFILE_SYMBOLS_SYMBOL_NAMES_H_

#include "absl/strings/string_view.h"

namespace exitbench {

// Returns the function that code of this name is a part of: the name without
// what compilers append (.isra.0, .part.0, .constprop.0, .cold, .llvm.123,
// .lto_priv.0). The labels within the entry of system calls are that entry, and
// the thunks of indirect calls are one function for all registers.
absl::string_view FunctionOf(absl::string_view name);

// Returns whether it is code that a mitigation adds to calls or returns.
bool IsThunkName(absl::string_view name);

// Returns whether it names no function: the begin or end of a section, or the
// padding before a function.
bool IsMark(absl::string_view name);

enum class EntryKind {
  kNone,
  // An exception that is raised instead of the instruction: that one has not
  // been executed.
  kFault,
  // An exception after an instruction, or an interrupt.
  kTrapOrInterrupt,
};

// Returns what the processor enters the kernel for at this symbol, from any
// place.
EntryKind EntryKindOf(absl::string_view name);

// Returns whether `a` is rather than `b` what a function is to be called, if
// both are at one address.
bool IsBetterName(absl::string_view a, absl::string_view b);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_SYMBOLS_SYMBOL_NAMES_H_
