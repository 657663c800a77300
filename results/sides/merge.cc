#include "results/sides/merge.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "results/sides/compatibility.h"
#include "results/sides/side.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

int Badness(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFailed:
      return 4;
    case Outcome::kTimeout:
      return 3;
    case Outcome::kOk:
      return 2;
    case Outcome::kSkipped:
      return 1;
    case Outcome::kUnspecified:
      break;
  }
  return 0;
}

int Badness(Verdict verdict) { return static_cast<int>(verdict); }

CaseResult* Find(Results& results, const std::string& name) {
  for (CaseResult& c : results.cases) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

Metric* Find(CaseResult& result, const std::string& name) {
  for (Metric& m : result.metrics) {
    if (m.name == name) return &m;
  }
  return nullptr;
}

constexpr size_t kMostShown = 120;

std::string Shown(absl::string_view value) {
  return value.empty() ? "nothing" : Shortened(value, kMostShown);
}

absl::Status Differs(absl::string_view what, absl::string_view a,
                     absl::string_view b) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " differs: ", Shown(a), " and ", Shown(b)));
}

// Differences that diff only notes come with another kernel. But a module of
// another build, under the same kernel's name, is another KVM.
bool IsAnotherHost(const Difference& d) {
  return d.action != Action::kNote ||
         (absl::EndsWith(d.what, ".srcversion") &&
          d.baseline != "not recorded" && d.candidate != "not recorded");
}

absl::Status CheckSamePayload(const CaseResult& a, const CaseResult& b) {
  if (a.code_hash == b.code_hash) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("case ", a.name, " was another payload (", a.code_hash,
                   " and ", b.code_hash, ")"));
}

void Absorb(const CaseResult& more, CaseResult& into) {
  const uint32_t first_run = static_cast<uint32_t>(into.runs.size());
  into.runs.insert(into.runs.end(), more.runs.begin(), more.runs.end());
  for (const Metric& metric : more.metrics) {
    Metric* known = Find(into, metric.name);
    if (known == nullptr) {
      into.metrics.push_back(metric);
      known = &into.metrics.back();
      known->runs.clear();
    } else {
      known->histogram.Merge(metric.histogram);
    }
    for (RunStatistics run : metric.runs) {
      run.run += first_run;
      known->runs.push_back(run);
    }
  }
  if (Badness(more.outcome) > Badness(into.outcome)) {
    into.outcome = more.outcome;
    into.reason = more.reason;
  }
  if (Badness(more.verdict) > Badness(into.verdict)) {
    into.verdict = more.verdict;
    into.proof = more.proof;
  }
  if (into.no_legs.empty()) into.no_legs = more.no_legs;
  if (into.no_native.empty()) into.no_native = more.no_native;
  for (const Unexpected& u : more.unexpected) {
    if (std::find(into.unexpected.begin(), into.unexpected.end(), u) ==
        into.unexpected.end()) {
      into.unexpected.push_back(u);
    }
  }
  if (!more.exit_reasons.empty()) into.exit_reasons = more.exit_reasons;
  into.linearity.insert(into.linearity.end(), more.linearity.begin(),
                        more.linearity.end());
}

// Compares the settings of the cases, and pinning. The number of events and the
// kind of stamps may differ: --quick, --budget and clock calibration choose
// them anew each time. Each session records its own, and diff warns.
absl::Status CheckSameSettings(const Session& a, const Session& b) {
  if (a.cpus != b.cpus) return Differs("pinning (--cpu)", a.cpus, b.cpus);
  if (a.settings == b.settings) return absl::OkStatus();
  std::map<std::string, std::pair<std::string, std::string>> values;
  for (const Fact& fact : a.settings) values[fact.key].first = fact.value;
  for (const Fact& fact : b.settings) values[fact.key].second = fact.value;
  for (const auto& [key, value] : values) {
    if (value.first == value.second) continue;
    return Differs(absl::StrCat("setting ", Shown(key)), value.first,
                   value.second);
  }
  return absl::OkStatus();
}

absl::Status CheckNoneTwice(const std::vector<Session>& known,
                            const std::vector<Session>& more) {
  std::set<std::string> ids;
  for (const Session& session : known) ids.insert(SessionId(session));
  for (const Session& session : more) {
    if (ids.count(SessionId(session)) == 0) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "the session of ", Shown(session.started_utc),
        " is in both, and twice the same is no second sample: leave one out"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string SessionId(const Session& session) {
  return absl::StrCat(session.boot_id, " ", session.started_utc, " ",
                      session.seed, " ", session.elapsed_s);
}

absl::Status CheckSameHostAndKernel(const Host& a, const Host& b) {
  if (ArchitectureOf(a) != ArchitectureOf(b)) {
    return Differs("architecture", ArchitectureOf(a), ArchitectureOf(b));
  }
  if (a.kernel_release != b.kernel_release) {
    return Differs("kernel", a.kernel_release, b.kernel_release);
  }
  if (a.kernel_version != b.kernel_version) {
    return Differs("kernel build", a.kernel_version, b.kernel_version);
  }
  Side baseline, candidate;
  baseline.host = a;
  candidate.host = b;
  const Difference* first = nullptr;
  const std::vector<Difference> differences = CompareHosts(baseline, candidate);
  for (const Difference& d : differences) {
    if (!IsAnotherHost(d)) continue;
    // The command line is the cause, and what the user knows.
    if (first == nullptr ||
        (first->action == d.action && d.what == "kernel.cmdline")) {
      first = &d;
    }
  }
  return first == nullptr
             ? absl::OkStatus()
             : Differs(first->what, first->baseline, first->candidate);
}

absl::Status CheckMergeable(const Results& more, const Results& into) {
  if (absl::Status s = CheckSameHostAndKernel(into.host, more.host); !s.ok()) {
    return s;
  }
  if (!into.sessions.empty()) {
    for (const std::vector<Session>* sessions :
         {&into.sessions, &more.sessions}) {
      for (const Session& session : *sessions) {
        if (absl::Status s = CheckSameSettings(into.sessions.front(), session);
            !s.ok()) {
          return s;
        }
      }
    }
  }
  std::map<absl::string_view, const CaseResult*> known;
  for (const CaseResult& c : into.cases) known.emplace(c.name, &c);
  for (const CaseResult& c : more.cases) {
    if (const auto it = known.find(c.name); it != known.end()) {
      if (absl::Status s = CheckSamePayload(*it->second, c); !s.ok()) return s;
    }
  }
  return CheckNoneTwice(into.sessions, more.sessions);
}

absl::Status MergeCase(const CaseResult& more, Results& into) {
  if (CaseResult* known = Find(into, more.name); known != nullptr) {
    if (absl::Status s = CheckSamePayload(*known, more); !s.ok()) return s;
    Absorb(more, *known);
  } else {
    into.cases.push_back(more);
  }
  return absl::OkStatus();
}

absl::Status Merge(const Results& more, Results& into) {
  if (absl::Status s = CheckMergeable(more, into); !s.ok()) return s;
  const uint32_t first_session = static_cast<uint32_t>(into.sessions.size());
  into.sessions.insert(into.sessions.end(), more.sessions.begin(),
                       more.sessions.end());
  for (CaseResult moved : more.cases) {
    for (Run& run : moved.runs) run.session += first_session;
    if (absl::Status s = MergeCase(moved, into); !s.ok()) return s;
  }
  into.partial = into.partial || more.partial;
  return absl::OkStatus();
}

}  // namespace exitbench
