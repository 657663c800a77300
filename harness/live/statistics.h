// Reads KVM's statistics of a live VM: from its folder in debugfs, or from
// statistics files that its process holds open.
#ifndef EXITBENCH_HARNESS_LIVE_STATISTICS_H_
#define EXITBENCH_HARNESS_LIVE_STATISTICS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "harness/live/live_vm.h"
#include "harness/live/statistic_types.h"
#include "harness/live/taken_files.h"
#include "model/counts.h"

namespace exitbench {

// Values at one moment: of the VM, or of all its vCPUs added up. Those that
// only grow.
struct StatisticValues {
  std::map<std::string, double> counters;
  std::map<std::string, std::vector<double>> histograms;
};

// Move-only. Holds the statistics files that it takes until it is destroyed.
class StatisticsReader {
 public:
  // Opens what there is. `process` is the VM's process, of OpenProcess(), or -1
  // where that failed. `files` is what ListKvmFiles() returned of it. `types`
  // may be empty. Counters come from debugfs if it can be read, else from files
  // of the process. Histograms come from files.
  static StatisticsReader Open(
      const LiveVm& vm, int process,
      const absl::StatusOr<std::vector<OpenKvmFile>>& files,
      const StatisticTypes& types, const std::string& root = "");

  // Where the counters come from: "debugfs". Empty: there are none.
  const std::string& source() const { return source_; }
  // What can't be had, and what would help: a sentence each.
  const std::vector<std::string>& missing() const { return missing_; }

  // The files of the process that it reads. They can be read after the VM has
  // ended too.
  const TakenFiles& files() const { return files_; }

  // kNotFound: the VM has ended.
  absl::StatusOr<StatisticValues> Read() const;

 private:
  struct Folder {
    std::string path;
    std::vector<std::string> names;
  };

  absl::Status OpenFolders(const LiveVm& vm, const StatisticTypes& types);
  void UseFiles(const LiveVm& vm);
  absl::Status AddFiles(StatisticValues& values) const;

  std::string source_;
  std::vector<std::string> missing_;
  std::vector<Folder> folders_;  // Empty: counters come from files.
  TakenFiles files_;
};

// Adds to `fallen` the names of what is less in `to` than in `from`, a reading
// before. Somebody reset it.
void AddFallen(const StatisticValues& from, const StatisticValues& to,
               std::set<std::string>& fallen);

// Sets the statistics of `counts` to what was added between two readings. What
// is less, or was so in a reading between them (`fallen`), is left out, and
// named in `counts.missing`.
void SetGrowth(const StatisticValues& from, const StatisticValues& to,
               std::set<std::string> fallen, LiveCounts& counts);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_STATISTICS_H_
