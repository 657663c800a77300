// exitbench merge and run --append: reading, joining, writing.
#include "base/check.h"
#include "results/report/report.h"
#include "results/sides/merge.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void MergeAll(absl::string_view input) {
  Results all;
  bool any = false;
  for (const std::string& body : SplitFiles(input)) {
    absl::StatusOr<Results> results = ParseFile(body, Detail::kAll);
    if (!results.ok()) continue;
    if (!any) {
      all = *std::move(results);
      any = true;
      continue;
    }
    const std::string before = Serialize(all);
    if (!Merge(*results, all).ok()) EB_CHECK(Serialize(all) == before);
  }
  if (!any) return;
  EB_CHECK(Parse(Serialize(all)).ok());
  CheckPrintable(RenderReport(all));
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::MergeAll({reinterpret_cast<const char*>(data), size});
  return 0;
}
