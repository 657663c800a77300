#include "cli/run/progress_line.h"

#include <cstdio>
#include <string>

#include "absl/time/clock.h"

namespace exitbench {

ProgressLine::ProgressLine(bool on) : on_(on), started_(absl::Now()) {}

void ProgressLine::Show(const Progress& p) {
  if (!on_) return;
  std::string left = "?";
  if (p.runs_done > 0) {
    const absl::Duration each = (absl::Now() - started_) / p.runs_done;
    const absl::Duration rest = each * (p.runs_in_all - p.runs_done);
    left = absl::FormatDuration(absl::Trunc(rest, absl::Seconds(1)));
  }
  std::fprintf(stderr, "\r\033[Ksession %u round %u  %u/%u  %s  %s left",
               p.session + 1, p.round + 1, p.runs_done + 1, p.runs_in_all,
               p.case_name.c_str(), left.c_str());
}

void ProgressLine::Clear() {
  if (on_) std::fprintf(stderr, "\r\033[K");
}

void ProgressLine::Saved(size_t sessions) {
  if (on_) std::fprintf(stderr, "\r\033[K%zu sessions saved\n", sessions);
}

}  // namespace exitbench
