#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"
#include "profile/report/profile_report.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// A name that is longer is cut.
constexpr size_t kMostName = 60;

std::string EventsText(const CaseProfile& one) {
  if (one.modal_events == 0) {
    return absl::StrCat("mean of ", one.events, " events");
  }
  return absl::StrCat("modal ", one.modal_events, " of ", one.events,
                      one.events == 1 ? " event" : " events");
}

std::string SampledText(const ProfileHost& host, const Sampled& sampled,
                        uint32_t events) {
  std::string text = absl::StrCat(FormatCount(sampled.samples), " samples in ",
                                  events, events == 1 ? " event" : " events");
  const double all = sampled.samples + sampled.lost;
  if (all > 0) {
    absl::StrAppendFormat(&text, ", %.1f%% attributed",
                          100 * sampled.attributed / all);
  }
  if (sampled.lost > 0) {
    absl::StrAppend(&text, ", ", FormatCount(sampled.lost), " lost");
  }
  return absl::StrCat(text, ", ", Shortened(sampled.clock, 16),
                      host.source == ProfileSource::kClock
                          ? ": with interrupts on only"
                          : " by NMI");
}

// Returns the first line of a case. What is behind the name may be folded, and
// is then indented as far as the name is long.
std::string HeadLine(const Profile& profile, const CaseProfile& one,
                     size_t columns) {
  const std::string name =
      Shortened(one.name, std::min(kMostName, columns / 2));
  const size_t room = columns - name.size() - 2;
  if (IsSampled(profile.host)) {
    return absl::StrCat(
        name, "  ", SampledText(profile.host, one.sampled, one.events), "  ",
        Shortened(profile.host.kernel_release, std::min<size_t>(room, 36)),
        "\n");
  }
  return absl::StrCat(
      name, "  ", Shortened(one.metric, 16), " ", FormatCount(one.figure),
      " instructions",
      Differ(one.uncounted, 0)
          ? absl::StrCat(", ", FormatCount(one.uncounted), " uncounted")
          : "",
      "  ", EventsText(one), "  ",
      Shortened(profile.host.kernel_release, std::min<size_t>(room, 36)), "\n");
}

// Columns of a table with counts by leg, behind two others.
constexpr std::pair<Leg, absl::string_view> kLegColumns[] = {
    {Leg::kExit, "exit"},
    {Leg::kUserspace, "userspace"},
    {Leg::kEntry, "entry"}};

bool Has(const CaseProfile& one, Leg leg) {
  return std::any_of(one.legs.begin(), one.legs.end(),
                     [leg](const LegProfile& l) { return l.leg == leg; });
}

std::string TableText(const CaseProfile& one, const CaseFunctions& functions,
                      const ProfileReportOptions& options) {
  // Counts of legs go before the module, that of calls last.
  std::vector<Column> columns = {{"inclusive", Align::kPoint, 2},
                                 {"self", Align::kPoint, 2}};
  for (const auto& [leg, name] : kLegColumns) {
    if (!Has(one, leg)) continue;
    columns.push_back({std::string(name), Align::kPoint, 2, 2});
  }
  columns.push_back({"calls", Align::kPoint, 2, 3});
  columns.push_back({"function", Align::kLeft, 2});
  columns.push_back({"module", Align::kLeft, 2, 1});
  ColumnTable table(std::move(columns));
  const size_t shown = options.top == 0
                           ? functions.rows.size()
                           : std::min(options.top, functions.rows.size());
  double rest = 0;
  for (size_t i = 0; i < functions.rows.size(); ++i) {
    const FunctionRow& row = functions.rows[i];
    if (i >= shown) {
      rest += Sum(row.self);
      continue;
    }
    std::vector<Cell> cells = {{FormatCount(Sum(row.inclusive))},
                               {FormatCount(Sum(row.self))}};
    for (const auto& [leg, name] : kLegColumns) {
      if (!Has(one, leg)) continue;
      const double count = row.inclusive[static_cast<size_t>(leg)];
      cells.push_back({count == 0 ? "" : FormatCount(count)});
    }
    cells.push_back({row.calls == 0 ? "" : FormatCount(row.calls)});
    cells.push_back({FunctionLabel(row.name)});
    cells.push_back({Shortened(row.module, 24)});
    table.AddRow(std::move(cells));
  }
  std::string text = table.Render(false, options.columns);
  if (shown < functions.rows.size()) {
    absl::StrAppend(&text, functions.rows.size() - shown, " more, self ",
                    FormatCount(rest), " (--top=0 shows all)\n");
  }
  return text;
}

// Of a case that was sampled.
std::string SharesText(const CaseFunctions& functions,
                       const ProfileReportOptions& options) {
  // A file may say that a case has no sample.
  const double samples = std::max(1.0, Sum(functions.self));
  ColumnTable table({{"inclusive %", Align::kPoint, 2},
                     {"95%", Align::kPoint, 2, 2},
                     {"self %", Align::kPoint, 2},
                     {"95%", Align::kPoint, 2, 2},
                     {"function", Align::kLeft, 2},
                     {"module", Align::kLeft, 2, 1}});
  const size_t shown = options.top == 0
                           ? functions.rows.size()
                           : std::min(options.top, functions.rows.size());
  double rest = 0;
  for (size_t i = 0; i < functions.rows.size(); ++i) {
    const FunctionRow& row = functions.rows[i];
    const double inclusive = Sum(row.inclusive), self = Sum(row.self);
    if (i >= shown) {
      rest += self;
      continue;
    }
    table.AddRow({{FormatPercent(inclusive / samples)},
                  {FormatShareInterval(inclusive, samples)},
                  {FormatPercent(self / samples)},
                  {FormatShareInterval(self, samples)},
                  {FunctionLabel(row.name)},
                  {Shortened(row.module, 24)}});
  }
  std::string text = table.Render(false, options.columns);
  if (shown < functions.rows.size()) {
    absl::StrAppend(&text, functions.rows.size() - shown, " more, self ",
                    FormatPercent(rest / samples), "% (--top=0 shows all)\n");
  }
  return text;
}

// The call tree of one case.
class TreeText {
 public:
  // Counts are in percent of `whole` unless it is 0.
  TreeText(const Profile& profile, const FunctionCounter& counter, double least,
           double whole, size_t columns)
      : profile_(profile),
        counter_(counter),
        least_(least),
        whole_(whole),
        columns_(columns) {}

  void Add(const std::vector<uint32_t>& siblings, size_t depth) {
    std::vector<uint32_t> shown;
    double thunks = 0, rest = 0;
    size_t folded = 0;
    for (const uint32_t node : siblings) {
      const double total = counter_.Total(node);
      if (counter_.IsFolded(node) && profile_.nodes[node].children.empty()) {
        thunks += total;
      } else if (total < least_) {
        rest += total;
        ++folded;
      } else {
        shown.push_back(node);
      }
    }
    std::stable_sort(shown.begin(), shown.end(),
                     [this](uint32_t a, uint32_t b) {
                       return counter_.Total(a) > counter_.Total(b);
                     });
    for (const uint32_t index : shown) {
      const ProfileNode& node = profile_.nodes[index];
      const ProfileFunction& function = profile_.functions[node.function];
      Line(counter_.Total(index), Text(node.self), depth,
           absl::StrCat(FunctionLabel(function.name),
                        node.calls > 1
                            ? absl::StrCat(" x", FormatCount(node.calls))
                            : ""));
      Add(node.children, depth + 1);
    }
    if (thunks >= least_) {
      Line(thunks, "", depth, kThunks);
    } else {
      folded += thunks > 0;
      rest += thunks;
    }
    if (rest > 0) Line(rest, "", depth, absl::StrCat("(", folded, " below)"));
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string Text(double count) const {
    // Of one number of decimals, so that depths are easy to compare.
    return whole_ > 0 ? absl::StrFormat("%.2f", 100 * count / whole_)
                      : FormatCount(count);
  }

  void Line(double total, absl::string_view self, size_t depth,
            absl::string_view label) {
    // Deep calls keep room for their names.
    const size_t indent = std::min(2 * depth, columns_ / 2);
    const std::string line = absl::StrFormat("%9s %7s  %s%s", Text(total), self,
                                             std::string(indent, ' '), label);
    absl::StrAppend(&text_, line.substr(0, columns_), "\n");
  }

  const Profile& profile_;
  const FunctionCounter& counter_;
  const double least_;
  const double whole_;
  const size_t columns_;
  std::string text_;
};

std::string TreesText(const Profile& profile, const CaseProfile& one,
                      const FunctionCounter& counter,
                      const CaseFunctions& functions, size_t columns) {
  const bool sampled = IsSampled(profile.host);
  const double sum = Sum(functions.self);
  std::string text = Folded(
      absl::StrFormat("calls: inclusive and self%s; (n below): n calls of less "
                      "than %.0f%% of the %s\n",
                      sampled ? " in percent" : "", 100 * kTreeShare,
                      sampled ? "samples" : "event"),
      columns);
  for (const LegProfile& leg : one.legs) {
    if (!sampled) absl::StrAppend(&text, Name(leg.leg), "\n");
    TreeText tree(profile, counter, kTreeShare * sum, sampled ? sum : 0,
                  columns);
    tree.Add(leg.roots, 0);
    absl::StrAppend(&text, tree.Take());
  }
  return text;
}

}  // namespace

std::string FunctionLabel(absl::string_view name) {
  return Shortened(name, kMostName);
}

std::string ProfileToText(const Profile& profile,
                          const ProfileReportOptions& options) {
  std::string text, refused;
  const FunctionCounter counter(profile, options.fold_thunks);
  const bool sampled = IsSampled(profile.host);
  for (const CaseProfile& one : profile.cases) {
    if (!one.refused.empty()) {
      absl::StrAppend(
          &refused,
          Folded(absl::StrCat("no profile of ", Shortened(one.name, kMostName),
                              ": ", Printable(one.refused), "\n"),
                 options.columns));
      continue;
    }
    const CaseFunctions functions = counter.Count(one);
    absl::StrAppend(
        &text, text.empty() ? "" : "\n",
        Folded(HeadLine(profile, one, options.columns), options.columns),
        sampled ? SharesText(functions, options)
                : TableText(one, functions, options));
    // The mean of some recorded events is not just that of all measured ones.
    if (const double sum = Sum(functions.self) - one.uncounted;
        !sampled && Differ(sum, one.figure)) {
      absl::StrAppend(
          &text, Folded(absl::StrCat("the functions sum to ", FormatCount(sum),
                                     ", not ", FormatCount(one.figure), "\n"),
                        options.columns));
    }
    AppendItems("costly instructions:", KindTexts(functions.kinds),
                options.columns, text);
    if (options.tree) {
      absl::StrAppend(
          &text, TreesText(profile, one, counter, functions, options.columns));
    }
  }
  if (!text.empty() && !refused.empty()) text += "\n";
  return text + refused;
}

}  // namespace exitbench
