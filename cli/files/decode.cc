#include "cli/files/decode.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "profile/file/profile_file.h"
#include "profile/symbols/inlines.h"
#include "profile/symbols/symbols.h"
#include "profile/trace/decode.h"
#include "profile/words/reader.h"
#include "results/file/file.h"
#include "results/text/printable.h"

ABSL_FLAG(std::string, symbols, "",
          "decode: /proc/kallsyms of the kernel that was traced");
ABSL_FLAG(std::string, results, "",
          "decode: the results file of the run that was traced");
ABSL_FLAG(std::string, inlines, "",
          "decode: the inlined functions at each address, a map that "
          "hosts/lib/inlines.py makes of debug information");

namespace exitbench {
namespace {

absl::Status Named(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

absl::StatusOr<Decoded> Decode(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("can't open ", path));
  }
  TraceReader trace([&fd](char* to, size_t bytes) -> absl::StatusOr<size_t> {
    ssize_t n;
    do {
      n = read(fd.get(), to, bytes);
    } while (n < 0 && errno == EINTR);
    if (n < 0) return absl::ErrnoToStatus(errno, "can't read");
    return static_cast<size_t>(n);
  });
  const std::string symbols_path = absl::GetFlag(FLAGS_symbols);
  EB_ASSIGN_OR_RETURN(const std::string kallsyms, ReadFile(symbols_path));
  absl::StatusOr<SymbolTable> symbols = SymbolTable::Parse(kallsyms);
  if (!symbols.ok()) return Named(symbols_path, symbols.status());
  EB_ASSIGN_OR_RETURN(
      const Results results,
      ReadResults(absl::GetFlag(FLAGS_results), Detail::kRunStatistics));
  std::optional<InlineMap> inlines;
  if (const std::string map_path = absl::GetFlag(FLAGS_inlines);
      !map_path.empty()) {
    EB_ASSIGN_OR_RETURN(const std::string map, ReadFile(map_path));
    absl::StatusOr<InlineMap> parsed = InlineMap::Parse(map, *symbols);
    if (!parsed.ok()) return Named(map_path, parsed.status());
    inlines = *std::move(parsed);
  }
  absl::StatusOr<Decoded> decoded = DecodeTrace(
      trace, *symbols, results, inlines.has_value() ? &*inlines : nullptr);
  if (!decoded.ok()) return Named(path, decoded.status());
  return decoded;
}

// One line for the terminal, and one for each case without a profile.
void PrintSummary(const Profile& profile, const std::string& out) {
  size_t exact = 0, means = 0;
  for (const CaseProfile& one : profile.cases) {
    if (!one.refused.empty()) {
      std::fprintf(stderr, "exitbench: no profile of %s: %s\n",
                   Printable(one.name).c_str(), Printable(one.refused).c_str());
    } else {
      ++(one.modal_events > 0 ? exact : means);
    }
  }
  std::fprintf(stderr, "profile of %zu of %zu cases", exact + means,
               profile.cases.size());
  if (means > 0) std::fprintf(stderr, " (%zu the mean of its events)", means);
  std::fprintf(stderr, ": %s\n", Printable(out).c_str());
}

}  // namespace

int DecodeCommand(const std::vector<std::string>& args) {
  const std::string out = absl::GetFlag(FLAGS_out);
  if (args.size() != 1 || out.empty() || absl::GetFlag(FLAGS_symbols).empty() ||
      absl::GetFlag(FLAGS_results).empty()) {
    return Fail(absl::InvalidArgumentError(
                    "decode wants a trace and what belongs to it: exitbench "
                    "decode TRACE --symbols=KALLSYMS --results=RESULTS.pb "
                    "--out=FILE"),
                kExitUsage);
  }
  if (absl::Status s = CheckIsNotRead(
          out, {args[0], absl::GetFlag(FLAGS_symbols),
                absl::GetFlag(FLAGS_results), absl::GetFlag(FLAGS_inlines)});
      !s.ok()) {
    return Fail(s, kExitUsage);
  }
  const absl::StatusOr<Decoded> decoded = Decode(args[0]);
  if (!decoded.ok()) return Fail(decoded.status(), kExitUsage);
  if (absl::Status s = WriteProfile(out, decoded->profile); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  PrintSummary(decoded->profile, out);
  return kExitOk;
}

}  // namespace exitbench
