// A digest of a fleet: of each results file one figure per case and metric, and
// what of its host may explain it.
//
// Digests can be joined in any order, also of digests, and say the same as one
// made of all files at once. A figure is the median of a file's runs, kept as a
// float: it is off by a part of 6e-8 at most. Everything else is exact. 10,000
// files of 300 cases take about 30 MB.
#ifndef EXITBENCH_RESULTS_FLEET_DIGEST_H_
#define EXITBENCH_RESULTS_FLEET_DIGEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"
#include "results/sides/side.h"

namespace exitbench {

// What hosts of one group have in common. Figures of other hosts mean something
// else: diff would refuse to compare them, or warn of mitigations.
struct FleetKey {
  std::string architecture;
  std::string cpu_model;
  std::string kernel_release;
  std::string kernel_version;
  std::string kvm_backend;
  std::string paging;
  std::string hypervisor;  // Empty on bare metal.
  std::string emulator;
  Tick tick = Tick::kUnspecified;
  std::string settings;     // Of the cases.
  std::string mitigations;  // Of the command line; "auto" if it does not say.
  // "name=what the kernel says", one a line, of those that affect the host.
  std::string vulnerabilities;

  auto operator<=>(const FleetKey&) const = default;

  // Returns the key without what comes with a kernel.
  FleetKey WithoutKernel() const;
};

struct FleetSeries {
  std::string case_name;
  std::string metric;
  std::string code_hash;  // Another payload is another series.
  Unit unit = Unit::kUnspecified;
  Direction direction = Direction::kUnspecified;

  auto operator<=>(const FleetSeries&) const = default;
};

// One results file.
struct FleetRow {
  std::string host;
  std::string file;
  std::vector<uint64_t> sessions;  // A hash of each.
  std::vector<uint32_t> facts;     // Texts of the digest: "key=value".
  std::vector<uint32_t> failed;    // The same: cases FAILED or TIMEOUT.
  // By the group's series. NaN: the file has none. The end may be missing.
  std::vector<float> figures;
  double tsc_khz = 0;
  uint32_t runs = 0;
  uint32_t disturbed_runs = 0;
  bool quick = false;

  bool operator==(const FleetRow&) const = default;
};

struct FleetGroup {
  FleetKey key;
  std::vector<FleetSeries> series;
  std::vector<FleetRow> rows;
};

class FleetDigest {
 public:
  FleetDigest() = default;
  // Takes what groups() and texts() were. All indices must be in range.
  FleetDigest(std::vector<FleetGroup> groups, std::vector<std::string> texts);

  // Adds the file that `side` was read from. kAlreadyExists: a session of it is
  // in the digest, of the file that the message names. The digest is unchanged
  // then.
  absl::Status Add(const Side& side, absl::string_view host,
                   absl::string_view file);

  // Adds the files of `other`. Returns an error as Add() does for each file
  // that is left out.
  std::vector<absl::Status> Merge(const FleetDigest& other);

  const std::vector<FleetGroup>& groups() const { return groups_; }
  const std::vector<std::string>& texts() const { return texts_; }

  // Returns the number of files.
  size_t files() const;

 private:
  struct Place {
    size_t group;
    size_t row;
  };

  size_t GroupOf(const FleetKey& key);
  // `hint` is where the series would be if all files had the same.
  size_t SeriesOf(size_t group, const FleetSeries& series, size_t hint);
  uint32_t TextOf(absl::string_view text);
  absl::Status CheckNew(const std::vector<uint64_t>& sessions,
                        absl::string_view file) const;
  void AddRow(size_t group, FleetRow row);

  std::vector<FleetGroup> groups_;
  std::vector<std::string> texts_;
  std::vector<absl::flat_hash_map<std::string, uint32_t>> series_by_name_;
  absl::flat_hash_map<std::string, uint32_t> text_ids_;
  absl::flat_hash_map<uint64_t, Place> by_session_;
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_DIGEST_H_
