#include "results/sides/merge.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "results/model/test_results.h"

namespace exitbench {
namespace {

// Returns TestResults() with another session.
Results MoreResults() {
  Results results = TestResults();
  results.sessions[0].seed = 8;
  return results;
}

// Returns why the two can't be merged; empty if they can. `change` makes the
// second from the first.
template <typename Change>
std::string WhyNot(Change change) {
  Results into = TestResults(), more = MoreResults();
  into.host.facts = {{"cpu.vulnerabilities.l1tf", "Mitigation: PTE Inversion"},
                     {"kernel.cmdline", "BOOT_IMAGE=/a quiet"},
                     {"kernel.notes", "fnv1a:1"},
                     {"module.kvm.srcversion", "A"},
                     {"thp.enabled", "always"}};
  into.sessions[0].cpus = "1,0";
  into.sessions[0].settings = {{"seccomp", "on"}};
  more.host = into.host;
  more.sessions[0].cpus = into.sessions[0].cpus;
  more.sessions[0].settings = into.sessions[0].settings;
  change(more);
  const absl::Status status = Merge(more, into);
  EXPECT_EQ(into.sessions.size(), status.ok() ? 2u : 1u);
  EXPECT_EQ(into.cases[0].runs.size(), status.ok() ? 4u : 2u);
  return std::string(status.message());
}

void SetFact(Results& results, const std::string& key, std::string value) {
  for (Fact& fact : results.host.facts) {
    if (fact.key == key) fact.value = std::move(value);
  }
}

TEST(Merge, AddsSessionsAndRuns) {
  Results into = TestResults();
  ASSERT_TRUE(Merge(MoreResults(), into).ok());
  EXPECT_EQ(into.sessions.size(), 2u);
  ASSERT_EQ(into.cases.size(), 2u);
  const CaseResult& c = into.cases[0];
  ASSERT_EQ(c.runs.size(), 4u);
  EXPECT_EQ(c.runs[1].session, 0u);
  EXPECT_EQ(c.runs[2].session, 1u);
  ASSERT_EQ(c.metrics[0].runs.size(), 4u);
  EXPECT_EQ(c.metrics[0].runs[3].run, 3u);
  EXPECT_EQ(c.metrics[0].histogram.total(), 4000u);
}

TEST(Merge, WorstOutcomeStays) {
  Results into = TestResults(), more = MoreResults();
  more.cases[0].outcome = Outcome::kTimeout;
  more.cases[0].reason = "no end";
  ASSERT_TRUE(Merge(more, into).ok());
  EXPECT_EQ(into.cases[0].outcome, Outcome::kTimeout);
  EXPECT_EQ(into.cases[0].reason, "no end");
}

TEST(Merge, OtherHostsAndPayloadsAreRefusedUntouched) {
  Results into = TestResults();
  Results other_kernel = MoreResults();
  other_kernel.host.kernel_release = "6.2";
  EXPECT_EQ(Merge(other_kernel, into).message(),
            "kernel differs: 6.1.0-test and 6.2");
  Results other_payload = MoreResults();
  other_payload.cases[1].code_hash = "1";
  EXPECT_FALSE(Merge(other_payload, into).ok());
  EXPECT_EQ(into.sessions.size(), 1u);
  EXPECT_EQ(into.cases[0].runs.size(), 2u);
}

TEST(Merge, FactsThatDiffWarnsOfAreRefused) {
  EXPECT_EQ(WhyNot([](Results&) {}), "");
  EXPECT_EQ(WhyNot([](Results& r) { SetFact(r, "thp.enabled", "never"); }),
            "thp.enabled differs: always and never");
  EXPECT_EQ(WhyNot([](Results& r) { r.host.microcode = "0x2b"; }),
            "microcode differs: nothing and 0x2b");
  EXPECT_EQ(WhyNot([](Results& r) { r.host.hypervisor = "KVM"; }),
            "hypervisor below differs: nothing and KVM");
  EXPECT_EQ(WhyNot([](Results& r) { r.host.tick = Tick::kInstruction; }),
            "what is counted differs: cycles and instructions");
  EXPECT_EQ(
      WhyNot([](Results& r) { SetFact(r, "module.kvm.srcversion", "B"); }),
      "module.kvm.srcversion differs: A and B");
  EXPECT_EQ(WhyNot([](Results& r) {
              r.host.architecture = "aarch64";
              r.host.kernel_release = "6.1-arm64";
            }),
            "architecture differs: x86_64 and aarch64");
  // Names the cause, not its effects.
  EXPECT_EQ(WhyNot([](Results& r) {
              SetFact(r, "cpu.vulnerabilities.l1tf", "Vulnerable");
              SetFact(r, "kernel.cmdline", "quiet mitigations=off");
            }),
            "kernel.cmdline differs: nothing and mitigations=off");
}

TEST(Merge, WhatVariesBetweenBootsOfOneHostIsNot) {
  EXPECT_EQ(WhyNot([](Results& r) {
              r.host.tsc_khz *= 1.0001;
              SetFact(r, "kernel.notes", "fnv1a:2");
              SetFact(r, "kernel.cmdline", "BOOT_IMAGE=/b quiet");
              r.host.facts.push_back({"module.kvm.new_parameter", "1"});
              Session& session = r.sessions[0];
              session.boot_id = "another";
              session.facts = {{"loadavg", "9"}, {"uptime", "5"}};
              session.quick = true;
              session.events = 20;
              session.clock_calibration.guest_stamp_ring0 = "rdtscp";
            }),
            "");
}

TEST(Merge, SessionsOfOtherSettingsAreRefused) {
  EXPECT_EQ(WhyNot([](Results& r) { r.sessions[0].settings[0].value = "off"; }),
            "setting seccomp differs: on and off");
  EXPECT_EQ(WhyNot([](Results& r) {
              r.sessions[0].settings.insert(r.sessions[0].settings.begin(),
                                            {"guest_page", "2m"});
            }),
            "setting guest_page differs: nothing and 2m");
  EXPECT_EQ(WhyNot([](Results& r) { r.sessions[0].cpus = "0"; }),
            "pinning (--cpu) differs: 1,0 and 0");
  EXPECT_EQ(WhyNot([](Results& r) {
              r.sessions.push_back(r.sessions[0]);
              r.sessions[1].settings.clear();
            }),
            "setting seccomp differs: on and nothing");
}

TEST(Merge, TheSameSessionIsNoSecondSample) {
  Results into = TestResults();
  into.sessions[0].started_utc = "2024-05-01T00:00:00Z";
  const Results again = into;
  ASSERT_TRUE(Merge(MoreResults(), into).ok());
  const absl::Status status = Merge(again, into);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the session of 2024-05-01T00:00:00Z is in both, and twice the "
            "same is no second sample: leave one out");
  EXPECT_EQ(into.sessions.size(), 2u);
}

TEST(Merge, ARunIsCheckedBeforeItIsMade) {
  Results plan;
  plan.host = TestResults().host;
  plan.sessions.emplace_back();
  CaseResult& c = plan.cases.emplace_back();
  c.name = "pio/out";
  c.code_hash = "0123456789abcdef";
  EXPECT_TRUE(CheckMergeable(plan, TestResults()).ok());
  c.code_hash = "1";
  EXPECT_EQ(CheckMergeable(plan, TestResults()).message(),
            "case pio/out was another payload (0123456789abcdef and 1)");
  c.name = "pio/in";
  EXPECT_TRUE(CheckMergeable(plan, TestResults()).ok());
}

}  // namespace
}  // namespace exitbench
