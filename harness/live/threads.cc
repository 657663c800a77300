#include "harness/live/threads.h"

#include <linux/kvm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "harness/live/bounded_files.h"

namespace exitbench {
namespace {

// Fields of stat after the name in parentheses, the first of which is the third
// of proc(5).
constexpr size_t kUserTime = 14 - 3;
constexpr size_t kSystemTime = 15 - 3;
constexpr size_t kStarted = 22 - 3;
constexpr size_t kGuestTime = 43 - 3;

double TickNs() {
  static const double ns = 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK));
  return ns;
}

void Add(double from, double to, double& sum) {
  // Scaled times of stat may step back by a tick.
  if (to > from) sum += to - from;
}

void AddTime(const ThreadTimes& from, const ThreadTimes& to, ThreadTime& sum) {
  Add(from.cpu_ns, to.cpu_ns, sum.cpu_ns);
  Add(from.wait_ns, to.wait_ns, sum.wait_ns);
  Add(from.guest_ns, to.guest_ns, sum.guest_ns);
  Add(from.user_ns, to.user_ns, sum.user_ns);
}

void AddTime(const ThreadTime& time, ThreadTime& sum) {
  ++sum.threads;
  sum.cpu_ns += time.cpu_ns;
  sum.wait_ns += time.wait_ns;
  sum.guest_ns += time.guest_ns;
  sum.user_ns += time.user_ns;
}

// Threads that the kernel runs in the name of the process.
bool IsKernelWorker(const std::string& name) {
  return absl::StartsWith(name, "vhost-") || absl::StartsWith(name, "kvm-nx-");
}

}  // namespace

absl::StatusOr<ThreadTimes> ParseThreadTimes(const std::string& stat,
                                             const std::string& schedstat) {
  ThreadTimes times;
  // The name may have any character in it, parentheses too.
  const size_t begin = stat.find('(');
  const size_t end = stat.rfind(')');
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    return absl::InternalError("a thread's stat has no name");
  }
  times.name = stat.substr(begin + 1, end - begin - 1);
  const std::vector<absl::string_view> fields = absl::StrSplit(
      absl::string_view(stat).substr(end + 1), ' ', absl::SkipEmpty());
  uint64_t user, system, guest;
  if (fields.size() <= kGuestTime ||
      !absl::SimpleAtoi(fields[kUserTime], &user) ||
      !absl::SimpleAtoi(fields[kSystemTime], &system) ||
      !absl::SimpleAtoi(fields[kStarted], &times.started) ||
      !absl::SimpleAtoi(fields[kGuestTime], &guest)) {
    return absl::InternalError("a thread's stat lacks its times");
  }
  times.guest_ns = static_cast<double>(guest) * TickNs();
  // User time includes the guest's.
  times.user_ns =
      user > guest ? static_cast<double>(user - guest) * TickNs() : 0;
  times.cpu_ns =
      (static_cast<double>(user) + static_cast<double>(system)) * TickNs();
  const std::vector<absl::string_view> exact =
      absl::StrSplit(schedstat, ' ', absl::SkipEmpty());
  uint64_t cpu_ns, wait_ns;
  if (exact.size() >= 2 && absl::SimpleAtoi(exact[0], &cpu_ns) &&
      absl::SimpleAtoi(exact[1], &wait_ns)) {
    times.has_schedstat = true;
    times.cpu_ns = static_cast<double>(cpu_ns);
    times.wait_ns = static_cast<double>(wait_ns);
  }
  return times;
}

bool IsKvmRun(absl::string_view syscall) {
  // "running", or the number and its arguments: "16 0xb 0xae80 0x0 ...".
  const std::vector<absl::string_view> words = absl::StrSplit(syscall, ' ');
  int64_t number;
  uint64_t request;
  return words.size() > 2 && ParseNumber(words[0], number) &&
         number == SYS_ioctl && absl::SimpleHexAtoi(words[2], &request) &&
         request == KVM_RUN;
}

absl::StatusOr<ThreadReading> ReadThreads(const std::string& root, pid_t pid) {
  const std::string folder = absl::StrCat(root, "/proc/", pid, "/task");
  ThreadReading reading;
  EB_ASSIGN_OR_RETURN(const std::vector<int64_t> threads, ListNumbers(folder));
  for (const int64_t thread : threads) {
    if (thread <= 0 || thread > std::numeric_limits<pid_t>::max()) continue;
    const std::string path = absl::StrCat(folder, "/", thread);
    const absl::StatusOr<std::string> stat = ReadBounded(path + "/stat");
    if (absl::IsNotFound(stat.status())) continue;  // It has ended.
    EB_RETURN_IF_ERROR(stat.status());
    absl::StatusOr<ThreadTimes> times =
        ParseThreadTimes(*stat, ReadBounded(path + "/schedstat").value_or(""));
    if (times.ok()) {
      times->in_kvm_run = IsKvmRun(ReadBounded(path + "/syscall").value_or(""));
      reading.emplace(static_cast<pid_t>(thread), *std::move(times));
    }
  }
  if (reading.empty()) {
    return absl::NotFoundError(absl::StrCat("process ", pid, " has ended"));
  }
  return reading;
}

ThreadWatch::ThreadWatch(ThreadReading first) {
  for (auto& [number, times] : first) {
    has_wait_ = has_wait_ && times.has_schedstat;
    threads_[number].was_in_kvm_run = times.in_kvm_run;
    threads_[number].last = std::move(times);
  }
}

void ThreadWatch::Add(const ThreadReading& reading) {
  for (const auto& [number, times] : reading) {
    Thread& thread = threads_[number];
    if (thread.last.started != times.started) {
      // All its time was watched.
      thread.last = ThreadTimes{.started = times.started};
      thread.was_in_kvm_run = false;
    }
    thread.was_in_kvm_run |= times.in_kvm_run;
    AddTime(thread.last, times, thread.spent);
    thread.last = times;
  }
}

ThreadWatch::VcpuThreads ThreadWatch::FindVcpuThreads(
    const std::vector<pid_t>& named_by_kvm, size_t vcpus) const {
  VcpuThreads found;
  for (const pid_t number : named_by_kvm) {
    if (threads_.contains(number)) found.threads.insert(number);
  }
  found.found = found.threads.size();
  found.known = Known::kByKvm;
  if (!found.threads.empty()) return found;
  std::set<pid_t> all;
  for (const auto& [number, thread] : threads_) {
    // The worker of a vCPU that made it looks like that vCPU's thread.
    if (IsKernelWorker(thread.last.name)) continue;
    all.insert(number);
    if (thread.last.guest_ns > 0 || thread.was_in_kvm_run ||
        IsVcpuName(thread.last.name)) {
      found.threads.insert(number);
    }
  }
  found.found = found.threads.size();
  found.known = Known::kByProc;
  if (found.found >= std::max<size_t>(1, vcpus)) return found;
  found.threads = std::move(all);
  found.known = Known::kNot;
  return found;
}

ThreadTime ThreadWatch::TimeOf(const std::set<pid_t>& threads) const {
  ThreadTime sum = {.has_wait = has_wait_};
  for (const auto& [number, thread] : threads_) {
    if (threads.contains(number)) AddTime(thread.spent, sum);
  }
  return sum;
}

ThreadTime ThreadWatch::TimeOfOthers(const std::set<pid_t>& threads,
                                     const std::set<pid_t>& leave_out) const {
  ThreadTime sum = {.has_wait = has_wait_};
  for (const auto& [number, thread] : threads_) {
    if (!threads.contains(number) && !leave_out.contains(number)) {
      AddTime(thread.spent, sum);
    }
  }
  return sum;
}

bool IsVcpuName(const std::string& name) {
  int64_t number;
  absl::string_view rest = name;
  if (absl::ConsumePrefix(&rest, "CPU ") &&
      absl::ConsumeSuffix(&rest, "/KVM")) {
    return ParseNumber(rest, number);
  }
  for (const char* prefix : {"fc_vcpu ", "crosvm_vcpu", "vcpu", "kvm-vcpu-"}) {
    rest = name;
    if (absl::ConsumePrefix(&rest, prefix)) return ParseNumber(rest, number);
  }
  return false;
}

}  // namespace exitbench
