#include "results/merge.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

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

absl::Status Differs(absl::string_view what, absl::string_view a,
                     absl::string_view b) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " differs: ", a, " and ", b));
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
  into.linearity.insert(into.linearity.end(), more.linearity.begin(),
                        more.linearity.end());
}

}  // namespace

absl::Status CheckSameHostAndKernel(const Host& a, const Host& b) {
  if (a.kernel_release != b.kernel_release) {
    return Differs("kernel", a.kernel_release, b.kernel_release);
  }
  if (a.kernel_version != b.kernel_version) {
    return Differs("kernel build", a.kernel_version, b.kernel_version);
  }
  if (a.kvm_backend != b.kvm_backend) {
    return Differs("KVM backend", a.kvm_backend, b.kvm_backend);
  }
  if (a.paging != b.paging) return Differs("paging", a.paging, b.paging);
  if (a.cpu_model != b.cpu_model) {
    return Differs("CPU model", a.cpu_model, b.cpu_model);
  }
  if (a.tick != b.tick || a.emulator != b.emulator) {
    return Differs("emulator or what a tick is", a.emulator, b.emulator);
  }
  // A recalibrated TSC moves by parts per million from boot to boot.
  if (std::abs(a.tsc_khz - b.tsc_khz) > 1e-3 * a.tsc_khz) {
    return Differs("TSC kHz", absl::StrCat(a.tsc_khz), absl::StrCat(b.tsc_khz));
  }
  return absl::OkStatus();
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
  if (absl::Status s = CheckSameHostAndKernel(into.host, more.host); !s.ok()) {
    return s;
  }
  for (const CaseResult& c : more.cases) {
    if (const CaseResult* known = Find(into, c.name); known != nullptr) {
      if (absl::Status s = CheckSamePayload(*known, c); !s.ok()) return s;
    }
  }
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
