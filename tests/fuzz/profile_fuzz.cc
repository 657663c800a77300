// Profile files: reading, writing what was read, printing and exporting it. The
// input is a file without its checksum.
#include "base/check.h"
#include "profile/export/profile_export.h"
#include "profile/file/profile_bytes.h"
#include "profile/report/functions.h"
#include "profile/report/profile_report.h"
#include "results/file/sealed.h"
#include "results/text/json_writer.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void ReadProfileBytes(absl::string_view input) {
  // As it is, checksum and all.
  (void)ParseProfile(input);
  const absl::StatusOr<Profile> profile =
      ParseProfile(Seal(std::string(input)));
  if (!profile.ok()) return;
  // What is written can be read, and says the same.
  const std::string bytes = SerializeProfile(*profile);
  const absl::StatusOr<Profile> again = ParseProfile(bytes);
  EB_CHECK(again.ok());
  EB_CHECK(*again == *profile);
  EB_CHECK(SerializeProfile(*again) == bytes);
  // Trees may be large where the file is small.
  if (CountPaths(*profile) > 10'000) return;
  for (const char c : ProfileToText(*profile, {.tree = true, .columns = 60})) {
    EB_CHECK(c == '\n' || (c >= ' ' && c < 0x7f));
  }
  JsonWriter json;
  WriteProfileJson("", *profile, {.tree = true}, json);
  (void)json.Take();
  (void)ToPprof(*profile);
  (void)ToSpeedscope(*profile);
  (void)ToFoldedStacks(*profile);
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::ReadProfileBytes(
      {reinterpret_cast<const char*>(data), size});
  return 0;
}
