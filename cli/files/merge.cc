#include "cli/files/merge.h"

#include <cstdio>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "results/file/file.h"
#include "results/model/slim.h"
#include "results/sides/merge.h"
#include "results/text/printable.h"

ABSL_FLAG(bool, slim, false,
          "merge: keep only what diff reads: no histograms, counters or "
          "quantiles; works on one file too");

namespace exitbench {

int MergeCommand(const std::vector<std::string>& args) {
  const std::string out = absl::GetFlag(FLAGS_out);
  const bool slim = absl::GetFlag(FLAGS_slim);
  if (args.size() < (slim ? 1 : 2) || out.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "merge wants a file to write and two or more to read: "
                    "exitbench merge --out=FILE FILE FILE..."),
                kExitUsage);
  }
  // A merged file has all that its parts had. A slim one has not.
  if (slim) {
    if (absl::Status s = CheckIsNotRead(out, args); !s.ok()) {
      return Fail(s, kExitUsage);
    }
  }
  Results all;
  for (size_t i = 0; i < args.size(); ++i) {
    absl::StatusOr<Results> results = ReadResults(args[i]);
    if (!results.ok()) return Fail(results.status(), kExitUsage);
    if (i == 0) {
      all = *std::move(results);
      continue;
    }
    if (absl::Status s = Merge(*results, all); !s.ok()) {
      return Fail(absl::Status(s.code(),
                               absl::StrCat("can't merge ", args[0], " and ",
                                            args[i], ": ", s.message(),
                                            absl::IsFailedPrecondition(s)
                                                ? "; keep them apart, for diff"
                                                : "")),
                  kExitUsage);
    }
  }
  if (slim) Slim(all);
  if (absl::Status s = WriteResults(out, all); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  if (out != "-") {
    std::fprintf(stderr, "results: %s\n", Printable(out).c_str());
  }
  return kExitOk;
}

}  // namespace exitbench
