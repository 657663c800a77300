#include "cli/files/fleet.h"

#include <malloc.h>
#include <re2/re2.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <variant>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "harness/host/version.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/fleet/digest.h"
#include "results/fleet/digest_io.h"
#include "results/fleet/fleet.h"
#include "results/fleet/fleet_report.h"
#include "results/sides/side.h"
#include "results/text/name_filter.h"
#include "results/text/printable.h"

ABSL_DECLARE_FLAG(std::string, threshold);
ABSL_DECLARE_FLAG(double, alpha);
ABSL_FLAG(std::string, host_name, "",
          "fleet: an RE2 expression with a group, found in each file's path: "
          "the group is the host's name; without it that is the file's name "
          "up to '@' or '.pb'");

namespace exitbench {
namespace {

constexpr size_t kMostThreads = 4;
// Files that are in memory at a time.
constexpr size_t kFilesAtOnce = 64;
// The next file needs the memory of the last one again.
constexpr int kKeptBytes = 64 << 20;

using Loaded = std::variant<absl::Status, Side, FleetDigest>;

Loaded Load(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  const auto with_path = [&path](const absl::Status& status) {
    return absl::Status(status.code(),
                        absl::StrCat(path, ": ", status.message()));
  };
  if (IsDigest(*bytes)) {
    absl::StatusOr<FleetDigest> digest = ParseDigest(*bytes);
    if (!digest.ok()) return with_path(digest.status());
    return *std::move(digest);
  }
  absl::StatusOr<Results> results = Parse(*bytes, Detail::kRunStatistics);
  if (!results.ok()) return with_path(results.status());
  return MakeSide(*results, path);
}

std::vector<Loaded> LoadAll(const std::vector<std::string>& paths, size_t first,
                            size_t last) {
  std::vector<Loaded> loaded(last - first);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i; (i = next++) < loaded.size();) {
      loaded[i] = Load(paths[first + i]);
    }
  };
  const size_t threads =
      std::min({loaded.size(), kMostThreads,
                size_t{std::max(1u, std::thread::hardware_concurrency())}});
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  return loaded;
}

// Returns the name of the host that the file at `path` is of; nothing if
// `pattern` is not found there.
std::string HostOf(const std::string& path, const RE2* pattern) {
  std::string host;
  if (pattern != nullptr) {
    return RE2::PartialMatch(path, *pattern, &host) ? host : "";
  }
  absl::string_view name = path;
  if (const size_t slash = name.rfind('/'); slash != name.npos) {
    name.remove_prefix(slash + 1);
  }
  if (const size_t at = name.find('@'); at != name.npos) {
    return std::string(name.substr(0, at));
  }
  return std::string(absl::StripSuffix(name, ".pb"));
}

class Gatherer {
 public:
  explicit Gatherer(const RE2* pattern) : pattern_(pattern) {}

  void Add(const std::string& path, Loaded loaded) {
    if (auto* error = std::get_if<absl::Status>(&loaded)) {
      LeaveOut(path, *error);
    } else if (auto* digest = std::get_if<FleetDigest>(&loaded)) {
      for (const absl::Status& status : digest_.Merge(*digest)) {
        LeaveOut(path, status);
      }
    } else {
      AddSide(path, std::get<Side>(loaded));
    }
  }

  const FleetDigest& digest() const { return digest_; }
  const std::vector<LeftOut>& left_out() const { return left_out_; }

 private:
  void AddSide(const std::string& path, const Side& side) {
    const std::string host = HostOf(path, pattern_);
    if (host.empty()) {
      LeaveOut(path, absl::InvalidArgumentError(absl::StrCat(
                         path, ": its name does not tell its host")));
      return;
    }
    if (absl::Status s = digest_.Add(side, host, path); !s.ok()) {
      LeaveOut(path, s);
    }
  }

  void LeaveOut(const std::string& path, const absl::Status& why) {
    PrintError(
        absl::Status(why.code(), absl::StrCat("left out: ", why.message())));
    left_out_.push_back({path, std::string(why.message())});
  }

  const RE2* pattern_;
  FleetDigest digest_;
  std::vector<LeftOut> left_out_;
};

absl::StatusOr<FleetOptions> OptionsFlag() {
  FleetOptions options;
  EB_ASSIGN_OR_RETURN(options.threshold,
                      ParsePart("threshold", absl::GetFlag(FLAGS_threshold)));
  options.alpha = absl::GetFlag(FLAGS_alpha);
  if (!(options.alpha > 0 && options.alpha < 1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--alpha=", options.alpha, ": give a probability between 0 and 1"));
  }
  return options;
}

// Returns null if there is no --host_name.
absl::StatusOr<std::unique_ptr<RE2>> HostNameFlag() {
  const std::string text = absl::GetFlag(FLAGS_host_name);
  if (text.empty()) return nullptr;
  auto pattern = std::make_unique<RE2>(text, RE2::Quiet);
  if (!pattern->ok() || pattern->NumberOfCapturingGroups() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--host_name=", text, ": give an RE2 expression with one group",
        pattern->ok() ? "" : ": ", pattern->ok() ? "" : pattern->error()));
  }
  return pattern;
}

// Returns the cases that --cases selects.
absl::StatusOr<std::set<std::string>> WantedCases(const FleetDigest& digest) {
  std::set<std::string> wanted;
  const std::string filter = absl::GetFlag(FLAGS_cases);
  if (filter.empty()) return wanted;
  std::set<absl::string_view> names;
  for (const FleetGroup& group : digest.groups()) {
    for (const FleetSeries& series : group.series) {
      names.insert(series.case_name);
    }
  }
  const std::vector<absl::string_view> list(names.begin(), names.end());
  EB_ASSIGN_OR_RETURN(const std::vector<bool> selected,
                      FilterNames(list, filter));
  for (size_t i = 0; i < list.size(); ++i) {
    if (selected[i]) wanted.emplace(list[i]);
  }
  return wanted;
}

int Print(const FleetDigest& digest, const std::vector<LeftOut>& left_out,
          const FleetOptions& options, Format format, bool colour) {
  absl::StatusOr<std::set<std::string>> wanted = WantedCases(digest);
  if (!wanted.ok()) return Fail(wanted.status(), kExitUsage);
  const FleetReport report = AnalyzeFleet(digest, options, *wanted);
  const int code = !left_out.empty()                    ? kExitUsage
                   : report.any_odd || report.any_worse ? 1
                                                        : kExitOk;
  return PrintResult(
      format == Format::kJson
          ? FleetToJson(report, left_out)
          : FleetToText(report, {.colour = colour,
                                 .columns = TextColumns(STDOUT_FILENO)}),
      code);
}

absl::Status Write(const std::string& out, const FleetDigest& digest) {
  const std::string bytes = SerializeDigest(digest, kVersion);
  // A good file must not be replaced by one that can't be read.
  if (bytes.size() > kMaxResultsFileBytes || !ParseDigest(bytes).ok()) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "won't write ", out, ", it would not open again: give fewer files"));
  }
  EB_RETURN_IF_ERROR(WriteFile(out, bytes));
  if (out != "-") {
    std::fprintf(stderr, "digest of %zu files: %s\n", digest.files(),
                 Printable(out).c_str());
  }
  return absl::OkStatus();
}

}  // namespace

int FleetCommand(const std::vector<std::string>& args) {
  if (args.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "fleet wants results files or digests: exitbench fleet "
                    "FILE..."),
                kExitUsage);
  }
  const absl::StatusOr<FleetOptions> options = OptionsFlag();
  if (!options.ok()) return Fail(options.status(), kExitUsage);
  const absl::StatusOr<Format> format = FormatFlag();
  if (!format.ok()) return Fail(format.status(), kExitUsage);
  if (*format == Format::kTextproto) {
    return Fail(absl::InvalidArgumentError(
                    "--format=textproto: fleet prints text or json"),
                kExitUsage);
  }
  const std::string out = absl::GetFlag(FLAGS_out);
  if (absl::Status s = CheckIsNotRead(out, args); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  if (!out.empty() && !absl::GetFlag(FLAGS_cases).empty()) {
    return Fail(absl::InvalidArgumentError(
                    "a digest has all cases: give --cases where it is read, "
                    "not with --out"),
                kExitUsage);
  }
  const absl::StatusOr<bool> colour = ColorFlag(STDOUT_FILENO);
  if (!colour.ok()) return Fail(colour.status(), kExitUsage);
  const absl::StatusOr<std::unique_ptr<RE2>> pattern = HostNameFlag();
  if (!pattern.ok()) return Fail(pattern.status(), kExitUsage);

  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_MMAP_THRESHOLD, kKeptBytes / 2);
  Gatherer gatherer(pattern->get());
  for (size_t first = 0; first < args.size(); first += kFilesAtOnce) {
    const size_t last = std::min(first + kFilesAtOnce, args.size());
    std::vector<Loaded> loaded = LoadAll(args, first, last);
    for (size_t i = first; i < last; ++i) {
      gatherer.Add(args[i], std::move(loaded[i - first]));
    }
  }
  const FleetDigest& digest = gatherer.digest();
  if (digest.files() == 0) {
    return Fail(absl::InvalidArgumentError("no file could be used"),
                kExitUsage);
  }
  if (out.empty()) {
    return Print(digest, gatherer.left_out(), *options, *format, *colour);
  }
  if (absl::Status s = Write(out, digest); !s.ok()) return Fail(s, kExitUsage);
  return gatherer.left_out().empty() ? kExitOk : kExitUsage;
}

}  // namespace exitbench
