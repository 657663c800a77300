// What fuzz targets share: an input is one or several results files, each
// without its checksum, which is put on here; a fuzzer can't guess it.
#ifndef EXITBENCH_TESTS_FUZZ_INPUTS_H_
#define EXITBENCH_TESTS_FUZZ_INPUTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/file/proto_io.h"
#include "results/model/model.h"
#include "results/sides/side.h"

namespace exitbench::fuzz {

// More files than this in one input are left out.
inline constexpr size_t kMostFiles = 4;

// An input's files: each has its length before it, 32 bits, little-endian. One
// that is cut short is taken as it is, so every input has a meaning.
std::vector<std::string> SplitFiles(absl::string_view input);
std::string JoinFiles(const std::vector<std::string>& files);

// As the subcommands read a file.
absl::StatusOr<Results> ParseFile(const std::string& body, Detail detail);

// As diff, calibrate and bisect read their sides; those that can't be read are
// left out. Labels hold what a file name may hold.
std::vector<Side> Sides(absl::string_view input);

// Aborts unless `text` may be printed to a terminal: lines of printable ASCII
// and the one sign of diff's tables.
void CheckPrintable(absl::string_view text);

}  // namespace exitbench::fuzz

#endif  // EXITBENCH_TESTS_FUZZ_INPUTS_H_
