#include "profile/symbols/symbol_names.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/types/span.h"

namespace exitbench {
namespace {

bool StartsWithAny(absl::string_view name,
                   absl::Span<const absl::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [name](absl::string_view prefix) {
                       return absl::StartsWith(name, prefix);
                     });
}

constexpr absl::string_view kSuffixes[] = {".isra.", ".part.", ".constprop.",
                                           ".cold",  ".llvm.", ".lto_priv."};

// There is one for each register, and an array of them.
constexpr absl::string_view kIndirectThunk = "__x86_indirect_thunk";

// Labels of entry_64.S, which are no functions.
constexpr absl::string_view kSyscallLabels[] = {
    "entry_SYSCALL_64_", "entry_SYSRETQ_", "syscall_return_via_sysret"};

constexpr absl::string_view kThunks[] = {
    // Of indirect calls and of returns.
    "__x86_indirect_", "__x86_return_", "__x86_its_", "__pi___x86_indirect_",
    "__pi___x86_return_", "srso_return_thunk", "srso_safe_ret", "srso_alias_",
    "retbleed_return_thunk", "its_return_", "its_static_thunk",
    "call_depth_return_",
    // Of entries to the kernel and to guests.
    "srso_untrain_ret", "retbleed_untrain_ret", "zen_untrain_ret",
    "entry_untrain_ret", "clear_bhb_loop"};

constexpr absl::string_view kMarkPrefixes[] = {
    "__pfx_", "__cfi_", "__indirect_thunk_start", "__indirect_thunk_end"};

constexpr absl::string_view kMarkSuffixes[] = {"_text_start", "_text_end"};

constexpr absl::string_view kMarks[] = {"_text",      "_stext",     "_etext",
                                        "_sinittext", "_einittext", "_end"};

// The exceptions that are traps, or aborts which no instruction causes.
constexpr absl::string_view kTraps[] = {"asm_exc_int3",
                                        "asm_exc_debug",
                                        "asm_exc_overflow",
                                        "asm_exc_nmi",
                                        "asm_exc_machine_check",
                                        "asm_exc_xen_hypervisor_callback",
                                        "asm_exc_vmm_communication"};

constexpr absl::string_view kInterrupts[] = {
    "asm_sysvec_", "asm_common_interrupt", "asm_spurious_interrupt",
    "irq_entries_start", "spurious_entries_start"};

size_t Underscores(absl::string_view name) {
  return std::min(name.find_first_not_of('_'), name.size());
}

}  // namespace

absl::string_view FunctionOf(absl::string_view name) {
  if (StartsWithAny(name, kSyscallLabels)) return "entry_SYSCALL_64";
  if (absl::StartsWith(name, kIndirectThunk)) return kIndirectThunk;
  size_t end = name.size();
  for (const absl::string_view suffix : kSuffixes) {
    end = std::min(end, name.find(suffix));
  }
  return name.substr(0, end);
}

bool IsThunkName(absl::string_view name) {
  return StartsWithAny(name, kThunks);
}

bool IsMark(absl::string_view name) {
  return StartsWithAny(name, kMarkPrefixes) ||
         std::any_of(std::begin(kMarkSuffixes), std::end(kMarkSuffixes),
                     [name](absl::string_view suffix) {
                       return absl::EndsWith(name, suffix);
                     }) ||
         std::find(std::begin(kMarks), std::end(kMarks), name) !=
             std::end(kMarks);
}

EntryKind EntryKindOf(absl::string_view name) {
  if (StartsWithAny(name, kInterrupts) || StartsWithAny(name, kTraps)) {
    return EntryKind::kTrapOrInterrupt;
  }
  return absl::StartsWith(name, "asm_exc_") ? EntryKind::kFault
                                            : EntryKind::kNone;
}

bool IsBetterName(absl::string_view a, absl::string_view b) {
  if (IsMark(a) != IsMark(b)) return IsMark(b);
  // Of a system call's two entries, that of its own ABI.
  const bool a_compat = absl::StartsWith(a, "__ia32_");
  if (a_compat != absl::StartsWith(b, "__ia32_")) return !a_compat;
  if (Underscores(a) != Underscores(b)) return Underscores(a) < Underscores(b);
  return a < b;
}

}  // namespace exitbench
