#include "harness/plan/cpu_choice.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Returns `otherwise` where the file is not there or holds no number.
template <typename Number>
Number ReadNumber(const std::string& path, Number otherwise) {
  std::ifstream file(path);
  Number number;
  return file >> number ? number : otherwise;
}

std::tuple<bool, uint64_t, uint64_t> Kind(const CpuPlace& place) {
  return {place.performance, place.capacity, place.base_khz};
}

bool OnOneCore(const CpuPlace& a, const CpuPlace& b) {
  if (!a.siblings.IsEmpty()) return a.siblings.Has(b.cpu);
  return a.core >= 0 && a.core == b.core && a.package == b.package;
}

// Returns the first of `places` up to `end` that is on the core of `*end`.
std::vector<CpuPlace>::const_iterator EarlierSibling(
    const std::vector<CpuPlace>& places,
    std::vector<CpuPlace>::const_iterator end) {
  return std::find_if(places.begin(), end, [end](const CpuPlace& earlier) {
    return OnOneCore(*end, earlier);
  });
}

}  // namespace

std::vector<CpuPlace> ReadCpuPlaces(const std::vector<int>& cpus,
                                    const std::string& root) {
  const std::string devices = root + "/sys/devices/";
  // The file is there on hybrid processors only.
  const CpuSet performance = ParseCpuList(ReadText(devices + "cpu_core/cpus"));
  std::vector<CpuPlace> places;
  for (int cpu : cpus) {
    const std::string folder = absl::StrCat(devices, "system/cpu/cpu", cpu);
    CpuPlace place;
    place.cpu = cpu;
    place.package = ReadNumber(folder + "/topology/physical_package_id", -1);
    place.core = ReadNumber(folder + "/topology/core_id", -1);
    place.siblings =
        ParseCpuList(ReadText(folder + "/topology/thread_siblings_list"));
    place.performance = performance.IsEmpty() || performance.Has(cpu);
    place.capacity = ReadNumber<uint64_t>(folder + "/cpu_capacity", 0);
    place.base_khz =
        ReadNumber<uint64_t>(folder + "/cpufreq/base_frequency", 0);
    places.push_back(place);
  }
  return places;
}

std::vector<int> ChooseCpus(std::vector<CpuPlace> places) {
  std::sort(places.begin(), places.end(),
            [](const CpuPlace& a, const CpuPlace& b) {
              if (Kind(a) != Kind(b)) return Kind(a) > Kind(b);
              return a.cpu > b.cpu;
            });
  std::vector<int> first, siblings;
  for (auto it = places.cbegin(); it != places.cend(); ++it) {
    (EarlierSibling(places, it) == it ? first : siblings).push_back(it->cpu);
  }
  first.insert(first.end(), siblings.begin(), siblings.end());
  return first;
}

std::string DescribeCores(const std::vector<CpuPlace>& places) {
  std::vector<std::string> texts;
  for (auto it = places.cbegin(); it != places.cend(); ++it) {
    std::string text = absl::StrCat("CPU ", it->cpu, ": ");
    if (it->core < 0) {
      absl::StrAppend(&text, "core not known");
    } else {
      absl::StrAppend(&text, "package ", it->package, " core ", it->core);
    }
    if (!it->performance) absl::StrAppend(&text, " (E-core)");
    if (const auto earlier = EarlierSibling(places, it); earlier != it) {
      absl::StrAppend(&text, " (SMT sibling of CPU ", earlier->cpu, ")");
    }
    texts.push_back(text);
  }
  return absl::StrJoin(texts, ", ");
}

absl::StatusOr<std::vector<int>> ParseCpus(const std::string& text) {
  if (text == "none") return std::vector<int>();
  EB_ASSIGN_OR_RETURN(const CpuSet allowed, CpuSet::OfThisThread());
  if (text == "auto") return ChooseCpus(ReadCpuPlaces(allowed.Numbers()));
  std::vector<int> cpus;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    int cpu = -1;
    if (!absl::SimpleAtoi(part, &cpu) || !allowed.Has(cpu)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cpu=", text,
                       ": give auto, none, or numbers of CPUs that this "
                       "process may run on"));
    }
    cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace exitbench
