// For tests that run a case of the catalogue with one part of it changed, so
// that its event does not happen. Where the case itself can't run, such a test
// could show nothing: it is SKIPPED, and says what the host lacks.
#ifndef EXITBENCH_TESTS_GUESTS_CHANGED_ROW_H_
#define EXITBENCH_TESTS_GUESTS_CHANGED_ROW_H_

#include <map>
#include <string>

#include "absl/time/clock.h"
#include "cases/catalogue/catalogue.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {

class ChangedRowTest : public KvmTest {
 protected:
  // Runs the case `name` as it is, once in a process. It has to be OK. Skips
  // the test if the host can't run it.
  void NeedsCase(const std::string& name, uint32_t events) {
    static auto* const results = new std::map<std::string, CaseResult>();
    auto [at, fresh] = results->try_emplace(name);
    if (fresh) {
      at->second = RunChanged(name, events, absl::Seconds(20), [](Case&) {});
    }
    if (at->second.outcome == Outcome::kSkipped) {
      GTEST_SKIP() << "SKIPPED, needs " << name << ": " << at->second.reason;
    }
    ASSERT_EQ(at->second.outcome, Outcome::kOk) << at->second.reason;
  }

  // Runs the case `name` as `change` has made it.
  CaseResult RunChanged(const std::string& name, uint32_t events,
                        absl::Duration limit, void (*change)(Case&)) {
    RunSettings settings = CalibratedSettings(events);
    settings.config.time_limit = limit;
    for (const CaseInstance& instance : AllCases()) {
      if (instance.name != name) continue;
      Case row = *instance.row;
      change(row);
      const absl::Time start = absl::Now();
      const CaseResult result = RunCase(
          kvm(), {&row, instance.mode, name, nullptr}, settings, tools_);
      took_ = absl::Now() - start;
      return result;
    }
    ADD_FAILURE() << "no case " << name;
    return CaseResult();
  }

  // How long the last run took.
  absl::Duration took_;
};

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_GUESTS_CHANGED_ROW_H_
