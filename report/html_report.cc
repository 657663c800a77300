#include "report/html_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"
#include "report/case_json.h"
#include "report/compare_json.h"
#include "report/function_json.h"
#include "report/page.h"
#include "report/side_json.h"
#include "report/string_table.h"
#include "results/sides/side_warnings.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

// What the page's HTML has in place of the data.
constexpr absl::string_view kPlaceOfData = "@DATA@";

}  // namespace

std::string ReportData(const ReportInput& input) {
  EB_CHECK(input.results.size() == input.sides.size());
  EB_CHECK(input.profiles.size() == input.sides.size());
  StringTable strings;
  JsonWriter json(JsonLayout::kCompact);
  json.BeginObject();
  json.Key("sides");
  WriteSides(input, json);
  if (input.sides.size() == 1) {
    json.Key("warnings");
    json.BeginArray();
    for (const std::string& warning : SampleWarnings(input.sides, true)) {
      json.String(warning);
    }
    json.EndArray();
  }
  json.Key("cases");
  WriteCases(input, strings, json);
  if (input.diff.has_value()) {
    json.Key("diff");
    WriteDiff(*input.diff, strings, json);
  }
  if (input.steps.has_value()) {
    json.Key("steps");
    WriteSteps(*input.steps, input.sides, strings, json);
  }
  if (HasProfiles(input)) {
    json.Key("functions");
    WriteFunctions(input, strings, json);
  }
  json.Key("strings");
  strings.WriteAll(json);
  json.EndObject();
  std::string text = json.Take();
  text.pop_back();  // The newline.
  return ForScriptElement(text);
}

std::string ForScriptElement(absl::string_view json) {
  return absl::StrReplaceAll(
      json, {{"<", "\\u003c"}, {">", "\\u003e"}, {"&", "\\u0026"}});
}

std::string ReportToHtml(const ReportInput& input) {
  const absl::string_view page = kReportPage;
  const size_t at = page.find(kPlaceOfData);
  EB_CHECK(at != absl::string_view::npos);
  return absl::StrCat(page.substr(0, at), ReportData(input),
                      page.substr(at + kPlaceOfData.size()));
}

}  // namespace exitbench
