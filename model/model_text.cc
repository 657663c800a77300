#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "model/model_report.h"
#include "results/model/names.h"
#include "results/text/column_table.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr size_t kMostOfName = 40;
// A range that is narrower than this, as a part, says nothing.
constexpr double kNarrow = 5e-5;

std::string Percent(double part) {
  const double percent = 100 * part;
  const double size = std::abs(percent);
  if (size == 0) return "0%";
  return absl::StrFormat("%.*f%%",
                         size >= 10    ? 1
                         : size >= 0.1 ? 2
                                       : 3,
                         percent);
}

std::string Range(const Share& share) {
  if (share.high - share.low < kNarrow) return "";
  return absl::StrCat(Percent(share.low), " to ", Percent(share.high));
}

std::string WithRange(const Share& share) {
  const std::string range = Range(share);
  return absl::StrCat(Percent(share.value),
                      range.empty() ? "" : absl::StrCat(" (", range, ")"));
}

std::string Rate(double per_second) {
  return absl::StrFormat(per_second < 10 ? "%.1f" : "%.0f", per_second);
}

// The first case, and how many more there are: JSON has all.
std::string CostOfText(const UnitCost& cost) {
  const size_t more = cost.cases.size() - 1;
  return absl::StrCat(cost.cases.front(),
                      more == 0 ? "" : absl::StrCat(" +", more));
}

class Text {
 public:
  Text(const ModelContext& context, const ModelReport& report, size_t columns)
      : context_(context), report_(report), columns_(columns) {}

  std::string Take() {
    Head();
    Table();
    Sums();
    WhatIfs();
    Remarks();
    return std::move(out_);
  }

 private:
  void Line(const std::string& line) {
    absl::StrAppend(&out_, Folded(absl::StrCat(line, "\n"), columns_));
  }

  void Head() {
    const LiveCounts& counts = report_.counts;
    std::vector<std::string> words = {absl::StrFormat(
        "%s, pid %d", Shortened(counts.vmm, kMostOfName), counts.pid)};
    if (!counts.vm.empty()) {
      words.push_back(absl::StrCat("VM ", Printable(counts.vm)));
    }
    if (counts.vcpus > 0) {
      words.push_back(
          absl::StrCat(counts.vcpus, counts.vcpus == 1 ? " vCPU" : " vCPUs"));
    }
    Line(absl::StrFormat(
        "%s: watched for %.1f s%s%s%s", absl::StrJoin(words, ", "),
        counts.watched_ns / kNsPerSecond, counts.source.empty() ? "" : ", by ",
        Printable(counts.source), counts.ended ? "; it ended meanwhile" : ""));
  }

  void Table() {
    if (report_.attribution.kinds.empty()) return;
    ColumnTable table({{"", Align::kLeft, 0},
                       {"per second", Align::kPoint},
                       {"each", Align::kPoint},
                       {"of a CPU", Align::kPoint},
                       {"range", Align::kLeft, 2, 2, "range"},
                       {"part", Align::kLeft, 2, 3, "part"},
                       {"cost of", Align::kLeft, 2, 1, "cost of"}});
    bool near = false;
    for (const AttributedKind& row : report_.attribution.kinds) {
      const bool is_near = row.likeness == Likeness::kNear;
      near = near || (is_near && row.cost.has_value());
      table.AddRow({{absl::StrCat(is_near ? "~ " : "  ", row.kind)},
                    {Rate(row.per_second)},
                    {row.cost.has_value() ? Rate(row.cost->ticks) : "-"},
                    {row.share.has_value() ? Percent(row.share->value) : "-"},
                    {row.share.has_value() ? Range(*row.share) : ""},
                    {std::string(NameOf(row.part))},
                    {row.cost.has_value() ? CostOfText(*row.cost) : "-"}});
    }
    absl::StrAppend(&out_, table.Render(false, columns_));
    Line(absl::StrCat("each  in ", Name(Unit::kTicks, context_.host.tick)));
    if (near) Line("~     the cost is of the nearest case, not of the event");
  }

  void Sums() {
    const Attribution& a = report_.attribution;
    out_ += "\n";
    std::vector<std::string> parts;
    for (const Part part : kParts) {
      parts.push_back(absl::StrCat(
          NameOf(part), " ", WithRange(a.parts[static_cast<size_t>(part)])));
    }
    if (a.virt.value == 0 && !a.without_share.empty()) {
      Line("T_virt  not known: no kind that happened has a share");
    } else {
      Line(absl::StrCat("T_virt  ", AtLeast(), WithRange(a.virt),
                        " of a CPU: ", absl::StrJoin(parts, ", ")));
    }
    Line(absl::StrCat("eta     ", EtaText()));
    if (a.gnr.has_value()) {
      Line(
          absl::StrFormat("GNR     %.3f: the guest's time over what the same "
                          "work takes without these events",
                          *a.gnr));
    }
    Measured();
  }

  // Before a sum that lacks kinds.
  std::string AtLeast() const {
    return report_.attribution.without_share.empty() ? "" : "at least ";
  }

  std::string EtaText() const {
    const Eta& eta = report_.attribution.eta;
    std::string text =
        eta.exits_per_second.has_value()
            ? absl::StrCat(Rate(*eta.exits_per_second),
                           " exits per second are of no kind above")
            : "how many exits are of no kind above is not known";
    const std::vector<std::string>& without = report_.attribution.without_share;
    if (!without.empty()) {
      absl::StrAppend(&text,
                      "; without a share: ", absl::StrJoin(without, ", "));
    }
    if (eta.share_at_least.has_value()) {
      absl::StrAppend(&text, "; together at least ",
                      Percent(*eta.share_at_least),
                      " of a CPU if each costs as "
                      "little as ",
                      eta.shortest);
    }
    return text;
  }

  void Measured() {
    const TimeOfThreads& t = report_.attribution.time;
    if (report_.counts.vcpu_threads.threads == 0) return;
    Line(absl::StrCat(
        "time    measured: vCPU threads ", Percent(t.vcpus),
        " of a CPU (by the kernel's account guest ", Percent(t.guest), ", VMM ",
        Percent(t.vmm), ", KVM and the rest of the kernel ",
        Percent(std::max(0.0, t.vcpus - t.guest - t.vmm)), "), halt polling ",
        Percent(t.polling), ", halted ", Percent(t.halted),
        ", waiting for a CPU ", Percent(t.wait),
        " (the guest's steal), other threads ", Percent(t.other_threads)));
  }

  void WhatIfOf(const WhatIf& one) {
    const std::string question =
        absl::StrCat("what if ", Printable(one.question), ": ");
    if (one.compared == 0) {
      Line(absl::StrCat(
          question,
          "not known: no kind that it is about has a share under both costs"));
      Notes(one);
      return;
    }
    Line(absl::StrCat(
        question, "T_virt would be ", WithRange(one.then), " instead of ",
        WithRange(one.now),
        one.left_out.empty()
            ? ""
            : absl::StrCat(", without ", absl::StrJoin(one.left_out, ", "))));
    Notes(one);
  }

  void Notes(const WhatIf& one) {
    for (const std::string& note : one.notes) Line("        " + note);
  }

  void HaltPoll(const HaltPollWhatIf& one) {
    Line(absl::StrFormat(
        "what if halt_poll_ns=%.0f: polling would be %s of a CPU; it would end "
        "%s of %s halts per second instead of %s",
        one.poll_ns, WithRange(one.then), Rate(one.ended_by_poll_then.value),
        Rate(one.halts_per_second), Rate(one.ended_by_poll_now)));
    Line(absl::StrCat(
        "        now it is ", Percent(one.now),
        one.now_by_rules.has_value()
            ? absl::StrCat(", by the same rules ", Percent(*one.now_by_rules))
            : "",
        "; less if other threads want the CPU, or the guest forbids it"));
  }

  void WhatIfs() {
    for (const WhatIf& one : report_.what_ifs) WhatIfOf(one);
    for (const HaltPollWhatIf& one : report_.halt_polls) HaltPoll(one);
    for (const std::string& text : report_.what_ifs_missing) Line(text);
  }

  void Remarks() {
    for (const AttributedKind& row : report_.attribution.kinds) {
      if (row.why_no_share.empty()) continue;
      Line(absl::StrCat("note: ", row.kind,
                        " has no share: ", row.why_no_share));
    }
    for (const std::string& note : report_.attribution.notes) {
      Line(absl::StrCat("note: ", note));
    }
    for (const std::string& missing : report_.counts.missing) {
      Line(absl::StrCat("missing: ", Printable(missing)));
    }
  }

  const ModelContext& context_;
  const ModelReport& report_;
  const size_t columns_;
  std::string out_;
};

}  // namespace

std::string ModelToText(const ModelContext& context, const ModelReport& report,
                        size_t columns) {
  return Text(context, report, columns).Take();
}

}  // namespace exitbench
