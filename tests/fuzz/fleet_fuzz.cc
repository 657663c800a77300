// Digests of fleets: reading, writing what was read, joining and printing it.
// The input is a digest without its checksum.
#include "base/check.h"
#include "results/file/sealed.h"
#include "results/fleet/digest.h"
#include "results/fleet/digest_io.h"
#include "results/fleet/fleet.h"
#include "results/fleet/fleet_report.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void ReadDigestBytes(absl::string_view input) {
  // As it is, checksum and all.
  (void)ParseDigest(input);
  const absl::StatusOr<FleetDigest> digest =
      ParseDigest(Seal(std::string(input)));
  if (!digest.ok()) return;
  // What is written can be read, and says the same.
  const std::string bytes = SerializeDigest(*digest, "");
  const absl::StatusOr<FleetDigest> again = ParseDigest(bytes);
  EB_CHECK(again.ok());
  EB_CHECK(SerializeDigest(*again, "") == bytes);
  FleetDigest joined;
  (void)joined.Merge(*digest);
  for (const absl::Status& left_out : joined.Merge(*again)) {
    EB_CHECK(left_out.code() == absl::StatusCode::kAlreadyExists);
  }
  const FleetReport report = AnalyzeFleet(joined);
  for (const char c : FleetToText(report, {.columns = 60})) {
    EB_CHECK(c == '\n' || (c >= ' ' && c < 0x7f));
  }
  (void)FleetToJson(report, {});
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::ReadDigestBytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
