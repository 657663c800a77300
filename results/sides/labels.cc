#include "results/sides/labels.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace exitbench {
namespace {

using Pairs = std::vector<std::pair<size_t, size_t>>;

// Which traits tell which of some pairs of sides apart.
class Chooser {
 public:
  explicit Chooser(const std::vector<Trait>& traits) : traits_(traits) {}

  // Removes from `pairs` what is told apart by the fewest of the candidates, as
  // far as any tells them apart, and returns these candidates in their order.
  // Takes the one that tells most apart first, the most meaningful of equals.
  std::vector<size_t> Choose(const std::vector<size_t>& candidates,
                             Pairs& pairs) const {
    const Pairs all = pairs;
    std::vector<size_t> chosen;
    while (!pairs.empty()) {
      size_t best = 0, most = 0;
      for (size_t candidate : candidates) {
        const size_t count = Count(candidate, pairs);
        if (count > most) best = candidate, most = count;
      }
      if (most == 0) break;
      chosen.push_back(best);
      Remove(best, pairs);
    }
    std::sort(chosen.begin(), chosen.end());
    DropNeedless(all, pairs.size(), chosen);
    return chosen;
  }

 private:
  bool Apart(size_t trait, const std::pair<size_t, size_t>& pair) const {
    return TellsApart(traits_[trait], traits_, pair.first, pair.second);
  }
  size_t Count(size_t trait, const Pairs& pairs) const {
    return static_cast<size_t>(
        std::count_if(pairs.begin(), pairs.end(),
                      [&](const auto& pair) { return Apart(trait, pair); }));
  }
  void Remove(size_t trait, Pairs& pairs) const {
    pairs.erase(
        std::remove_if(pairs.begin(), pairs.end(),
                       [&](const auto& pair) { return Apart(trait, pair); }),
        pairs.end());
  }

  // What means least goes first.
  void DropNeedless(const Pairs& all, size_t left,
                    std::vector<size_t>& chosen) const {
    for (size_t i = chosen.size(); i-- > 0;) {
      Pairs pairs = all;
      for (size_t j = 0; j < chosen.size(); ++j) {
        if (j != i) Remove(chosen[j], pairs);
      }
      if (pairs.size() == left) {
        chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }

  const std::vector<Trait>& traits_;
};

// The traits of each kind, by their place in `traits`.
using ByKind = std::map<TraitKind, std::vector<size_t>>;

// Chooses from one kind after the other.
std::vector<size_t> ChooseByKind(const Chooser& chooser, const ByKind& by_kind,
                                 Pairs pairs) {
  std::vector<size_t> all;
  for (const auto& [kind, candidates] : by_kind) {
    const std::vector<size_t> chosen = chooser.Choose(candidates, pairs);
    all.insert(all.end(), chosen.begin(), chosen.end());
  }
  return all;
}

Trait FileTrait(const std::vector<const Side*>& sides) {
  Trait file;
  file.kind = TraitKind::kFile;
  file.key = file.name = "file";
  for (const Side* side : sides) {
    file.values.push_back(side->label);
    file.texts.push_back(side->label);
  }
  return file;
}

// Counts labels that are still the same: the same file was given twice.
void Number(std::vector<std::string>& labels) {
  std::map<std::string, int> seen;
  for (std::string& label : labels) {
    const int times = ++seen[label];
    if (times > 1) absl::StrAppend(&label, " (", times, ")");
  }
}

bool TellsAnyApart(const Trait& trait, const std::vector<Trait>& traits,
                   const Pairs& pairs) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
    return TellsApart(trait, traits, pair.first, pair.second);
  });
}

Pairs AllPairs(size_t sides) {
  Pairs pairs;
  for (size_t a = 0; a < sides; ++a) {
    for (size_t b = a + 1; b < sides; ++b) pairs.emplace_back(a, b);
  }
  return pairs;
}

}  // namespace

SideLabels LabelSides(const std::vector<const Side*>& sides) {
  SideLabels labels;
  labels.one_kernel = AreOfOneKernel(sides);
  std::vector<Trait> traits = TraitsOf(sides);
  const Pairs pairs = AllPairs(sides.size());
  for (const Trait& trait : traits) {
    if (trait.kind == TraitKind::kSetting &&
        TellsAnyApart(trait, traits, pairs)) {
      labels.settings.push_back(trait);
    }
  }
  traits.push_back(FileTrait(sides));
  ByKind by_kind;
  for (size_t i = 0; i < traits.size(); ++i) {
    by_kind[traits[i].kind].push_back(i);
  }
  const Chooser chooser(traits);
  ByKind chosen;
  for (size_t i : ChooseByKind(chooser, by_kind, pairs)) {
    chosen[traits[i].kind].push_back(i);
  }
  for (size_t side = 0; side < sides.size(); ++side) {
    Pairs others;
    for (size_t other = 0; other < sides.size(); ++other) {
      if (other != side) others.emplace_back(side, other);
    }
    std::vector<std::string> texts, beside_kernel;
    if (chosen.count(TraitKind::kKernel) > 0) {
      texts.push_back(sides[side]->host.kernel_release);
    }
    for (size_t i : ChooseByKind(chooser, chosen, std::move(others))) {
      if (traits[i].kind == TraitKind::kKernel) continue;
      texts.push_back(traits[i].texts[side]);
      beside_kernel.push_back(traits[i].texts[side]);
    }
    if (texts.empty()) texts.push_back(sides[side]->label);
    labels.labels.push_back(absl::StrJoin(texts, " "));
    labels.beside_kernel.push_back(absl::StrJoin(beside_kernel, " "));
  }
  Number(labels.labels);
  return labels;
}

SideLabels LabelSides(const std::vector<Side>& sides) {
  std::vector<const Side*> pointers;
  for (const Side& side : sides) pointers.push_back(&side);
  return LabelSides(pointers);
}

std::string SettingsChanged(const SideLabels& labels) {
  return absl::StrJoin(
      labels.settings, ", ", [](std::string* out, const Trait& setting) {
        absl::StrAppend(out, setting.name, " ", setting.values[0], " -> ",
                        setting.values[1]);
      });
}

}  // namespace exitbench
