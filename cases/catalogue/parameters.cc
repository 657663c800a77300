#include "cases/catalogue/parameters.h"

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "results/text/suggest.h"
#include "vmm/guest_memory.h"

namespace exitbench {
namespace {

// Case memory lies between EB_DATA_GPA and EB_MMIO_GPA. A unit of 2 MiB suits
// every page size.
constexpr uint64_t kUnitBytes = kHugePageBytes;
constexpr uint64_t kMostBytes = 2ull << 30;
static_assert(EB_DATA_GPA + kMostBytes <= EB_MMIO_GPA);

constexpr MemorySource kSources[] = {MemorySource::kAnon, MemorySource::kMemfd,
                                     MemorySource::kShmem, MemorySource::kFile,
                                     MemorySource::kGuestMemfd};

absl::Status Bad(absl::string_view flag, absl::string_view value,
                 absl::string_view takes) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, "=", value, ": give ", takes));
}

absl::StatusOr<uint64_t> ParseWorkingSet(absl::string_view text) {
  const absl::Status bad =
      Bad("working_set", text,
          "a multiple of 2m up to 2048m, such as 64m (k, m and g are units)");
  absl::string_view digits = text;
  uint64_t unit = 1;
  switch (text.back()) {
    case 'k':
      unit = 1u << 10;
      break;
    case 'm':
      unit = 1u << 20;
      break;
    case 'g':
      unit = 1u << 30;
      break;
  }
  if (unit > 1) digits.remove_suffix(1);
  uint64_t number = 0;
  if (!absl::SimpleAtoi(digits, &number) || number > kMostBytes) return bad;
  const uint64_t bytes = number * unit;
  if (bytes == 0 || bytes > kMostBytes || bytes % kUnitBytes != 0) return bad;
  return bytes;
}

absl::StatusOr<MemorySource> ParseBacking(absl::string_view text) {
  std::vector<absl::string_view> names;
  for (MemorySource source : kSources) {
    if (text == Name(source)) return source;
    names.push_back(Name(source));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--backing=", text, ": give anon, memfd, shmem, file or guest_memfd",
      DidYouMean(text, names)));
}

// Refuses what no host has.
absl::Status CheckTogether(const Parameters& parameters) {
  const Backing page = parameters.host_page.value_or(Backing::k4K);
  const char* why = nullptr;
  if (parameters.backing == MemorySource::kFile && page == Backing::kHugetlb) {
    why =
        "a file has hugetlb pages on hugetlbfs only; give --backing=memfd for "
        "those";
  }
  if (parameters.backing == MemorySource::kGuestMemfd && page != Backing::k4K) {
    why = "a guest_memfd has small pages only; give --host_page=4k";
  }
  if (why == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--backing=", Name(*parameters.backing),
                   " --host_page=", Name(page), ": ", why));
}

std::string GuestPageName(GuestPage page) {
  return page == GuestPage::k4K ? "4k" : "2m";
}

std::string WorkingSetName(uint64_t bytes) {
  return absl::StrCat(bytes >> 20, "m");
}

}  // namespace

absl::StatusOr<Parameters> ParseParameters(absl::string_view guest_page,
                                           absl::string_view host_page,
                                           absl::string_view working_set,
                                           absl::string_view backing) {
  Parameters parameters;
  if (guest_page == "4k") {
    parameters.guest_page = GuestPage::k4K;
  } else if (guest_page == "2m") {
    parameters.guest_page = GuestPage::k2M;
  } else if (!guest_page.empty()) {
    return Bad("guest_page", guest_page, "4k or 2m");
  }
  for (Backing backing : {Backing::k4K, Backing::kThp, Backing::kHugetlb}) {
    if (host_page == Name(backing)) parameters.host_page = backing;
  }
  if (!host_page.empty() && !parameters.host_page.has_value()) {
    return Bad("host_page", host_page, "4k, thp or hugetlb");
  }
  if (!working_set.empty()) {
    EB_ASSIGN_OR_RETURN(parameters.working_set_bytes,
                        ParseWorkingSet(working_set));
  }
  if (!backing.empty()) {
    EB_ASSIGN_OR_RETURN(parameters.backing, ParseBacking(backing));
    EB_RETURN_IF_ERROR(CheckTogether(parameters));
  }
  return parameters;
}

std::vector<Fact> ParameterFacts(const Parameters& parameters) {
  std::vector<Fact> facts;
  if (parameters.guest_page.has_value()) {
    facts.push_back({"guest_page", GuestPageName(*parameters.guest_page)});
  }
  if (parameters.host_page.has_value()) {
    facts.push_back({"host_page", std::string(Name(*parameters.host_page))});
  }
  if (parameters.backing.has_value()) {
    facts.push_back({"backing", std::string(Name(*parameters.backing))});
  }
  if (parameters.working_set_bytes.has_value()) {
    facts.push_back(
        {"working_set", WorkingSetName(*parameters.working_set_bytes)});
  }
  return facts;
}

std::vector<CaseInstance> WithParameters(std::vector<CaseInstance> cases,
                                         const Parameters& parameters) {
  for (CaseInstance& instance : cases) {
    Case row = *instance.row;
    std::string suffix;
    if (parameters.guest_page.has_value() &&
        (row.parameters & kGuestPageParameter)) {
      row.shape.data_page = *parameters.guest_page;
      absl::StrAppend(&suffix, ".guest_",
                      GuestPageName(*parameters.guest_page));
    }
    if (parameters.host_page.has_value() &&
        (row.parameters & kHostPageParameter)) {
      row.shape.data_backing = *parameters.host_page;
      absl::StrAppend(&suffix, ".host_", Name(*parameters.host_page));
    }
    if (parameters.backing.has_value() &&
        (row.parameters & kBackingParameter)) {
      row.shape.data_source = *parameters.backing;
      absl::StrAppend(&suffix, ".backing_", Name(*parameters.backing));
    }
    if (parameters.working_set_bytes.has_value() &&
        (row.parameters & kWorkingSetParameter)) {
      row.shape.data_bytes = *parameters.working_set_bytes;
      absl::StrAppend(&suffix, ".set_",
                      WorkingSetName(*parameters.working_set_bytes));
    }
    if (suffix.empty()) continue;
    absl::StrAppend(&instance.name, suffix);
    instance.made_row = std::make_shared<const Case>(std::move(row));
    instance.row = instance.made_row.get();
  }
  return cases;
}

}  // namespace exitbench
