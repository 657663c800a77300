#include "model/attribution.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "model/tally.h"
#include "results/sides/compatibility.h"

namespace exitbench {
namespace {

constexpr double kNsPerSecond = 1e9;
// How many standard deviations a range reaches to each side.
constexpr double kDeviations = 2;
// By how much the kinds may exceed all exits before that is said: statistics
// are not read at one moment.
constexpr double kExitsSlack = 1.02;
// Of a guest that runs for less of the time a ratio says nothing.
constexpr double kLeastGuest = 0.01;

class Attributor {
 public:
  Attributor(const LiveCounts& counts, const Host& host, const Costs& costs,
             const std::vector<Replacement>& replacements)
      : counts_(counts),
        architecture_(ArchitectureOf(host)),
        costs_(costs),
        replacements_(replacements),
        tally_(counts, host),
        seconds_(counts.watched_ns / kNsPerSecond) {}

  Attribution Take() {
    if (seconds_ <= 0) return std::move(out_);
    for (const Kind& kind : KindsOf(architecture_)) Add(kind);
    std::stable_sort(out_.kinds.begin(), out_.kinds.end(),
                     [](const AttributedKind& a, const AttributedKind& b) {
                       return a.share.value_or(Share()).value >
                              b.share.value_or(Share()).value;
                     });
    AddEta();
    AddTime();
    AddNotes();
    return std::move(out_);
  }

 private:
  void Add(const Kind& kind) {
    const std::optional<Estimate> count = CountOf(kind, tally_);
    if (!count.has_value() || count->count <= 0) return;
    AttributedKind row;
    row.kind = std::string(kind.name);
    row.part = kind.part;
    row.likeness = kind.likeness;
    row.is_exit = kind.is_exit;
    row.per_second = count->count / seconds_;
    row.deviation_per_second = std::sqrt(count->variance) / seconds_;
    row.cost = CostOf(Replaced(kind), costs_, row.why_no_share);
    if (row.cost.has_value()) Multiply(row);
    if (!row.share.has_value()) out_.without_share.push_back(row.kind);
    out_.kinds.push_back(std::move(row));
  }

  Kind Replaced(Kind kind) const {
    for (const Replacement& one : replacements_) {
      if (one.kind != kind.name) continue;
      kind.cases = one.cases;
      kind.at_most = "";
    }
    return kind;
  }

  void Multiply(AttributedKind& row) {
    if (row.cost->linearity == Linearity::kNotLinear) {
      row.why_no_share =
          absl::StrFormat("its cost depends on how many there are: by %.0f%%",
                          100 * row.cost->linearity_range);
      return;
    }
    const double ticks = costs_.ticks_per_second();
    const double spread = kDeviations * row.deviation_per_second;
    const Share share = {
        row.per_second * row.cost->ticks / ticks,
        std::max(0.0, row.per_second - spread) * row.cost->low / ticks,
        (row.per_second + spread) * row.cost->high / ticks};
    row.share = share;
    out_.parts[static_cast<size_t>(row.part)] += share;
    out_.virt += share;
  }

  void AddEta() {
    double uncosted = 0, attributed = 0;
    for (const AttributedKind& row : out_.kinds) {
      if (row.is_exit) attributed += row.per_second;
      if (!row.share.has_value()) uncosted += row.per_second;
    }
    Eta& eta = out_.eta;
    if (const std::optional<Estimate> exits = tally_.Statistic("exits")) {
      const double all = exits->count / seconds_;
      eta.exits_per_second = std::max(0.0, all - attributed);
      if (attributed > all * kExitsSlack) {
        out_.notes.push_back(absl::StrFormat(
            "the kinds have %.0f exits per second, but KVM counted %.0f: some "
            "events are in two kinds, or this backend does not count all exits",
            attributed, all));
      }
    }
    const absl::string_view name = ShortestExit(ArchitectureOf(costs_.host()));
    if (const CaseCost* shortest = costs_.Find(name)) {
      eta.shortest = shortest->name;
      eta.share_at_least = (uncosted + eta.exits_per_second.value_or(0)) *
                           shortest->ticks / costs_.ticks_per_second();
    }
  }

  void AddTime() {
    const double wall = counts_.watched_ns;
    const ThreadTime& vcpus = counts_.vcpu_threads;
    TimeOfThreads& time = out_.time;
    time.vcpus = vcpus.cpu_ns / wall;
    time.guest = vcpus.guest_ns / wall;
    time.vmm = vcpus.user_ns / wall;
    if (vcpus.has_wait) time.wait = vcpus.wait_ns / wall;
    time.other_threads = counts_.other_threads.cpu_ns / wall;
    const std::optional<Estimate> ended =
        tally_.Statistic("halt_poll_success_ns");
    const std::optional<Estimate> failed =
        tally_.Statistic("halt_poll_fail_ns");
    if (ended.has_value() && failed.has_value()) {
      time.polling = (ended->count + failed->count) / wall;
    }
    if (const std::optional<Estimate> halted =
            tally_.Statistic("halt_wait_ns")) {
      time.halted = halted->count / wall;
    }
    if (!time.polling.has_value()) return;
    const double guest = time.vcpus - *time.polling - time.vmm;
    if (guest >= kLeastGuest && out_.virt.value > 0 &&
        guest > out_.virt.value) {
      out_.gnr = guest / (guest - out_.virt.value);
    }
  }

  void AddNotes() {
    std::vector<std::string> unchecked;
    for (const AttributedKind& row : out_.kinds) {
      if (row.cost.has_value() &&
          row.cost->linearity == Linearity::kNotChecked) {
        unchecked.push_back(row.kind);
      }
    }
    if (!unchecked.empty()) {
      out_.notes.push_back(absl::StrCat(
          "whether these may be multiplied was not checked (`run --linearity` "
          "does): ",
          absl::StrJoin(unchecked, ", ")));
    }
    if (tally_.is_pvm()) {
      out_.notes.push_back(
          "kvm_pvm does not count CPUID, hypercalls and what else it handles "
          "in its switcher: their time is in no figure here");
    }
    if (out_.virt.value > 0 && out_.time.vcpus > 0 &&
        out_.virt.low > out_.time.vcpus) {
      out_.notes.push_back(
          "T_virt is more than the vCPU threads ran: the costs are not those "
          "of this VM");
    }
  }

  const LiveCounts& counts_;
  const std::string architecture_;
  const Costs& costs_;
  const std::vector<Replacement>& replacements_;
  const Tally tally_;
  const double seconds_;
  Attribution out_;
};

// Takes over what makes it least sure that the cost may be multiplied.
void TakeLinearity(const CaseCost& of, UnitCost& cost, bool first) {
  const bool worse = of.linearity == Linearity::kNotLinear ||
                     (of.linearity == Linearity::kNotChecked &&
                      cost.linearity == Linearity::kLinear);
  if (first || (worse && cost.linearity != Linearity::kNotLinear)) {
    cost.linearity = of.linearity;
  }
  cost.linearity_range = std::max(cost.linearity_range, of.linearity_range);
}

}  // namespace

Share& operator+=(Share& sum, const Share& more) {
  sum.value += more.value;
  sum.low += more.low;
  sum.high += more.high;
  return sum;
}

std::optional<UnitCost> CostOf(const Kind& kind, const Costs& costs,
                               std::string& why) {
  UnitCost cost;
  std::vector<std::string> missing;
  for (absl::string_view name : kind.cases) {
    const CaseCost* of = costs.Find(name);
    if (of == nullptr) {
      missing.push_back(costs.WhyNot(name));
      continue;
    }
    const bool first = cost.cases.empty();
    const double low = of->ticks - kDeviations * of->deviation_ticks;
    const double high = of->ticks + kDeviations * of->deviation_ticks;
    cost.low = first ? low : std::min(cost.low, low);
    cost.high = std::max(cost.high, high);
    cost.ticks += of->ticks;
    if (first) cost.native_ratio = of->native_ratio;
    TakeLinearity(*of, cost, first);
    cost.cases.push_back(of->name);
  }
  if (cost.cases.empty()) {
    why = absl::StrJoin(missing, ", ");
    return std::nullopt;
  }
  cost.ticks /= static_cast<double>(cost.cases.size());
  cost.low = std::max(0.0, cost.low);
  const CaseCost* most =
      kind.at_most.empty() ? nullptr : costs.Find(kind.at_most);
  if (most != nullptr && most->ticks > cost.high) {
    cost.high = most->ticks;
    cost.at_most = most->name;
  }
  return cost;
}

Attribution Attribute(const LiveCounts& counts, const Host& host,
                      const Costs& costs,
                      const std::vector<Replacement>& replacements) {
  return Attributor(counts, host, costs, replacements).Take();
}

}  // namespace exitbench
