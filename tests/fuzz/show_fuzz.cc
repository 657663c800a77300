// exitbench show: reading, and its three formats.
#include "base/check.h"
#include "results/report/report.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void Show(absl::string_view input) {
  // As it is, checksum and all.
  (void)Parse(input);
  for (const std::string& body : SplitFiles(input)) {
    const absl::StatusOr<Results> results = ParseFile(body, Detail::kAll);
    if (!results.ok()) continue;
    CheckPrintable(RenderReport(*results));
    CheckPrintable(ToJson(*results));
    CheckPrintable(ToTextproto(*results));
    // What is written can be read, and says the same.
    const std::string bytes = Serialize(*results);
    const absl::StatusOr<Results> again = Parse(bytes);
    EB_CHECK(again.ok());
    EB_CHECK(Serialize(*again) == bytes);
  }
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::Show({reinterpret_cast<const char*>(data), size});
  return 0;
}
