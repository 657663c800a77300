#include "results/compare/load.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "results/boots/boot_variation_io.h"
#include "results/file/file.h"
#include "results/sides/merge.h"

namespace exitbench {
namespace {

constexpr size_t kMostThreads = 4;

}  // namespace

absl::StatusOr<Results> LoadResults(const std::string& argument,
                                    Detail detail) {
  const std::vector<std::string> paths = absl::StrSplit(argument, ',');
  if (absl::c_linear_search(paths, "")) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", argument, "\" has an empty file name in it"));
  }
  Results all;
  for (size_t i = 0; i < paths.size(); ++i) {
    EB_ASSIGN_OR_RETURN(Results results, ReadResults(paths[i], detail));
    if (i == 0) {
      all = std::move(results);
      continue;
    }
    if (absl::Status merged = Merge(results, all); !merged.ok()) {
      return absl::Status(merged.code(),
                          absl::StrCat(paths[0], " and ", paths[i],
                                       " are no one side: ", merged.message(),
                                       absl::IsFailedPrecondition(merged)
                                           ? "; give each a side of its own"
                                           : ""));
    }
  }
  return all;
}

absl::StatusOr<Side> LoadSide(const std::string& argument) {
  EB_ASSIGN_OR_RETURN(const Results results,
                      LoadResults(argument, Detail::kRunStatistics));
  return MakeSide(results, argument);
}

absl::StatusOr<std::vector<Side>> LoadSides(
    const std::vector<std::string>& arguments) {
  std::vector<absl::StatusOr<Side>> loaded(arguments.size(),
                                           absl::UnknownError("not loaded"));
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i; (i = next++) < arguments.size();) {
      loaded[i] = LoadSide(arguments[i]);
    }
  };
  const size_t threads =
      std::min({arguments.size(), kMostThreads,
                size_t{std::max(1u, std::thread::hardware_concurrency())}});
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  std::vector<Side> sides;
  sides.reserve(loaded.size());
  for (absl::StatusOr<Side>& side : loaded) {
    if (!side.ok()) return side.status();
    sides.push_back(*std::move(side));
  }
  return sides;
}

absl::StatusOr<BootVariation> LoadBootVariation(const std::string& path) {
  EB_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StatusOr<BootVariation> variation = BootVariationFromText(text);
  if (!variation.ok()) {
    return absl::Status(variation.status().code(),
                        absl::StrCat(path, ": ", variation.status().message()));
  }
  return variation;
}

}  // namespace exitbench
