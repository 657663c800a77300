#include "harness/live/statistics.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "harness/live/debugfs.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

void AddBuckets(const StatsSnapshot& buckets, std::vector<double>& to) {
  if (to.size() < buckets.size()) to.resize(buckets.size());
  for (size_t i = 0; i < buckets.size(); ++i) {
    to[i] += static_cast<double>(buckets[i]);
  }
}

// Returns whether no bucket of `to` has less than before.
bool Grew(const std::vector<double>& from, const std::vector<double>& to) {
  if (from.size() != to.size()) return false;
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i] < from[i]) return false;
  }
  return true;
}

absl::Status WhyNoFiles(const absl::Status& listed) {
  if (!absl::IsPermissionDenied(listed)) return listed;
  return absl::PermissionDeniedError(
      geteuid() == 0 ? "its open files may not be looked at: this root lacks "
                       "CAP_SYS_PTRACE, or a security module forbids it"
                     : "its open files may not be looked at: run as root");
}

}  // namespace

absl::Status StatisticsReader::OpenFolders(const LiveVm& vm,
                                           const StatisticTypes& types) {
  if (vm.folders.empty()) return absl::NotFoundError(vm.no_folder);
  std::vector<Folder> folders;
  for (const std::string& path : vm.folders) {
    EB_RETURN_IF_ERROR(MayReadCounters(path));
    EB_ASSIGN_OR_RETURN(const std::vector<CounterFile> files,
                        ListCounterFiles(path));
    folders.push_back({path, GrowingCounters(files, types)});
  }
  folders_ = std::move(folders);
  source_ = "debugfs";
  return absl::OkStatus();
}

// Has the counters come from the files that were taken, and says what those
// lack.
void StatisticsReader::UseFiles(const LiveVm& vm) {
  source_ = absl::StrCat("statistics files of its process (",
                         files_.vm_files == 0 ? "" : "VM, ", files_.vcpu_files,
                         " vCPUs)");
  if (files_.vm_files == 0) {
    missing_.emplace_back(
        "statistics of the VM itself, as of its memory: its process holds no "
        "file for them");
  }
  if (files_.vcpu_files < vm.vcpus) {
    missing_.push_back(absl::StrCat(
        "statistics of ", vm.vcpus - files_.vcpu_files, " of ", vm.vcpus,
        " vCPUs: its process holds no files for "
        "them"));
  }
}

StatisticsReader StatisticsReader::Open(
    const LiveVm& vm, int process,
    const absl::StatusOr<std::vector<OpenKvmFile>>& files,
    const StatisticTypes& types, const std::string& root) {
  StatisticsReader reader;
  const absl::Status folders = reader.OpenFolders(vm, types);
  // Files of several VMs can't be told apart.
  if (folders.ok() && vm.shares_process) {
    reader.missing_.emplace_back(
        "histograms: debugfs has none, and files of its process are not of "
        "this VM alone");
    return reader;
  }
  absl::StatusOr<TakenFiles> taken =
      files.ok() ? TakeStatisticsFiles(root, process, *files)
                 : absl::StatusOr<TakenFiles>(WhyNoFiles(files.status()));
  if (taken.ok()) {
    reader.files_ = *std::move(taken);
    if (!folders.ok()) reader.UseFiles(vm);
    return reader;
  }
  if (folders.ok()) {
    reader.missing_.push_back(absl::StrCat("histograms: debugfs has none, and ",
                                           taken.status().message()));
  } else {
    reader.missing_.push_back(absl::StrCat("statistics: ", folders.message(),
                                           "; and ", taken.status().message()));
  }
  return reader;
}

absl::Status StatisticsReader::AddFiles(StatisticValues& values) const {
  for (const TakenFile& taken : files_.taken) {
    const KvmStats& stats = taken.stats;
    EB_ASSIGN_OR_RETURN(const std::vector<StatsSnapshot> histograms,
                        stats.ReadHistograms());
    for (size_t i = 0; i < histograms.size(); ++i) {
      AddBuckets(histograms[i], values.histograms[stats.histograms()[i].name]);
    }
    if (!folders_.empty()) continue;
    EB_ASSIGN_OR_RETURN(const StatsSnapshot counters, stats.Read());
    for (size_t i = 0; i < counters.size(); ++i) {
      if (stats.types()[i] != StatisticType::kCumulative) continue;
      values.counters[stats.names()[i]] += static_cast<double>(counters[i]);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<StatisticValues> StatisticsReader::Read() const {
  StatisticValues values;
  for (const Folder& folder : folders_) {
    EB_ASSIGN_OR_RETURN(const std::vector<double> counters,
                        ReadCounters(folder.path, folder.names));
    for (size_t i = 0; i < counters.size(); ++i) {
      values.counters[folder.names[i]] += counters[i];
    }
  }
  EB_RETURN_IF_ERROR(AddFiles(values));
  return values;
}

void AddFallen(const StatisticValues& from, const StatisticValues& to,
               std::set<std::string>& fallen) {
  for (const auto& [name, value] : to.counters) {
    const auto before = from.counters.find(name);
    if (before != from.counters.end() && value < before->second) {
      fallen.insert(name);
    }
  }
  for (const auto& [name, buckets] : to.histograms) {
    const auto before = from.histograms.find(name);
    if (before != from.histograms.end() && !Grew(before->second, buckets)) {
      fallen.insert(name);
    }
  }
}

void SetGrowth(const StatisticValues& from, const StatisticValues& to,
               std::set<std::string> fallen, LiveCounts& counts) {
  AddFallen(from, to, fallen);
  counts.statistics.clear();
  for (const auto& [name, value] : to.counters) {
    const auto before = from.counters.find(name);
    if (before == from.counters.end() || fallen.contains(name)) continue;
    counts.statistics.push_back({name, value - before->second});
  }
  counts.histograms.clear();
  for (const auto& [name, buckets] : to.histograms) {
    const auto before = from.histograms.find(name);
    if (before == from.histograms.end() || fallen.contains(name)) continue;
    StatisticHistogram histogram{name, buckets};
    for (size_t i = 0; i < buckets.size(); ++i) {
      histogram.buckets[i] -= before->second[i];
    }
    counts.histograms.push_back(std::move(histogram));
  }
  if (fallen.empty()) return;
  counts.missing.push_back(
      Printable(absl::StrCat("what became less, as somebody reset it: ",
                             absl::StrJoin(fallen, ", "))));
}

}  // namespace exitbench
