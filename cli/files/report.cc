#include "cli/files/report.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "cli/files/keep_cases.h"
#include "cli/files/profile.h"
#include "profile/compare/diff_functions.h"
#include "profile/file/profile_bytes.h"
#include "report/html_report.h"
#include "report/report_input.h"
#include "results/compare/diff.h"
#include "results/compare/load.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// What the arguments name.
struct Files {
  std::vector<std::string> names;  // Of the results.
  std::vector<Results> results;
  std::vector<SideProfile> profiles;
};

absl::Status Named(const std::string& file, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(file, ": ", status.message()));
}

// Reads results, or a profile.
absl::Status ReadOne(const std::string& name, Files& files) {
  if (absl::StrContains(name, ',')) {
    EB_ASSIGN_OR_RETURN(Results results, LoadResults(name));
    files.names.push_back(name);
    files.results.push_back(std::move(results));
    return absl::OkStatus();
  }
  EB_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(name));
  absl::StatusOr<Results> results = Parse(bytes);
  if (results.ok()) {
    files.names.push_back(name);
    files.results.push_back(*std::move(results));
    return absl::OkStatus();
  }
  absl::StatusOr<Profile> profile = ParseProfile(bytes);
  if (!profile.ok()) return Named(name, results.status());
  files.profiles.push_back({.path = name, .profile = *std::move(profile)});
  return absl::OkStatus();
}

absl::StatusOr<Files> ReadAll(const std::vector<std::string>& names) {
  Files files;
  for (const std::string& name : names) {
    EB_RETURN_IF_ERROR(ReadOne(name, files));
  }
  if (files.results.empty()) {
    return absl::InvalidArgumentError(
        "report wants a results file besides profiles: exitbench report "
        "FILE... --out=report.html");
  }
  return files;
}

// Keeps the cases that `filter` selects, of all sides together.
absl::Status KeepCasesOfAll(const std::string& filter, Files& files) {
  if (filter.empty()) return absl::OkStatus();
  Results all;
  for (const Results& results : files.results) {
    for (const CaseResult& c : results.cases) {
      all.cases.emplace_back().name = c.name;
    }
  }
  EB_RETURN_IF_ERROR(KeepCases(filter, all));
  for (Results& results : files.results) {
    const auto unwanted = [&all](const CaseResult& c) {
      return absl::c_none_of(all.cases, [&c](const CaseResult& kept) {
        return kept.name == c.name;
      });
    };
    results.cases.erase(
        std::remove_if(results.cases.begin(), results.cases.end(), unwanted),
        results.cases.end());
  }
  return absl::OkStatus();
}

bool IsBeside(const SideProfile& profile, const Side& side) {
  return absl::c_any_of(absl::StrSplit(side.label, ','),
                        [&profile](absl::string_view path) {
                          return ProfileBeside(path) == profile.path;
                        });
}

bool IsOfHost(const SideProfile& profile, const Side& side) {
  const ProfileHost& a = profile.profile.host;
  const Host& b = side.host;
  return a.kernel_release == b.kernel_release &&
         a.kernel_version == b.kernel_version &&
         a.kvm_backend == b.kvm_backend && a.paging == b.paging &&
         a.cpu_model == b.cpu_model;
}

// Gives each side its profiles: those that lie beside its files, and those of
// its host that lie beside no side's. kFailedPrecondition: a profile is of no
// side.
absl::StatusOr<std::vector<SideProfiles>> ProfilesOf(
    const std::vector<Side>& sides, std::vector<SideProfile> profiles) {
  std::vector<SideProfiles> all;
  for (const Side& side : sides) {
    all.push_back({.kernel_release = side.host.kernel_release});
  }
  for (const SideProfile& profile : profiles) {
    const bool is_beside = absl::c_any_of(
        sides, [&](const Side& side) { return IsBeside(profile, side); });
    bool is_of_any = false;
    for (size_t i = 0; i < sides.size(); ++i) {
      if (is_beside ? !IsBeside(profile, sides[i])
                    : !IsOfHost(profile, sides[i])) {
        continue;
      }
      all[i].profiles.push_back(profile);
      is_of_any = true;
    }
    if (!is_of_any) {
      return absl::FailedPreconditionError(absl::StrCat(
          profile.path, " is of the kernel ",
          profile.profile.host.kernel_release, " on ",
          profile.profile.host.cpu_model, ", of which no results are given"));
    }
  }
  for (size_t i = 0; i < sides.size(); ++i) NameAsCompared(sides[i], all[i]);
  return all;
}

// Compares the sides of `input`, if there are several. May change their order.
absl::Status Compare(const Comparison& comparison, ReportInput& input) {
  std::vector<Side>& sides = input.sides;
  if (sides.size() == 2) {
    input.diff = CompareSides(sides[0], sides[1], comparison.options);
    return input.diff->refused
               ? RefusalOf(sides[0], sides[1], input.diff->differences)
               : absl::OkStatus();
  }
  if (sides.size() > 2) {
    input.steps = CompareMany(sides, comparison, false);
    if (input.steps->refused) return RefusalOf(sides, *input.steps);
  }
  return absl::OkStatus();
}

absl::StatusOr<ReportInput> MakeInput(const Comparison& comparison,
                                      Files files) {
  ReportInput input;
  for (size_t i = 0; i < files.results.size(); ++i) {
    input.sides.push_back(MakeSide(files.results[i], files.names[i]));
  }
  EB_RETURN_IF_ERROR(CheckCalibration(comparison, input.sides));
  EB_RETURN_IF_ERROR(Compare(comparison, input));
  for (const Side& side : input.sides) {
    const auto at = absl::c_find(files.names, side.label);
    input.results.push_back(
        files.results[static_cast<size_t>(at - files.names.begin())]);
  }
  EB_ASSIGN_OR_RETURN(input.profiles,
                      ProfilesOf(input.sides, std::move(files.profiles)));
  return input;
}

absl::Status CheckOut(const std::string& out,
                      const std::vector<std::string>& args) {
  if (args.empty() || out.empty()) {
    return absl::InvalidArgumentError(
        "report wants files to read and a file to write: exitbench report "
        "FILE... --out=report.html");
  }
  for (const std::string& arg : args) {
    for (const std::string& path :
         std::vector<std::string>(absl::StrSplit(arg, ','))) {
      if (out != "-" && AreOneFile(out, path)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "--out=", out, ": is a file that the report is to be made of"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

int ReportCommand(const std::vector<std::string>& args) {
  const std::string out = absl::GetFlag(FLAGS_out);
  if (absl::Status s = CheckOut(out, args); !s.ok()) return Fail(s, kExitUsage);
  const absl::StatusOr<Comparison> comparison = ComparisonOfFlags();
  if (!comparison.ok()) return Fail(comparison.status(), kExitUsage);
  absl::StatusOr<Files> files =
      ReadAll(WithBaselineFirst(args, comparison->baseline));
  if (!files.ok()) return FailToCompare(files.status());
  if (absl::Status s = KeepCasesOfAll(absl::GetFlag(FLAGS_cases), *files);
      !s.ok()) {
    return Fail(s, kExitUsage);
  }
  const absl::StatusOr<ReportInput> input =
      MakeInput(*comparison, *std::move(files));
  if (!input.ok()) return FailToCompare(input.status());
  if (absl::Status s = WriteFile(out, ReportToHtml(*input)); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  if (out != "-") {
    std::fprintf(stderr, "report: %s\n", Printable(out).c_str());
  }
  return kExitOk;
}

}  // namespace exitbench
