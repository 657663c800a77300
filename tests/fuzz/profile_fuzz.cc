// Profile files: reading, and writing what was read. The input is a file
// without its checksum.
#include "base/check.h"
#include "profile/file/profile_bytes.h"
#include "results/file/sealed.h"
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
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::ReadProfileBytes(
      {reinterpret_cast<const char*>(data), size});
  return 0;
}
