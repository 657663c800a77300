// exitbench export: reading, and three of its formats; its JSON is show's,
// which takes longer than all else here.
#include "results/report/export.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void Export(absl::string_view input) {
  for (const std::string& body : SplitFiles(input)) {
    const absl::StatusOr<Results> results = ParseFile(body, Detail::kAll);
    if (!results.ok()) continue;
    CheckPrintable(ToCsv(*results));
    CheckPrintable(ToBenchstat(*results));
    const absl::StatusOr<std::string> gbench = ToGbench(*results);
    if (gbench.ok()) CheckPrintable(*gbench);
  }
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::Export({reinterpret_cast<const char*>(data), size});
  return 0;
}
