#include "profile/trace/decode.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "hosts/trace_format.h"
#include "profile/trace/case_profile.h"
#include "profile/trace/event_profiles.h"
#include "profile/trace/figures.h"
#include "profile/trace/regions.h"
#include "profile/walk/node_store.h"
#include "profile/walk/places.h"

namespace exitbench {
namespace {

ProfileHost HostOf(const Results& results) {
  const Host& from = results.host;
  ProfileHost host = {.kernel_release = from.kernel_release,
                      .kernel_version = from.kernel_version,
                      .kvm_backend = from.kvm_backend,
                      .paging = from.paging,
                      .cpu_vendor = from.cpu_vendor,
                      .cpu_model = from.cpu_model,
                      .emulator = from.emulator,
                      .source = ProfileSource::kTrace};
  for (const Fact& fact : from.facts) {
    if (fact.key == "kernel.cmdline") host.kernel_command_line = fact.value;
  }
  return host;
}

// Moves chosen profiles to the model, with only the modules, functions and
// nodes that they need.
class ProfileBuilder {
 public:
  explicit ProfileBuilder(const SymbolTable& symbols)
      : symbols_(symbols), function_of_(symbols.functions().size(), kNone) {}

  // Moves the trees of `from`, whose nodes are in `store`.
  void Add(CaseProfile from, const NodeStore& store) {
    std::vector<uint32_t> moved(store.nodes().size(), kNone);
    for (LegProfile& leg : from.legs) {
      for (uint32_t& root : leg.roots) root = Move(store, root, moved);
    }
    cases_.push_back(std::move(from));
  }

  std::vector<CaseProfile>& cases() { return cases_; }

  Profile Build() && {
    return {.modules = std::move(modules_),
            .functions = std::move(functions_),
            .nodes = nodes_.nodes(),
            .cases = std::move(cases_)};
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t Move(const NodeStore& store, uint32_t index,
                std::vector<uint32_t>& moved) {
    if (moved[index] != kNone) return moved[index];
    ProfileNode node = store.nodes()[index];
    // As deep as the walker's stack.
    for (uint32_t& child : node.children) child = Move(store, child, moved);
    node.function = Function(node.function);
    return moved[index] = nodes_.Intern(std::move(node));
  }

  uint32_t Function(FunctionId id) {
    uint32_t& to = function_of_[id];
    if (to == kNone) {
      const SymbolFunction& from = symbols_.functions()[id];
      to = static_cast<uint32_t>(functions_.size());
      functions_.push_back({.name = from.name,
                            .module = Module(from.module),
                            .thunk = from.thunk,
                            .file = from.file,
                            .line = from.line});
    }
    return to;
  }

  uint32_t Module(uint32_t module) {
    const std::string& name = symbols_.modules()[module];
    const auto known = std::find(modules_.begin(), modules_.end(), name);
    if (known == modules_.end()) {
      modules_.push_back(name);
      return static_cast<uint32_t>(modules_.size() - 1);
    }
    return static_cast<uint32_t>(known - modules_.begin());
  }

  const SymbolTable& symbols_;
  std::vector<std::string> modules_;
  std::vector<ProfileFunction> functions_;
  std::vector<uint32_t> function_of_;  // By FunctionId.
  NodeStore nodes_;
  std::vector<CaseProfile> cases_;
};

// Sums up to each word, so that those of regions are differences.
struct Sums {
  std::vector<uint32_t> words;
  std::vector<uint32_t> maybe_uncounted;
};

Sums SumsOf(absl::Span<const Place> places) {
  Sums sums;
  sums.words.reserve(places.size() + 1);
  sums.maybe_uncounted.reserve(places.size() + 1);
  uint32_t words = 0, maybe_uncounted = 0;
  for (const Place& place : places) {
    sums.words.push_back(words);
    sums.maybe_uncounted.push_back(maybe_uncounted);
    words += !place.faulted;
    maybe_uncounted += place.maybe_uncounted;
  }
  sums.words.push_back(words);
  sums.maybe_uncounted.push_back(maybe_uncounted);
  return sums;
}

// Returns the regions that are the events: those of which most have the figure.
std::vector<Region> FindEvents(absl::Span<const uint64_t> words,
                               absl::Span<const Place> places,
                               const CaseFigures& figures) {
  const Sums sums = SumsOf(places);
  std::vector<Region> best;
  size_t most = 0;
  for (std::vector<Region>& regions :
       PossibleEvents(words, places, figures.metric)) {
    const size_t fit = static_cast<size_t>(std::count_if(
        regions.begin(), regions.end(), [&](const Region& region) {
          return IsFigure(sums.words[region.last] - sums.words[region.first],
                          sums.maybe_uncounted[region.last] -
                              sums.maybe_uncounted[region.first],
                          figures.median);
        }));
    if (fit > most || best.empty()) best = std::move(regions);
    most = std::max(most, fit);
  }
  return best;
}

class Decoder {
 public:
  Decoder(EbTraceEmulator emulator, const SymbolTable& symbols,
          const Results& results, const InlineMap* inlines)
      : emulator_(emulator),
        symbols_(symbols),
        results_(results),
        inlines_(inlines),
        builder_(symbols) {}

  void Add(const TracedBatch& batch) {
    std::vector<CaseProfile>& cases = builder_.cases();
    const auto known = std::find_if(
        cases.begin(), cases.end(),
        [&](const CaseProfile& one) { return one.name == batch.name; });
    if (known != cases.end()) {
      if (known->refused.empty()) return;
      cases.erase(known);
    }
    NodeStore store;
    CaseProfile profile = Decode(batch, store);
    profile.name = batch.name;
    builder_.Add(std::move(profile), store);
  }

  // Names the cases of the results whose events are longer than a trace: they
  // are not in it.
  void AddUntraced() {
    std::vector<CaseProfile>& cases = builder_.cases();
    for (const CaseResult& result : results_.cases) {
      const std::optional<CaseFigures> figures = FiguresOf(result);
      if (!figures.has_value() ||
          figures->median <= EB_TRACE_MOST_INSTRUCTIONS ||
          std::any_of(cases.begin(), cases.end(), [&](const CaseProfile& one) {
            return one.name == result.name;
          })) {
        continue;
      }
      CaseProfile refused =
          Refused(RefusedFor::kLength,
                  absl::StrCat("an event has more than the ",
                               EB_TRACE_MOST_INSTRUCTIONS,
                               " instructions that a trace may have"));
      refused.name = result.name;
      refused.metric = figures->metric;
      refused.figure = figures->median;
      cases.push_back(std::move(refused));
    }
  }

  absl::StatusOr<Decoded> Finish() && {
    if (unknown_ > kernel_ / 2) {
      return absl::InvalidArgumentError(absl::StrCat(
          unknown_, " of its ", kernel_,
          " kernel instructions have no symbol: the symbols are of another "
          "kernel or boot"));
    }
    if (unmapped_ > 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the map of inlined functions lacks ", unmapped_, " of its ", kernel_,
          " kernel instructions: it is of another trace"));
    }
    return Decoded{std::move(builder_).Build(), statistics_};
  }

 private:
  // Symbols of another boot are at other addresses, and so is a map.
  void CountUnknown(const std::vector<Place>& places) {
    for (const Place& place : places) {
      kernel_ += place.domain == Domain::kKernel;
      unknown_ += place.function == SymbolTable::kUnknownKernel;
      unmapped_ += inlines_ != nullptr && place.domain == Domain::kKernel &&
                   place.inlined == nullptr;
    }
  }

  CaseProfile Decode(const TracedBatch& batch, NodeStore& store) {
    std::vector<Place> places = PlacesOf(symbols_, batch.words, inlines_);
    if (emulator_ == EB_TRACE_BOCHS) {
      // Its clock counts all of them.
      for (Place& place : places) place.maybe_uncounted = false;
    }
    CountUnknown(places);
    std::optional<CaseFigures> figures;
    for (const CaseResult& result : results_.cases) {
      if (result.name == batch.name) figures = FiguresOf(result);
    }
    if (!figures.has_value()) {
      return Refused(RefusedFor::kNoFigure,
                     "the results file has no figure for it");
    }
    const std::vector<Region> regions =
        FindEvents(batch.words, places, *figures);
    if (regions.empty()) {
      CaseProfile refused =
          batch.cut
              ? Refused(RefusedFor::kLength,
                        absl::StrCat("an event is longer than the ",
                                     batch.words.size(),
                                     " instructions of its trace"))
              : Refused(RefusedFor::kNoEvent, "the trace has no whole event");
      refused.metric = figures->metric;
      refused.figure = figures->median;
      return refused;
    }
    CaseProfile profile = ChooseProfile(
        ProfileEvents(symbols_, batch.words, places, regions,
                      figures->exits_to_userspace, store, statistics_),
        *figures, store);
    if (batch.cut && profile.refused_for == RefusedFor::kSum) {
      profile.refused_for = RefusedFor::kLength;
      absl::StrAppend(&profile.refused, "; no more fit into its trace");
    }
    return profile;
  }

  const EbTraceEmulator emulator_;
  const SymbolTable& symbols_;
  const Results& results_;
  const InlineMap* const inlines_;
  ProfileBuilder builder_;
  Walker::Statistics statistics_;
  uint64_t kernel_ = 0;   // Instructions of the kernel,
  uint64_t unknown_ = 0;  // and those without a symbol.
  uint64_t unmapped_ = 0;
};

}  // namespace

absl::StatusOr<Decoded> DecodeTrace(TraceReader& trace,
                                    const SymbolTable& symbols,
                                    const Results& results,
                                    const InlineMap* inlines) {
  if (results.host.tick != Tick::kInstruction) {
    return absl::InvalidArgumentError(
        "the results file is not of an emulated host that counts instructions");
  }
  EB_RETURN_IF_ERROR(trace.Begin());
  Decoder decoder(trace.emulator(), symbols, results, inlines);
  TracedBatch batch;
  for (;;) {
    EB_ASSIGN_OR_RETURN(const bool more, trace.Next(batch));
    if (!more) break;
    decoder.Add(batch);
  }
  decoder.AddUntraced();
  EB_ASSIGN_OR_RETURN(Decoded decoded, std::move(decoder).Finish());
  decoded.profile.tool_version = results.tool_version;
  decoded.profile.host = HostOf(results);
  return decoded;
}

}  // namespace exitbench
