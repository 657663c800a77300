// exitbench decode --inlines=FILE: maps of inlined functions. The input is a
// map; symbols are those of profile/words/testing.h.
#include <string>
#include <utility>

#include "base/check.h"
#include "profile/file/profile_bytes.h"
#include "profile/symbols/inlines.h"
#include "profile/trace/decode.h"
#include "profile/words/testing.h"
#include "results/model/testing.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

// A host's call that goes into the kernel and back: an event of 8 instructions.
std::string Call() {
  return TraceBuilder()
      .Begin("c")
      .FirstStamp(kUserCode)
      .Op(kUserCode + 7, EB_TRACE_SYSCALL)
      .Run(kEntry)
      .Call(kEntry + 0x81)
      .Run(kIoctl)
      .Call(kIoctl + 1)
      .Op(kLeaf, EB_TRACE_SYSRET)
      .LastStamp(kUserCode + 0x40)
      .End()
      .bytes();
}

Results Figures() {
  Results results = MakeResults("6.1.0-test", "boot", 1, 1);
  results.host.tick = Tick::kInstruction;
  AddMetric("call", {8}, 1, AddCase("c", {8}, results));
  return results;
}

double Sum(const Profile& profile, uint32_t node) {
  double sum = profile.nodes[node].self;
  for (const uint32_t child : profile.nodes[node].children) {
    sum += Sum(profile, child);
  }
  return sum;
}

void ReadMap(absl::string_view input) {
  static const Results& results = *new Results(Figures());
  static const std::string& trace = *new std::string(Call());
  SymbolTable symbols = SymbolTable::Parse(kTestSymbols).value();
  const absl::StatusOr<InlineMap> map = InlineMap::Parse(input, symbols);
  if (!map.ok()) return;
  TraceReader reader(ReadFrom(trace));
  const absl::StatusOr<Decoded> decoded =
      DecodeTrace(reader, symbols, results, &*map);
  // The map lacks an address.
  if (!decoded.ok()) return;
  EB_CHECK(decoded->profile.cases.size() == 1);
  EB_CHECK(decoded->profile.cases[0].refused.empty());
  const absl::StatusOr<Profile> read =
      ParseProfile(SerializeProfile(decoded->profile));
  EB_CHECK(read.ok());
  double sum = 0;
  for (const LegProfile& leg : read->cases[0].legs) {
    for (const uint32_t root : leg.roots) sum += Sum(*read, root);
  }
  EB_CHECK(sum == 8);
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::ReadMap({reinterpret_cast<const char*>(data), size});
  return 0;
}
