#include "model/what_if.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"

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

// Halts by how long they lasted, in ns. A bucket has two bounds.
struct Halts {
  double low_ns;
  double high_ns;
  double count;
};

void AddHalts(const StatisticHistogram& histogram, std::vector<Halts>& halts) {
  for (size_t i = 0; i < histogram.buckets.size(); ++i) {
    if (histogram.buckets[i] <= 0) continue;
    const double low = i == 0 ? 0 : std::ldexp(1, static_cast<int>(i) - 1);
    const double high = std::ldexp(1, static_cast<int>(i));
    halts.push_back({low, high, histogram.buckets[i]});
  }
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
  WhatIf out = Compare(Attribute(counts, host, costs),
                       Attribute(counts, host, costs, replacements),
                       "all PIO and MMIO to userspace as ioeventfd");
  out.notes.push_back(
      "an ioeventfd takes writes only: that is the most that may be won");
  return out;
}

absl::StatusOr<HaltPollWhatIf> WithHaltPoll(const LiveCounts& counts,
                                            double poll_ns) {
  const StatisticHistogram* success =
      HistogramIn(counts, "halt_poll_success_hist");
  const StatisticHistogram* wait = HistogramIn(counts, "halt_wait_hist");
  if (success == nullptr || wait == nullptr || counts.watched_ns <= 0) {
    return absl::NotFoundError(
        "there are no histograms of halts: Linux 5.15 has them, in KVM's "
        "statistics files, which the VMM has to hold open");
  }
  std::vector<Halts> halts;
  AddHalts(*success, halts);
  const size_t polled = halts.size();
  AddHalts(*wait, halts);
  HaltPollWhatIf out;
  out.poll_ns = poll_ns;
  const double seconds = counts.watched_ns / kNsPerSecond;
  for (size_t i = 0; i < halts.size(); ++i) {
    const Halts& one = halts[i];
    const double per_second = one.count / seconds;
    const double middle = std::sqrt(std::max(1.0, one.low_ns) * one.high_ns);
    const auto polling = [&](double ns) {
      return per_second * std::min(ns, poll_ns) / kNsPerSecond;
    };
    out.then +=
        Share{polling(middle), polling(one.low_ns), polling(one.high_ns)};
    out.ended_by_poll_then += Share{middle <= poll_ns ? per_second : 0,
                                    one.high_ns <= poll_ns ? per_second : 0,
                                    one.low_ns <= poll_ns ? per_second : 0};
    out.halts_per_second += per_second;
    if (i < polled) out.ended_by_poll_now += per_second;
  }
  for (const StatisticCount& one : counts.statistics) {
    if (one.name == "halt_poll_success_ns" || one.name == "halt_poll_fail_ns") {
      out.now += one.count / counts.watched_ns;
    }
  }
  return out;
}

}  // namespace exitbench
