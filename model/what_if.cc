#include "model/what_if.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "model/halt_polling.h"

namespace exitbench {
namespace {

constexpr double kNsPerSecond = 1e9;

const AttributedKind* KindIn(const Attribution& all, absl::string_view name) {
  for (const AttributedKind& one : all.kinds) {
    if (one.kind == name) return &one;
  }
  return nullptr;
}

WhatIf Compare(const Attribution& now, const Attribution& then,
               const std::string& question) {
  WhatIf out;
  out.question = question;
  for (const AttributedKind& row : now.kinds) {
    const AttributedKind* other = KindIn(then, row.kind);
    if (other == nullptr || !row.share.has_value() ||
        !other->share.has_value()) {
      out.left_out.push_back(row.kind);
      continue;
    }
    ++out.compared;
    out.now += *row.share;
    out.then += *other->share;
    out.then_parts[static_cast<size_t>(row.part)] += *other->share;
  }
  return out;
}

const StatisticHistogram* HistogramIn(const LiveCounts& counts,
                                      absl::string_view name) {
  for (const StatisticHistogram& one : counts.histograms) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

// Where in its bucket a halt is.
enum Place { kAtItsBegin, kBySums, kAtItsEnd };

double SumOf(const LiveCounts& counts, absl::string_view name) {
  for (const StatisticCount& one : counts.statistics) {
    if (one.name == name) return one.count;
  }
  return 0;
}

double CountOf(const StatisticHistogram& histogram) {
  double count = 0;
  for (const double bucket : histogram.buckets) count += bucket;
  return count;
}

// Adds the halts of a histogram, whose times are `sum_ns` together. Each was
// `more_ns` longer than the histogram says.
void AddHalts(const StatisticHistogram& histogram, double sum_ns,
              double more_ns, Place place, std::vector<Halts>& halts) {
  const auto begin_of = [](size_t bucket) {
    return bucket == 0 ? 0 : std::ldexp(1, static_cast<int>(bucket) - 1);
  };
  double begins_ns = 0;
  for (size_t i = 0; i < histogram.buckets.size(); ++i) {
    begins_ns += histogram.buckets[i] * begin_of(i);
  }
  // A bucket ends at twice its begin.
  const double by_sums =
      begins_ns > 0 ? std::clamp(sum_ns / begins_ns, 1.0, 2.0) : 1;
  const double factor = place == kBySums ? by_sums : place == kAtItsEnd ? 2 : 1;
  const double more = place == kAtItsBegin ? 0 : more_ns;
  for (size_t i = 0; i < histogram.buckets.size(); ++i) {
    if (histogram.buckets[i] <= 0) continue;
    halts.push_back({begin_of(i) * factor + more, histogram.buckets[i]});
  }
}

// The halts of the time that was watched.
class WatchedHalts {
 public:
  static absl::StatusOr<WatchedHalts> Of(const LiveCounts& counts) {
    const StatisticHistogram* ended =
        HistogramIn(counts, "halt_poll_success_hist");
    const StatisticHistogram* waited = HistogramIn(counts, "halt_wait_hist");
    if (ended == nullptr || waited == nullptr || counts.watched_ns <= 0) {
      return absl::NotFoundError(
          "there are no histograms of halts: Linux 5.15 has them, in KVM's "
          "statistics files, which the VMM has to hold open");
    }
    return WatchedHalts(counts, *ended, *waited);
  }

  // All halts together.
  double ns() const {
    return SumOf(counts_, "halt_poll_success_ns") +
           SumOf(counts_, "halt_poll_fail_ns") + SumOf(counts_, "halt_wait_ns");
  }
  double ended() const { return CountOf(ended_); }
  double count() const { return CountOf(ended_) + CountOf(waited_); }

  std::vector<Halts> At(Place place) const {
    std::vector<Halts> halts;
    AddHalts(ended_, SumOf(counts_, "halt_poll_success_ns"), 0, place, halts);
    // A wait begins when a poll has failed.
    const double failed = SumOf(counts_, "halt_poll_fail_ns");
    AddHalts(waited_, SumOf(counts_, "halt_wait_ns"),
             failed / std::max(1.0, CountOf(waited_)), place, halts);
    return halts;
  }

 private:
  WatchedHalts(const LiveCounts& counts, const StatisticHistogram& ended,
               const StatisticHistogram& waited)
      : counts_(counts), ended_(ended), waited_(waited) {}

  const LiveCounts& counts_;
  const StatisticHistogram& ended_;
  const StatisticHistogram& waited_;
};

// The kinds that `replacements` are of are the question. With none of them in
// the sums, what is left is the same on both sides, and no answer.
void NoteWhatIsNotReplaced(const Attribution& now, const Attribution& then,
                           const std::vector<Replacement>& replacements,
                           WhatIf& out) {
  size_t happened = 0, missing = 0;
  for (const Replacement& one : replacements) {
    const AttributedKind* before = KindIn(now, one.kind);
    const AttributedKind* after = KindIn(then, one.kind);
    if (before == nullptr || after == nullptr) continue;
    ++happened;
    if (before->share.has_value() && after->share.has_value()) continue;
    ++missing;
    out.notes.push_back(absl::StrCat(one.kind, " is left out: ",
                                     before->share.has_value()
                                         ? after->why_no_share
                                         : before->why_no_share));
  }
  if (missing == 0 || missing < happened) return;
  out.compared = 0;
  out.now = out.then = {};
  for (Share& part : out.then_parts) part = {};
}

void Widen(double value, Share& share) {
  share.low = std::min(share.low, value);
  share.high = std::max(share.high, value);
}

}  // namespace

WhatIf WithOtherCosts(const LiveCounts& counts, const Host& host,
                      const Costs& now, const Costs& other,
                      const std::string& question) {
  WhatIf out = Compare(Attribute(counts, host, now),
                       Attribute(counts, host, other), question);
  if (other.host().paging != host.paging) {
    out.notes.push_back(
        "the counts are those under this host's paging: under the other one "
        "other things exit, for example writes of page tables under shadow "
        "paging");
  }
  return out;
}

WhatIf WithIoeventfd(const LiveCounts& counts, const Host& host,
                     const Costs& costs) {
  const std::vector<Replacement> replacements = {
      {"PIO to userspace", {"pio/ioeventfd"}},
      {"MMIO to userspace", {"mmio/ioeventfd"}}};
  const Attribution now = Attribute(counts, host, costs);
  const Attribution then = Attribute(counts, host, costs, replacements);
  WhatIf out = Compare(now, then, "all PIO and MMIO to userspace as ioeventfd");
  NoteWhatIsNotReplaced(now, then, replacements, out);
  out.notes.push_back(
      "an ioeventfd takes writes only: that is the most that may be won");
  return out;
}

absl::StatusOr<HaltPollWhatIf> WithHaltPoll(const LiveCounts& counts,
                                            const Host& host, double poll_ns) {
  EB_ASSIGN_OR_RETURN(const WatchedHalts halts, WatchedHalts::Of(counts));
  const double wall = counts.watched_ns;
  const double seconds = wall / kNsPerSecond;
  const HaltPollRules rules = RulesOf(host, poll_ns);
  HaltPollWhatIf out;
  out.poll_ns = poll_ns;
  out.halts_per_second = halts.count() / seconds;
  out.ended_by_poll_now = halts.ended() / seconds;
  out.now = (SumOf(counts, "halt_poll_success_ns") +
             SumOf(counts, "halt_poll_fail_ns")) /
            wall;
  const std::vector<Halts> by_sums = halts.At(kBySums);
  if (const std::optional<double> most = MostPollOf(host)) {
    out.now_by_rules = PollingByChance(by_sums, RulesOf(host, *most)).ns / wall;
  }
  const Polling then = PollingByChance(by_sums, rules);
  const double share = then.ns / wall, ended = then.ended / seconds;
  out.then = {share, share, share};
  out.ended_by_poll_then = {ended, ended, ended};
  for (const Place place : {kAtItsBegin, kBySums, kAtItsEnd}) {
    const std::vector<Halts> at = halts.At(place);
    for (const Polling& one :
         {PollingAtLeast(at, rules), PollingAtMost(at, rules)}) {
      Widen(one.ns / wall, out.then);
      Widen(one.ended / seconds, out.ended_by_poll_then);
    }
  }
  // The buckets' ends may be more than there was.
  out.then.high = std::max(share, std::min(out.then.high, halts.ns() / wall));
  return out;
}

}  // namespace exitbench
