#include "harness/host/doctor.h"

#include <vector>

#include "gtest/gtest.h"
#include "harness/host/arch/quiet_host.h"

namespace exitbench {
namespace {

Host QuietHost() {
  Host h = QuietArchHost();
  for (const Fact& fact :
       std::vector<Fact>{{"cpu.isolated", "2-3"},
                         {"cpu.smt", "off"},
                         {"cpufreq.driver", "cppc_cpufreq"},
                         {"cpufreq.governor", "performance"},
                         {"ksm.run", "0"},
                         {"module.kvm.halt_poll_ns", "200000"},
                         {"nmi_watchdog", "0"},
                         {"numa_balancing", "0"},
                         {"perf_event_paranoid", "2"},
                         {"thp.enabled", "always [madvise] never"}}) {
    h.facts.push_back(fact);
  }
  return h;
}

Finding Of(const Host& host, absl::string_view subject) {
  for (const Finding& f : Diagnose(host, {{"loadavg", "0.02 0.1 0.1"}})) {
    if (f.subject == subject) return f;
  }
  ADD_FAILURE() << "no finding on " << subject;
  return {};
}

TEST(Doctor, FindsAQuietHostGood) {
  for (const Finding& f :
       Diagnose(QuietHost(), {{"loadavg", "0.02 0.1 0.1 1/99 1"}})) {
    EXPECT_EQ(f.level, Finding::kGood) << f.subject << ": " << f.found;
  }
}

TEST(Doctor, EveryComplaintSaysWhatItDoesAndWarningsHowToFixIt) {
  Host h = QuietHost();
  h.virtual_machine = true;
  h.paging = "shadow";
  h.kvm_backend = "unknown";
  h.facts = {{"cpu.smt", "on"},
             {"cpufreq.governor", "powersave"},
             {"cpufreq.boost", "1"},
             {"cpu.vulnerabilities.l1tf", "Mitigation: PTE Inversion"},
             {"ksm.run", "1"},
             {"numa_balancing", "1"},
             {"nmi_watchdog", "1"},
             {"clocksource", "hpet"}};
  int complaints = 0;
  for (const Finding& f : Diagnose(h, {{"loadavg", "9.5 9 9"}})) {
    if (f.level == Finding::kGood) continue;
    ++complaints;
    EXPECT_FALSE(f.effect.empty()) << f.subject;
    if (f.level == Finding::kWarning) {
      EXPECT_FALSE(f.fix.empty()) << f.subject;
    }
  }
  EXPECT_GE(complaints, 11);
}

TEST(Doctor, ReadsTheChosenOneOfAList) {
  EXPECT_EQ(Of(QuietHost(), "transparent huge pages").found, "madvise");
}

TEST(Doctor, NamesActiveMitigations) {
  Host h = QuietHost();
  h.facts.push_back(
      {"cpu.vulnerabilities.mds", "Mitigation: Clear CPU buffers"});
  h.facts.push_back({"cpu.vulnerabilities.l1tf", "Not affected"});
  const Finding f = Of(h, "mitigations");
  EXPECT_EQ(f.level, Finding::kNote);
  EXPECT_EQ(f.found, "1 active, 0 vulnerable: mds");
}

TEST(Doctor, AQuotaOfCpuTimeIsWarnedOf) {
  const auto quota = [](const std::string& value) {
    for (const Finding& f : Diagnose(
             QuietHost(),
             {{"cgroup.cpu_quota", value}, {"cgroup.path", "/docker/5f"}})) {
      if (f.subject == "CPU quota") return f;
    }
    return Finding();
  };
  const Finding limited = quota("50000/100000");
  EXPECT_EQ(limited.level, Finding::kWarning);
  EXPECT_EQ(limited.found, "50000 of 100000 us (0.5 CPUs), cgroup /docker/5f");
  EXPECT_EQ(quota("none").level, Finding::kGood);
  EXPECT_EQ(quota("none").found, "none");
  EXPECT_EQ(quota("absent").found, "none visible");
}

}  // namespace
}  // namespace exitbench
