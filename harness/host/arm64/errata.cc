#include "harness/host/arm64/errata.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/owned.h"

namespace exitbench {
namespace {

// A record is shorter.
constexpr size_t kMostRecordBytes = 8192;
constexpr size_t kMostLogBytes = 4u << 20;
// What syslog calls the kernel's own messages.
constexpr int kMostKernelPriority = 7;

// How the kernel names errata. Not all have a number: Linux
// arch/arm64/kernel/cpu_errata.c, drivers/clocksource/arm_arch_timer.c.
bool NamesErratum(absl::string_view text) {
  for (absl::string_view word :
       {"erratum", "errata", "Broken ", "not fully self-synchronizing",
        "Mismatched cache type"}) {
    if (absl::StrContains(text, word)) return true;
  }
  return false;
}

// "CPU features: detected: ARM erratum 1508412 on CPU0-3" -> "ARM erratum
// 1508412". The arrays of CPUs are not the same in all kernels.
std::string NameOf(absl::string_view text) {
  for (absl::string_view before :
       {"detected: ", "workaround for ", "enabling workaround: "}) {
    const size_t at = text.find(before);
    if (at != absl::string_view::npos) text.remove_prefix(at + before.size());
  }
  return std::string(text.substr(0, text.find(" on CPU")));
}

}  // namespace

std::string ErrataOf(absl::string_view log) {
  std::set<std::string> names;
  bool has_first = false;
  for (absl::string_view line : absl::StrSplit(log, '\n')) {
    // "PRIORITY,NUMBER,MICROSECONDS,FLAGS;TEXT". Others go on with the one
    // before.
    const size_t end = line.find(';');
    if (end == absl::string_view::npos || absl::StartsWith(line, " ")) continue;
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line.substr(0, end), ',');
    int priority = 0;
    uint64_t number = 0;
    if (fields.size() < 2 || !absl::SimpleAtoi(fields[0], &priority) ||
        !absl::SimpleAtoi(fields[1], &number)) {
      continue;
    }
    if (number == 0) has_first = true;
    const absl::string_view text = line.substr(end + 1);
    if (priority <= kMostKernelPriority && NamesErratum(text)) {
      names.insert(NameOf(text));
    }
  }
  if (!has_first) return "absent";
  return names.empty() ? "none" : absl::StrJoin(names, "; ");
}

std::string ReadKernelLog(const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return "";
  std::string log;
  char record[kMostRecordBytes];
  while (log.size() < kMostLogBytes) {
    const ssize_t bytes = read(file.get(), record, sizeof(record));
    // The records before were overwritten meanwhile.
    if (bytes < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (bytes <= 0) break;
    log.append(record, static_cast<size_t>(bytes));
  }
  return log;
}

}  // namespace exitbench
