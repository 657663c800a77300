#include "harness/host/disturbance.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "harness/host/firmware_interrupts.h"

namespace exitbench {
namespace {

constexpr double kMostSwitchesPerS = 100;
constexpr double kMostInterruptsPerS = 5000;
constexpr double kMostStealShare = 0.02;
constexpr double kMostPressureShare = 0.25;
constexpr double kMostOthersShare = 0.1;
constexpr double kMostOthersTicks = 3;
// In a shorter time one event more makes a high rate.
constexpr double kLeastSeconds = 0.02;

uint64_t InterruptsOn(int cpu, const std::string& root) {
  std::ifstream file(root + "/proc/interrupts");
  std::string line;
  if (!std::getline(file, line)) return 0;
  const std::vector<std::string> columns =
      absl::StrSplit(line, ' ', absl::SkipEmpty());
  size_t column = columns.size();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == absl::StrCat("CPU", cpu)) column = i;
  }
  uint64_t sum = 0;
  while (std::getline(file, line)) {
    const std::vector<absl::string_view> cells =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    uint64_t count;
    if (column + 1 < cells.size() &&
        absl::SimpleAtoi(cells[column + 1], &count)) {
      sum += count;
    }
  }
  return sum;
}

// Times of one CPU since boot, in USER_HZ.
struct CpuTicks {
  uint64_t busy = 0;
  uint64_t steal = 0;
};

// Reads the line of `cpu` in /proc/stat.
CpuTicks TicksOf(int cpu, const std::string& root) {
  // The columns are: name user nice system idle iowait irq softirq steal.
  constexpr size_t kBusyColumns[] = {1, 2, 3, 6, 7};
  constexpr size_t kStealColumn = 8;
  std::ifstream file(root + "/proc/stat");
  const std::string name = absl::StrCat("cpu", cpu, " ");
  std::string line;
  CpuTicks ticks;
  while (std::getline(file, line)) {
    if (!absl::StartsWith(line, name)) continue;
    const std::vector<absl::string_view> cells =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (cells.size() <= kStealColumn) break;
    (void)absl::SimpleAtoi(cells[kStealColumn], &ticks.steal);
    for (size_t column : kBusyColumns) {
      uint64_t some = 0;
      (void)absl::SimpleAtoi(cells[column], &some);
      ticks.busy += some;
    }
    break;
  }
  return ticks;
}

uint64_t Microseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1000000 +
         static_cast<uint64_t>(time.tv_usec);
}

uint64_t PressureUs(const std::string& root) {
  std::ifstream file(root + "/proc/pressure/cpu");
  std::string line;
  if (!std::getline(file, line)) return 0;
  const size_t at = line.find("total=");
  uint64_t us = 0;
  if (at != std::string::npos) (void)absl::SimpleAtoi(line.substr(at + 6), &us);
  return us;
}

}  // namespace

NoiseSnapshot TakeNoiseSnapshot(const std::string& root) {
  NoiseSnapshot s;
  s.at = absl::Now();
  s.cpu = sched_getcpu();
  rusage usage = {};
  getrusage(RUSAGE_THREAD, &usage);
  s.involuntary_switches = static_cast<uint64_t>(usage.ru_nivcsw);
  s.major_faults = static_cast<uint64_t>(usage.ru_majflt);
  s.interrupts = InterruptsOn(s.cpu, root);
  const CpuTicks ticks = TicksOf(s.cpu, root);
  s.steal_ticks = ticks.steal;
  s.busy_ticks = ticks.busy;
  rusage process = {};
  getrusage(RUSAGE_SELF, &process);
  s.own_us = Microseconds(process.ru_utime) + Microseconds(process.ru_stime);
  s.pressure_us = PressureUs(root);
  s.firmware_interrupts = FirmwareInterruptsOn(s.cpu, root);
  return s;
}

std::string Disturbance(const NoiseSnapshot& before,
                        const NoiseSnapshot& after) {
  const double seconds = absl::ToDoubleSeconds(after.at - before.at);
  std::vector<std::string> why;
  if (before.cpu != after.cpu) {
    why.push_back(
        absl::StrFormat("moved from CPU %d to %d", before.cpu, after.cpu));
  } else if (after.firmware_interrupts > before.firmware_interrupts) {
    why.push_back(
        absl::StrCat(after.firmware_interrupts - before.firmware_interrupts,
                     " ", kFirmwareInterrupts));
  }
  if (after.major_faults > before.major_faults) {
    why.push_back(absl::StrCat(after.major_faults - before.major_faults,
                               " major faults"));
  }
  if (seconds >= kLeastSeconds) {
    auto rate = [seconds](uint64_t from, uint64_t to) {
      return static_cast<double>(to - from) / seconds;
    };
    const double switches =
        rate(before.involuntary_switches, after.involuntary_switches);
    if (switches > kMostSwitchesPerS) {
      why.push_back(absl::StrFormat("%.0f involuntary switches/s", switches));
    }
    if (before.cpu == after.cpu) {
      const double interrupts = rate(before.interrupts, after.interrupts);
      if (interrupts > kMostInterruptsPerS) {
        why.push_back(absl::StrFormat("%.0f interrupts/s", interrupts));
      }
      const double hz = static_cast<double>(sysconf(_SC_CLK_TCK));
      const double steal = rate(before.steal_ticks, after.steal_ticks) / hz;
      if (steal > kMostStealShare) {
        why.push_back(
            absl::StrFormat("%.1f%% of the time stolen", 100 * steal));
      }
    }
    const double pressure = rate(before.pressure_us, after.pressure_us) / 1e6;
    if (pressure > kMostPressureShare) {
      why.push_back(absl::StrFormat("CPU pressure %.0f%%", 100 * pressure));
    }
  }
  return absl::StrJoin(why, ", ");
}

uint64_t NoiseEvents(const NoiseSnapshot& before, const NoiseSnapshot& after) {
  uint64_t events = after.involuntary_switches - before.involuntary_switches;
  if (before.cpu == after.cpu && after.interrupts > before.interrupts) {
    events += after.interrupts - before.interrupts;
  }
  return events;
}

std::string DisturbanceByOthers(NoiseSnapshot before, NoiseSnapshot after) {
  after.involuntary_switches = before.involuntary_switches;
  after.pressure_us = before.pressure_us;
  after.interrupts = before.interrupts;
  std::vector<std::string> why;
  if (std::string rest = Disturbance(before, after); !rest.empty()) {
    why.push_back(rest);
  }
  const double seconds = absl::ToDoubleSeconds(after.at - before.at);
  const double hz = static_cast<double>(sysconf(_SC_CLK_TCK));
  const double busy_ticks =
      static_cast<double>(after.busy_ticks - before.busy_ticks);
  const double others_s =
      busy_ticks / hz - static_cast<double>(after.own_us - before.own_us) / 1e6;
  // The kernel charges whole ticks, so a few may be charged to the wrong
  // thread.
  if (before.cpu == after.cpu && others_s * hz > kMostOthersTicks &&
      others_s > kMostOthersShare * seconds) {
    why.push_back(absl::StrFormat("%.0f%% of CPU %d went to others",
                                  100 * others_s / seconds, after.cpu));
  }
  return absl::StrJoin(why, ", ");
}

}  // namespace exitbench
