#include "results/fleet/digest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/fnv1a.h"
#include "base/status_macros.h"
#include "results/sides/compatibility.h"
#include "results/sides/kernel_words.h"
#include "results/sides/merge.h"

namespace exitbench {
namespace {

constexpr absl::string_view kVulnerability = "cpu.vulnerabilities.";
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::string SettingsOf(const Side& side) {
  std::set<std::string> settings;
  for (const Session& session : side.sessions) {
    settings.insert(absl::StrJoin(
        session.settings, " ", [](std::string* out, const Fact& fact) {
          absl::StrAppend(out, fact.key, "=", fact.value);
        }));
  }
  return absl::StrJoin(settings, " or ");
}

// What the command line says, as far as it is known.
std::string MitigationsOf(const Host& host) {
  for (const Fact& fact : host.facts) {
    if (fact.key != "kernel.cmdline" || fact.value == "absent") continue;
    const KernelWords words = ParseKernelWords(fact.value);
    const auto found = words.find("mitigations");
    return found == words.end() ? "auto" : found->second;
  }
  return "unknown";
}

std::string VulnerabilitiesOf(const Host& host) {
  std::set<std::string> lines;
  for (const Fact& fact : host.facts) {
    if (!absl::StartsWith(fact.key, kVulnerability) ||
        fact.value == "Not affected" || fact.value == "absent") {
      continue;
    }
    lines.insert(
        absl::StrCat(fact.key.substr(kVulnerability.size()), "=", fact.value));
  }
  return absl::StrJoin(lines, "\n");
}

FleetKey KeyOf(const Side& side) {
  const Host& host = side.host;
  FleetKey key;
  key.architecture = ArchitectureOf(host);
  key.cpu_model = host.cpu_model;
  key.kernel_release = host.kernel_release;
  key.kernel_version = host.kernel_version;
  key.kvm_backend = host.kvm_backend;
  key.paging = host.paging;
  key.hypervisor = host.virtual_machine && host.hypervisor.empty()
                       ? "a hypervisor"
                       : host.hypervisor;
  key.emulator = host.emulator;
  key.tick = host.tick;
  key.settings = SettingsOf(side);
  key.mitigations = MitigationsOf(host);
  key.vulnerabilities = VulnerabilitiesOf(host);
  return key;
}

// Returns whether a fact may explain a figure, and is not in the key.
bool IsKept(absl::string_view key) {
  Action action;
  if (!FactAction(key, action) || absl::StartsWith(key, kVulnerability)) {
    return false;
  }
  // What comes with the kernel is the same in the whole group.
  return action != Action::kNote || key == "cpu.flags";
}

std::vector<std::string> FactsOf(const Side& side) {
  std::map<std::string, std::string> facts;
  for (const Fact& fact : side.host.facts) facts[fact.key] = fact.value;
  for (const Session& session : side.sessions) {
    for (const Fact& fact : session.facts) facts.emplace(fact.key, fact.value);
    facts.emplace("pinned to CPUs", session.cpus);
  }
  std::vector<std::string> kept;
  for (const auto& [key, value] : facts) {
    if (key == "pinned to CPUs" || IsKept(key)) {
      kept.push_back(absl::StrCat(key, "=", value));
    }
  }
  kept.push_back(absl::StrCat("microcode=", side.host.microcode));
  return kept;
}

uint64_t HashOf(const Session& session) {
  const std::string id = SessionId(session);
  Fnv1a hash;
  hash.Add(id.data(), id.size());
  return hash.value();
}

std::string NameOf(const FleetSeries& series) {
  return absl::StrCat(
      series.case_name, absl::string_view("\0", 1), series.metric,
      absl::string_view("\0", 1), series.code_hash, absl::string_view("\0", 1),
      static_cast<int>(series.unit), " ", static_cast<int>(series.direction));
}

void SetFigure(std::vector<float>& figures, size_t series, float value) {
  if (figures.size() <= series) figures.resize(series + 1, kNone);
  figures[series] = value;
}

}  // namespace

FleetKey FleetKey::WithoutKernel() const {
  FleetKey key = *this;
  key.kernel_release.clear();
  key.kernel_version.clear();
  key.vulnerabilities.clear();
  return key;
}

FleetDigest::FleetDigest(std::vector<FleetGroup> groups,
                         std::vector<std::string> texts)
    : groups_(std::move(groups)), texts_(std::move(texts)) {
  for (size_t i = 0; i < texts_.size(); ++i) {
    text_ids_.try_emplace(texts_[i], static_cast<uint32_t>(i));
  }
  series_by_name_.resize(groups_.size());
  for (size_t g = 0; g < groups_.size(); ++g) {
    const FleetGroup& group = groups_[g];
    for (size_t i = 0; i < group.series.size(); ++i) {
      series_by_name_[g].try_emplace(NameOf(group.series[i]),
                                     static_cast<uint32_t>(i));
    }
    for (size_t row = 0; row < group.rows.size(); ++row) {
      for (uint64_t session : group.rows[row].sessions) {
        by_session_.try_emplace(session, Place{g, row});
      }
    }
  }
}

size_t FleetDigest::files() const {
  size_t files = 0;
  for (const FleetGroup& group : groups_) files += group.rows.size();
  return files;
}

size_t FleetDigest::GroupOf(const FleetKey& key) {
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i].key == key) return i;
  }
  groups_.emplace_back().key = key;
  series_by_name_.emplace_back();
  return groups_.size() - 1;
}

size_t FleetDigest::SeriesOf(size_t group, const FleetSeries& series,
                             size_t hint) {
  std::vector<FleetSeries>& known = groups_[group].series;
  if (hint < known.size() && known[hint] == series) return hint;
  const auto [at, is_new] = series_by_name_[group].try_emplace(
      NameOf(series), static_cast<uint32_t>(known.size()));
  if (is_new) known.push_back(series);
  return at->second;
}

uint32_t FleetDigest::TextOf(absl::string_view text) {
  const auto [at, is_new] =
      text_ids_.try_emplace(text, static_cast<uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return at->second;
}

absl::Status FleetDigest::CheckNew(const std::vector<uint64_t>& sessions,
                                   absl::string_view file) const {
  for (uint64_t session : sessions) {
    const auto found = by_session_.find(session);
    if (found == by_session_.end()) continue;
    const FleetRow& other =
        groups_[found->second.group].rows[found->second.row];
    return absl::AlreadyExistsError(
        absl::StrCat(file, ": a session of it is in ", other.file,
                     " too, and twice the same is no second host"));
  }
  return absl::OkStatus();
}

void FleetDigest::AddRow(size_t group, FleetRow row) {
  std::vector<FleetRow>& rows = groups_[group].rows;
  for (uint64_t session : row.sessions) {
    by_session_.try_emplace(session, Place{group, rows.size()});
  }
  row.figures.shrink_to_fit();
  rows.push_back(std::move(row));
}

absl::Status FleetDigest::Add(const Side& side, absl::string_view host,
                              absl::string_view file) {
  FleetRow row;
  for (const Session& session : side.sessions) {
    row.sessions.push_back(HashOf(session));
  }
  EB_RETURN_IF_ERROR(CheckNew(row.sessions, file));
  row.host = std::string(host);
  row.file = std::string(file);
  row.tsc_khz = side.host.tsc_khz;
  row.runs = static_cast<uint32_t>(side.runs);
  row.disturbed_runs = static_cast<uint32_t>(side.disturbed_runs);
  row.quick = side.quick;
  for (const std::string& fact : FactsOf(side)) {
    row.facts.push_back(TextOf(fact));
  }
  const size_t group = GroupOf(KeyOf(side));
  size_t hint = 0;
  for (const SideCase& c : side.cases) {
    if (c.outcome == Outcome::kFailed || c.outcome == Outcome::kTimeout) {
      row.failed.push_back(TextOf(c.name));
    }
    if (c.outcome != Outcome::kOk) continue;
    for (const Series& series : c.series) {
      if (!IsJudged(series) || series.values.empty()) continue;
      const float figure = static_cast<float>(Median(series.values));
      if (!std::isfinite(figure)) continue;
      const size_t at = SeriesOf(
          group,
          {c.name, series.metric, c.code_hash, series.unit, series.direction},
          hint);
      hint = at + 1;
      SetFigure(row.figures, at, figure);
    }
  }
  AddRow(group, std::move(row));
  return absl::OkStatus();
}

std::vector<absl::Status> FleetDigest::Merge(const FleetDigest& other) {
  std::vector<absl::Status> left_out;
  std::vector<uint32_t> texts;
  for (const std::string& text : other.texts_) texts.push_back(TextOf(text));
  const auto translate = [&texts](std::vector<uint32_t>& ids) {
    for (uint32_t& id : ids) id = texts[id];
  };
  for (const FleetGroup& from : other.groups_) {
    const size_t group = GroupOf(from.key);
    std::vector<size_t> series;
    for (size_t i = 0; i < from.series.size(); ++i) {
      series.push_back(SeriesOf(group, from.series[i], i));
    }
    for (const FleetRow& old : from.rows) {
      if (absl::Status s = CheckNew(old.sessions, old.file); !s.ok()) {
        left_out.push_back(std::move(s));
        continue;
      }
      FleetRow row = old;
      translate(row.facts);
      translate(row.failed);
      row.figures.clear();
      for (size_t i = 0; i < old.figures.size(); ++i) {
        if (std::isnan(old.figures[i])) continue;
        SetFigure(row.figures, series[i], old.figures[i]);
      }
      AddRow(group, std::move(row));
    }
  }
  return left_out;
}

}  // namespace exitbench
