// The kinds of events that the time of a live VM is explained by: how each is
// counted, and which cases say what one costs.
#ifndef EXITBENCH_MODEL_KINDS_H_
#define EXITBENCH_MODEL_KINDS_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "model/tally.h"

namespace exitbench {

// The parts of T_virt, as HyperBench has them.
enum class Part { kCpu, kMemory, kIo };
inline constexpr Part kParts[] = {Part::kCpu, Part::kMemory, Part::kIo};
// Returns "T_cpu", "T_memory" or "T_io".
absl::string_view NameOf(Part part);

// How well the cases stand for the kind.
enum class Likeness {
  kSame,  // They make just such events.
  // They make an event that is handled in much the same way. Another is not
  // known, or the kind has several.
  kNear,
};

struct Kind {
  absl::string_view name;
  Part part;
  Likeness likeness;
  // Those that COSTS has are averaged, and they give the range.
  std::vector<absl::string_view> cases;
  // The statistic that counts them. Empty: none does.
  absl::string_view statistic = "";
  // Where that is missing: the reasons of such exits, as the kernel names them.
  std::vector<absl::string_view> reasons = {};
  // Where more than one count says it. Instead of the two above.
  std::optional<Estimate> (*count)(const Tally& tally) = nullptr;
  // A case that bounds the cost from above, where the counts do not tell which
  // of two things happened. Empty: none.
  absl::string_view at_most = "";
  // Whether each is an exit that the statistic `exits` has.
  bool is_exit = true;
};

// Returns how often events of `kind` happened. Nothing: what counts them is
// missing.
std::optional<Estimate> CountOf(const Kind& kind, const Tally& tally);

// Returns the kinds of an architecture, by its name of uname; empty for one
// that is not known.
absl::Span<const Kind> KindsOf(absl::string_view architecture);

// The case with the shortest exits that reach KVM's handlers.
absl::string_view ShortestExit(absl::string_view architecture);

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_KINDS_H_
