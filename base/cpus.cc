#include "base/cpus.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace exitbench {
namespace {

constexpr int kWordBits = 8 * sizeof(unsigned long);
// Far more than any kernel is built for.
constexpr int kMostCpus = 1 << 20;

CpuSet& Allowed() {
  static CpuSet* const allowed =
      new CpuSet();  // RememberAllowedCpus() fills it.
  return *allowed;
}

std::optional<std::vector<int>>& Given() {
  static auto* const given = new std::optional<std::vector<int>>();
  return *given;
}

}  // namespace

void CpuSet::Add(int cpu) {
  if (cpu < 0 || cpu >= kMostCpus) return;
  const size_t word = static_cast<size_t>(cpu / kWordBits);
  if (word >= words_.size()) words_.resize(word + 1);
  words_[word] |= 1ul << (cpu % kWordBits);
}

void CpuSet::Remove(int cpu) {
  if (!Has(cpu)) return;
  words_[static_cast<size_t>(cpu / kWordBits)] &= ~(1ul << (cpu % kWordBits));
}

bool CpuSet::Has(int cpu) const {
  if (cpu < 0 || static_cast<size_t>(cpu / kWordBits) >= words_.size()) {
    return false;
  }
  return (words_[static_cast<size_t>(cpu / kWordBits)] >> (cpu % kWordBits)) &
         1;
}

std::vector<int> CpuSet::Numbers() const {
  std::vector<int> numbers;
  for (int cpu = 0; cpu < static_cast<int>(words_.size()) * kWordBits; ++cpu) {
    if (Has(cpu)) numbers.push_back(cpu);
  }
  return numbers;
}

absl::StatusOr<CpuSet> CpuSet::Read(
    const std::function<int(size_t bytes, unsigned long* words)>& call) {
  for (int cpus = CPU_SETSIZE; cpus <= kMostCpus; cpus *= 2) {
    CpuSet set;
    set.words_.resize(static_cast<size_t>(cpus / kWordBits));
    if (call(set.words_.size() * sizeof(unsigned long), set.words_.data()) >=
        0) {
      return set;
    }
    if (errno != EINVAL) break;
  }
  return absl::ErrnoToStatus(errno, "sched_getaffinity");
}

absl::StatusOr<CpuSet> CpuSet::OfThisThread() {
  return Read([](size_t bytes, unsigned long* words) {
    return sched_getaffinity(0, bytes, reinterpret_cast<cpu_set_t*>(words));
  });
}

absl::Status CpuSet::BindThisThread() const {
  if (sched_setaffinity(0, words_.size() * sizeof(unsigned long),
                        reinterpret_cast<const cpu_set_t*>(words_.data())) ==
      0) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno, "sched_setaffinity");
}

CpuSet ParseCpuList(absl::string_view list) {
  CpuSet set;
  for (absl::string_view part :
       absl::StrSplit(absl::StripAsciiWhitespace(list), ',')) {
    const std::vector<absl::string_view> ends =
        absl::StrSplit(part, absl::MaxSplits('-', 1));
    int first = -1, last = -1;
    if (!absl::SimpleAtoi(ends[0], &first) ||
        !absl::SimpleAtoi(ends.back(), &last)) {
      return CpuSet();
    }
    for (int cpu = first; cpu <= std::min(last, kMostCpus); ++cpu) set.Add(cpu);
  }
  return set;
}

absl::Status PinThisThread(int cpu) {
  CpuSet set;
  set.Add(cpu);
  return set.BindThisThread();
}

absl::Status RememberAllowedCpus() {
  absl::StatusOr<CpuSet> set = CpuSet::OfThisThread();
  if (set.ok()) Allowed() = *std::move(set);
  return set.status();
}

bool MoveOffCpu(int cpu) {
  CpuSet others = Allowed();
  others.Remove(cpu);
  return !others.IsEmpty() && others.BindThisThread().ok();
}

bool HasCpuBeside(int cpu) {
  CpuSet others = Allowed();
  others.Remove(cpu);
  return !others.IsEmpty();
}

void GiveCpus(std::vector<int> cpus) { Given() = std::move(cpus); }

bool CpusAreGiven() { return Given().has_value(); }

absl::StatusOr<std::vector<int>> TakeCpus(size_t threads) {
  const std::vector<int> given = Given().value_or(std::vector<int>());
  if (given.empty()) {
    return absl::UnimplementedError(
        "needs its threads pinned, and --cpu=none pins none");
  }
  if (given.size() < threads) {
    return absl::UnimplementedError(absl::StrFormat(
        "needs %d CPUs to pin to, has %d", threads, given.size()));
  }
  return std::vector<int>(given.begin(),
                          given.begin() + static_cast<long>(threads));
}

int CurrentCpu() { return sched_getcpu(); }

}  // namespace exitbench
