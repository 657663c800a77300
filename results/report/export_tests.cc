#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/export.h"
#include "results/text/digits.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Returns text for a line of KTAP: '#' begins a directive there.
std::string KtapText(absl::string_view text) {
  return absl::StrReplaceAll(Printable(text), {{"#", "_"}, {"\\", "_"}});
}

std::string Figure(const Metric& metric, Tick tick) {
  return absl::StrCat(metric.name, " ", Digits(SummarizeAllRuns(metric).iqm),
                      " ", Name(metric.unit, tick));
}

std::string Figures(const CaseResult& c, Tick tick) {
  std::vector<std::string> figures;
  for (const Metric& metric : c.metrics) {
    if (!metric.runs.empty()) figures.push_back(Figure(metric, tick));
  }
  return absl::StrJoin(figures, ", ");
}

std::string Xml(absl::string_view text) {
  return absl::StrReplaceAll(
      Printable(text),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string Attribute(absl::string_view name, absl::string_view value) {
  return absl::StrCat(" ", name, "=\"", Xml(value), "\"");
}

std::string GroupOf(absl::string_view case_name) {
  return std::string(case_name.substr(0, case_name.find('/')));
}

std::string Property(absl::string_view name, absl::string_view value,
                     absl::string_view indent) {
  return absl::StrCat(indent, "<property", Attribute("name", name),
                      Attribute("value", value), "/>\n");
}

std::string TestCase(const CaseResult& c, Tick tick) {
  std::string text = absl::StrCat(
      "    <testcase", Attribute("name", c.name),
      Attribute("classname", absl::StrCat("exitbench.", GroupOf(c.name))),
      ">\n");
  if (c.outcome == Outcome::kOk && !c.metrics.empty()) {
    text += "      <properties>\n";
    for (const Metric& metric : c.metrics) {
      if (metric.runs.empty()) continue;
      text += Property(absl::StrCat(metric.name, ".", Name(metric.unit, tick)),
                       Digits(SummarizeAllRuns(metric).iqm), "        ");
    }
    text += "      </properties>\n";
  }
  switch (c.outcome) {
    case Outcome::kOk:
      break;
    case Outcome::kSkipped:
      absl::StrAppend(&text, "      <skipped", Attribute("message", c.reason),
                      "/>\n");
      break;
    default:
      absl::StrAppend(&text, "      <failure", Attribute("message", c.reason),
                      Attribute("type", Name(c.outcome)), ">", Xml(c.proof),
                      "</failure>\n");
  }
  return text + "    </testcase>\n";
}

}  // namespace

std::string ToKtap(const Results& results) {
  std::string text =
      absl::StrCat("KTAP version 1\n1..", results.cases.size(), "\n");
  size_t number = 0;
  for (const CaseResult& c : results.cases) {
    const std::string line = absl::StrCat(++number, " ", KtapText(c.name));
    const std::string reason = KtapText(c.reason);
    switch (c.outcome) {
      case Outcome::kOk:
        absl::StrAppend(&text, "# ", KtapText(Figures(c, results.host.tick)),
                        "\nok ", line, "\n");
        break;
      case Outcome::kSkipped:
        absl::StrAppend(&text, "ok ", line, " # SKIP ", reason, "\n");
        break;
      case Outcome::kTimeout:
        absl::StrAppend(&text, "not ok ", line, " # TIMEOUT ", reason, "\n");
        break;
      default:
        absl::StrAppend(&text, "# ", reason, "\nnot ok ", line, "\n");
    }
  }
  return text;
}

std::string ToJunit(const Results& results) {
  struct Suite {
    std::string name;
    std::vector<const CaseResult*> cases;
  };
  std::vector<Suite> suites;
  std::map<std::string, size_t> known;
  for (const CaseResult& c : results.cases) {
    const auto [at, is_new] = known.emplace(GroupOf(c.name), suites.size());
    if (is_new) suites.push_back({GroupOf(c.name), {}});
    suites[at->second].cases.push_back(&c);
  }
  const Host& host = results.host;
  const std::string properties = absl::StrCat(
      "    <properties>\n", Property("kernel", host.kernel_release, "      "),
      Property("kvm_backend", host.kvm_backend, "      "),
      Property("paging", host.paging, "      "),
      Property("cpu_model", host.cpu_model, "      "),
      Property("exitbench", results.tool_version, "      "),
      "    </properties>\n");
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
      "name=\"exitbench\">\n";
  for (const Suite& suite : suites) {
    size_t failures = 0, skipped = 0;
    for (const CaseResult* c : suite.cases) {
      skipped += c->outcome == Outcome::kSkipped;
      failures += c->outcome != Outcome::kSkipped && c->outcome != Outcome::kOk;
    }
    absl::StrAppend(&text, "  <testsuite", Attribute("name", suite.name),
                    " tests=\"", suite.cases.size(), "\" failures=\"", failures,
                    "\" errors=\"0\" skipped=\"", skipped, "\">\n", properties);
    for (const CaseResult* c : suite.cases) text += TestCase(*c, host.tick);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace exitbench
