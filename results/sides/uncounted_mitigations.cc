#include "results/sides/uncounted_mitigations.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "results/sides/compatibility.h"
#include "results/sides/kernel_words.h"

namespace exitbench {
namespace {

constexpr absl::string_view kIbpb = "IBPB";
constexpr absl::string_view kVerw = "VERW";
constexpr absl::string_view kSpecCtrl = "WRMSR SPEC_CTRL";
constexpr absl::string_view kFlushCmd = "WRMSR FLUSH_CMD";

// A text of a vulnerability's file that says that the kernel executes
// `instruction`. "Vulnerable: Clear CPU buffers attempted, no microcode" says
// so too.
struct Use {
  absl::string_view mitigation;
  absl::string_view text;
  absl::string_view instruction;
  // It does not mean that where this follows: "via prctl" is for tasks that ask
  // for it.
  absl::string_view unless_followed_by = "";
  // The CPU flag without which the kernel does it otherwise.
  absl::string_view flag = "";
};

const Use kUses[] = {
    // mds.rst
    {"mds", "Clear CPU buffers", kVerw},
    // tsx_async_abort.rst
    {"tsx_async_abort", "Clear CPU buffers", kVerw},
    // processor_mmio_stale_data.rst
    {"mmio_stale_data", "Clear CPU buffers", kVerw},
    // reg-file-data-sampling.rst
    {"reg_file_data_sampling", "Clear Register File", kVerw},
    // kernel-parameters.txt, tsa=
    {"tsa", "Clear CPU buffers", kVerw},
    // l1tf.rst
    {"l1tf", "VMX: conditional cache flushes", kFlushCmd, "", "flush_l1d"},
    {"l1tf", "VMX: cache flushes", kFlushCmd, "", "flush_l1d"},
    // spectre.rst
    {"spectre_v2", "IBPB: conditional", kIbpb},
    {"spectre_v2", "IBPB: always-on", kIbpb},
    {"spectre_v2", "Mitigation: IBRS", kSpecCtrl},
    {"spectre_v2", "Mitigation: Enhanced", kSpecCtrl},
    {"spectre_v2", "STIBP: always-on", kSpecCtrl},
    {"spectre_v2", "STIBP: forced", kSpecCtrl},
    // Documentation/userspace-api/spec_ctrl.rst
    {"spec_store_bypass", "Speculative Store Bypass disabled", kSpecCtrl,
     " via"},
    // kernel-parameters.txt, retbleed=
    {"retbleed", "Mitigation: IBPB", kIbpb},
    {"retbleed", "Mitigation: IBRS", kSpecCtrl},
    {"retbleed", "Mitigation: Enhanced IBRS", kSpecCtrl},
    // srso.rst
    {"spec_rstack_overflow", "Mitigation: IBPB on VMEXIT", kIbpb},
    {"spec_rstack_overflow", "Mitigation: IBPB", kIbpb, " on VMEXIT"},
    // vmscape.rst
    {"vmscape", "IBPB on VMEXIT", kIbpb},
    {"vmscape", "IBPB before exit to userspace", kIbpb},
};

// A word of the command line that asks for a mitigation.
struct Request {
  absl::string_view word;
  absl::string_view values;  // With '|' between them.
  absl::string_view mitigation;
  // The texts that say that it is in effect, with '|' between them.
  absl::string_view in_effect;
  absl::string_view instruction;
  absl::string_view unless_followed_by = "";
};

constexpr absl::string_view kSmt = "smt";

const Request kRequests[] = {
    // The sources are those of kUses.
    {"mds", "full", "mds", "Clear CPU buffers", kVerw},
    {"tsx_async_abort", "full", "tsx_async_abort", "Clear CPU buffers", kVerw},
    {"mmio_stale_data", "full", "mmio_stale_data", "Clear CPU buffers", kVerw},
    {"reg_file_data_sampling", "on", "reg_file_data_sampling",
     "Clear Register File", kVerw},
    {"tsa", "on|user|vm", "tsa", "Clear CPU buffers", kVerw},
    {"l1tf", "full|force|flush", "l1tf", "cache flushes", kFlushCmd},
    {"spectre_v2", "ibrs", "spectre_v2", "Mitigation: IBRS", kSpecCtrl},
    {"spectre_v2", "eibrs", "spectre_v2", "Mitigation: Enhanced", kSpecCtrl},
    {"spectre_v2_user", "on", "spectre_v2", "IBPB: always-on", kIbpb},
    {"spec_store_bypass_disable", "on", "spec_store_bypass",
     "Speculative Store Bypass disabled", kSpecCtrl, " via"},
    {"retbleed", "ibpb", "retbleed", "Mitigation: IBPB", kIbpb},
    {"spec_rstack_overflow", "ibpb", "spec_rstack_overflow", "Mitigation: IBPB",
     kIbpb, " on VMEXIT"},
    {"spec_rstack_overflow", "ibpb-vmexit", "spec_rstack_overflow",
     "Mitigation: IBPB on VMEXIT", kIbpb},
    {"vmscape", "ibpb|force|on", "vmscape", "Mitigation: IBPB", kIbpb},
    // indirect-target-selection.rst. No instruction, but the CPU may lack the
    // vulnerability.
    {"indirect_target_selection", "on|vmexit|stuff|force",
     "indirect_target_selection", "Mitigation:", "aligned thunks"},
    // kernel-parameters.txt, mitigations=. The file is smt/control.
    {"mitigations", "nosmt", kSmt, "off", "running without SMT"},
};

constexpr absl::string_view kVulnerabilities = "cpu.vulnerabilities.";

std::optional<std::string> FactOf(const Side& side, absl::string_view key) {
  for (const Fact& fact : side.host.facts) {
    if (fact.key == key && fact.value != "absent") return fact.value;
  }
  return std::nullopt;
}

std::optional<std::string> StateOf(const Side& side,
                                   absl::string_view mitigation) {
  return FactOf(side, mitigation == kSmt
                          ? "cpu.smt"
                          : absl::StrCat(kVulnerabilities, mitigation));
}

// Returns whether `state` has `text`, not followed by `unless` if that is set.
bool Says(absl::string_view state, absl::string_view text,
          absl::string_view unless) {
  const size_t at = state.find(text);
  if (at == state.npos) return false;
  return unless.empty() ||
         !absl::StartsWith(state.substr(at + text.size()), unless);
}

bool HasWord(absl::string_view text, absl::string_view word,
             char between = ' ') {
  const std::vector<absl::string_view> words = absl::StrSplit(text, between);
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool Executes(const Side& side, const Use& use, absl::string_view state) {
  if (!Says(state, use.text, use.unless_followed_by)) return false;
  return use.flag.empty() ||
         HasWord(FactOf(side, "cpu.flags").value_or(""), use.flag);
}

// Adds each mitigation whose instruction the sides execute in other ways.
void AddDifferent(const std::vector<const Side*>& sides,
                  std::vector<UncountedMitigation>& found) {
  std::set<std::pair<absl::string_view, absl::string_view>> done;
  for (const Use& first : kUses) {
    if (!done.insert({first.mitigation, first.instruction}).second) continue;
    UncountedMitigation one;
    one.mitigation = std::string(first.mitigation);
    one.instruction = std::string(first.instruction);
    std::set<std::vector<bool>> ways;
    for (size_t i = 0; i < sides.size(); ++i) {
      const std::optional<std::string> state =
          StateOf(*sides[i], first.mitigation);
      if (!state.has_value()) continue;
      std::vector<bool> way;
      for (const Use& use : kUses) {
        if (use.mitigation != first.mitigation ||
            use.instruction != first.instruction) {
          continue;
        }
        way.push_back(Executes(*sides[i], use, *state));
      }
      if (std::find(way.begin(), way.end(), true) != way.end()) {
        one.sides.push_back(i);
      }
      ways.insert(std::move(way));
    }
    if (ways.size() > 1) found.push_back(std::move(one));
  }
}

// Returns whether `value` of a word asks for what `request` is of. "full,nosmt"
// asks for full. Where a word is given twice, and once as off, it is taken as
// off.
bool Asks(const Request& request, absl::string_view value) {
  bool asks = false;
  for (absl::string_view part : absl::StrSplit(value, ',')) {
    if (part == "off") return false;
    asks = asks || HasWord(request.values, part, '|');
  }
  return asks;
}

void AddInVain(const std::vector<const Side*>& sides,
               std::vector<UncountedMitigation>& found) {
  const size_t first = found.size();
  for (size_t i = 0; i < sides.size(); ++i) {
    const KernelWords words =
        ParseKernelWords(FactOf(*sides[i], "kernel.cmdline").value_or(""));
    for (const Request& request : kRequests) {
      const auto word = words.find(std::string(request.word));
      if (word == words.end() || !Asks(request, word->second)) continue;
      const std::string state = StateOf(*sides[i], request.mitigation)
                                    .value_or(std::string(kNotRecorded));
      if (Says(state, request.in_effect, request.unless_followed_by)) continue;
      UncountedMitigation one;
      one.mitigation = std::string(request.mitigation);
      one.instruction = std::string(request.instruction);
      one.asked = absl::StrCat(request.word, "=", word->second);
      one.instead = state;
      const auto same = std::find_if(
          found.begin() + static_cast<long>(first), found.end(),
          [&one](const UncountedMitigation& other) {
            return other.asked == one.asked && other.instead == one.instead &&
                   other.instruction == one.instruction;
          });
      if (same == found.end()) {
        one.sides = {i};
        found.push_back(std::move(one));
      } else {
        same->sides.push_back(i);
      }
    }
  }
}

}  // namespace

std::vector<UncountedMitigation> UncountedMitigations(
    const std::vector<const Side*>& sides) {
  std::vector<UncountedMitigation> found;
  const bool counted = std::any_of(
      sides.begin(), sides.end(),
      [](const Side* side) { return side->host.tick == Tick::kInstruction; });
  if (!counted) return found;
  AddDifferent(sides, found);
  AddInVain(sides, found);
  return found;
}

std::string Describe(const UncountedMitigation& mitigation,
                     absl::string_view who) {
  const std::string end = absl::StrCat("the cost of ", mitigation.instruction,
                                       " on hardware is not in these counts");
  if (mitigation.asked.empty()) {
    return absl::StrCat(mitigation.mitigation, " differs, with ",
                        mitigation.instruction, " on ", who, ": ", end);
  }
  return absl::StrCat(mitigation.asked, " is not in effect on ", who, " (",
                      mitigation.mitigation, ": ", mitigation.instead,
                      "): ", end);
}

}  // namespace exitbench
