// exitbench decode: traces. The input is a trace; symbols and figures are those
// of profile/words/testing.h.
#include <string>
#include <utility>

#include "base/check.h"
#include "profile/file/profile_bytes.h"
#include "profile/trace/decode.h"
#include "profile/words/testing.h"
#include "results/model/testing.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

Results Figures() {
  Results results = MakeResults("6.1.0-test", "boot", 1, 1);
  results.host.tick = Tick::kInstruction;
  // Names as seeds have them.
  const std::pair<const char*, const char*> cases[] = {
      {"g", "guest"}, {"h", "handler"}, {"c", "call"}};
  for (const auto& [name, metric] : cases) {
    AddMetric(metric, {15}, 1, AddCase(name, {15}, results));
  }
  return results;
}

void Decode(absl::string_view input) {
  static const Results& results = *new Results(Figures());
  static const SymbolTable& symbols =
      *new SymbolTable(SymbolTable::Parse(kTestSymbols).value());
  const std::string bytes(input);
  TraceReader reader(ReadFrom(bytes));
  const absl::StatusOr<Decoded> decoded = DecodeTrace(reader, symbols, results);
  if (!decoded.ok()) return;
  for (const CaseProfile& one : decoded->profile.cases) {
    EB_CHECK(one.refused.empty() == !one.legs.empty());
    CheckPrintable(one.name);
    CheckPrintable(one.refused);
  }
  // What is decoded can be written and read.
  const absl::StatusOr<Profile> read =
      ParseProfile(SerializeProfile(decoded->profile));
  EB_CHECK(read.ok());
  EB_CHECK(*read == decoded->profile);
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::Decode({reinterpret_cast<const char*>(data), size});
  return 0;
}
