#include "harness/session/session.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/cpus.h"
#include "base/status_macros.h"
#include "harness/clock/arch/timer.h"
#include "harness/host/provenance.h"
#include "harness/loop/outcome.h"
#include "harness/plan/budget.h"
#include "harness/plan/cpu_choice.h"
#include "harness/plan/pace.h"
#include "harness/profile/count_reasons.h"
#include "harness/profile/profile_case.h"
#include "harness/run/clock_calibration.h"
#include "harness/run/run_case.h"
#include "harness/session/describe_session.h"
#include "harness/session/frames.h"
#include "harness/session/seccomp.h"
#include "harness/settings/event_counts.h"
#include "harness/settings/probe.h"
#include "profile/file/profile_bytes.h"
#include "results/file/proto_io.h"
#include "vmm/backing_file.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

volatile sig_atomic_t stop_asked = 0;
void OnStop(int) { stop_asked = 1; }

absl::Status PinTo(const std::vector<int>& cpus) {
  if (cpus.empty()) return absl::OkStatus();
  const absl::Status status = PinThisThread(cpus[0]);
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat("can't pin to CPU ", cpus[0],
                                   " (--cpu): ", status.message()));
}

// Returns whether SIGTERM may be the cause of this outcome. It breaks KVM_RUN,
// which is FAILED, or KVM_CREATE_VM, which can read as SKIPPED. Only the guest
// causes a TIMEOUT.
bool BrokenByStop(Outcome outcome) {
  return outcome == Outcome::kFailed || outcome == Outcome::kSkipped;
}

// Has the kernel kill this process first when memory runs out. A session can be
// replaced, its parent can't. No privilege is needed.
void BeKilledFirst() { std::ofstream("/proc/self/oom_score_adj") << 1000; }

// Turns NUMA balancing off for this process. It unmaps pages to see which node
// touches them (task_numa_work()), in KVM's tables too, so guests would fault
// in cases that must not fault.
//
// It skips memory whose policy lacks MPOL_F_MOF (vma_policy_mof()). MPOL_LOCAL
// lacks it, unlike the default policy, and places pages as the default does.
// Threads inherit it. A kernel without NUMA refuses the call and balances
// nothing.
void ForbidNumaBalancing() {
  constexpr int kMpolLocal = 4;  // MPOL_LOCAL, which libc's headers lack.
  (void)syscall(SYS_set_mempolicy, kMpolLocal, nullptr, 0);
}

// Returns as many CPUs as any case uses.
std::vector<int> CpusInUse(std::vector<int> cpus) {
  constexpr size_t kMost = 4;
  if (cpus.size() > kMost) cpus.resize(kMost);
  return cpus;
}

// Installs the seccomp filter if `config` asks for it. Returns whether there is
// one. A kernel without seccomp is measured without a filter.
absl::StatusOr<bool> Filter(const RunConfig& config) {
  if (!config.seccomp) return false;
  const absl::Status status = InstallSeccompFilter();
  if (!status.ok() && !absl::IsUnimplemented(status)) return status;
  return status.ok();
}

// Describes what the budget leaves of what was asked for.
std::string DescribeBudget(const Pace& pace) {
  const std::string fewer =
      FewerRuns(pace, FitCases(Wishes(pace), SecondsLeft(pace, absl::Now())));
  return absl::StrCat(
      absl::FormatDuration(absl::Seconds(pace.budget_s)), ", by fewer events",
      fewer.empty() ? "" : absl::StrCat(", and fewer runs of: ", fewer));
}

// Notes the boot, time and facts of the session, which begins now.
void NoteBeginning(const RunSettings& settings, const SessionPart& part,
                   const std::optional<Pace>& pace, Session& session) {
  const std::vector<int>& cpus = settings.config.cpus;
  session.boot_id = BootId();
  session.started_utc =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  session.facts = SessionFacts();
  if (!cpus.empty()) {
    session.facts.push_back(
        {"cpu.pinned_cores", DescribeCores(ReadCpuPlaces(CpusInUse(cpus)))});
  }
  if (const std::string sync = settings.clock_sync.ToString(); !sync.empty()) {
    session.facts.push_back(
        {absl::StrCat(absl::AsciiStrToLower(kClockName), "_difference"), sync});
  }
  if (part.round > 0 || !part.after.empty()) {
    session.facts.push_back(
        {"resumed",
         absl::StrCat("in round ", part.round + 1,
                      part.after.empty() ? "" : " after ", part.after)});
  }
  if (pace.has_value()) {
    session.facts.push_back({"budget", DescribeBudget(*pace)});
  }
  std::sort(session.facts.begin(), session.facts.end(),
            [](const Fact& a, const Fact& b) { return a.key < b.key; });
}

// What a session does in one round, as its pace says.
class PacedRound {
 public:
  explicit PacedRound(std::optional<Pace>& pace) : pace_(pace) {
    if (pace_.has_value()) plan_ = PlanRound(*pace_, absl::Now());
  }

  // Returns the events of each run of the case, of which `wanted` are wanted.
  // 0: the case is not run in this round.
  uint32_t EventsOf(const std::string& case_name, uint32_t wanted) {
    if (!pace_.has_value()) return wanted;
    const std::optional<size_t> i = Find(case_name);
    // No pace is kept of cases that the host can't run. They only say so.
    return i.has_value() ? plan_.exits[*i] : std::min(wanted, kFewestExits);
  }

  // Notes a run. `attempt` is 0 for the first. Returns whether there is time to
  // repeat it.
  bool Took(const std::string& case_name, uint32_t attempt, uint32_t events,
            absl::Duration took) {
    if (!pace_.has_value()) return true;
    const double seconds = absl::ToDoubleSeconds(took);
    if (attempt > 0) plan_.spare_s -= seconds;
    const std::optional<size_t> i = Find(case_name);
    if (attempt == 0 && i.has_value()) took_.push_back({*i, events, seconds});
    return plan_.spare_s > seconds;
  }

  // Returns what is to be reported at the end of the round.
  std::string End() {
    if (!pace_.has_value()) return "";
    EndRound(took_, *pace_);
    return WritePace(*pace_);
  }

 private:
  std::optional<size_t> Find(const std::string& case_name) const {
    for (size_t i = 0; i < pace_->cases.size(); ++i) {
      if (pace_->cases[i].name == case_name) return i;
    }
    return std::nullopt;
  }

  std::optional<Pace>& pace_;
  RoundPlan plan_;
  std::vector<RunTook> took_;
};

// Runs the cases round after round, and reports each run to `fd`.
absl::Status RunRounds(const Kvm& kvm, RunSettings settings, RunTools& tools,
                       const std::vector<CaseInstance>& cases,
                       const SessionPart& part, std::optional<Pace> pace,
                       int fd) {
  const RunConfig& config = settings.config;
  const uint32_t wanted = config.exits;
  const absl::Time started = absl::Now();
  for (uint32_t round = part.round; round < config.rounds && !stop_asked;
       ++round) {
    PacedRound paced(pace);
    for (const CaseInstance& instance :
         LeftOfRound(cases, config.seed, part, round)) {
      if (stop_asked) break;
      const uint32_t events = paced.EventsOf(instance.name, wanted);
      if (events == 0) continue;
      settings.config.exits = events;
      settings.warmup_events = std::min(kMostWarmupEvents, events);
      EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kBegin, instance.name));
      bool disturbed = true;
      for (uint32_t attempt = 0;
           disturbed && attempt <= config.reruns && !stop_asked; ++attempt) {
        const absl::Time began = absl::Now();
        CaseResult one = RunCase(kvm, instance, settings, tools);
        if (stop_asked && BrokenByStop(one.outcome)) return absl::OkStatus();
        disturbed = false;
        for (Run& run : one.runs) {
          run.round = round;
          run.attempt = attempt;
          disturbed = disturbed || run.disturbed;
        }
        EB_RETURN_IF_ERROR(
            WriteFrame(fd, FrameType::kCase, SerializeCase(one)));
        if (!paced.Took(instance.name, attempt, events, absl::Now() - began)) {
          break;
        }
      }
      EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kEnd, instance.name));
    }
    EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kRound, paced.End()));
  }
  if (stop_asked) return absl::OkStatus();
  return WriteFrame(fd, FrameType::kDone,
                    absl::StrCat(absl::ToDoubleSeconds(absl::Now() - started)));
}

// Counting takes this part of the time of a case.
constexpr double kCountPart = 0.25;

// Profiles `cases` one after another, and reports each to `fd`.
absl::Status ProfileCases(const Kvm& kvm, const RunSettings& settings,
                          RunTools& tools,
                          const std::vector<CaseInstance>& cases,
                          CaseProfiler& profiler, int fd) {
  const absl::Time started = absl::Now();
  const absl::Duration time = settings.config.profile_time;
  const absl::Duration counting =
      profiler.counts() ? kCountPart * time : absl::ZeroDuration();
  // A failed write is ignored: a parent that is gone shows at the next one.
  auto alive = [fd] { (void)WriteFrame(fd, FrameType::kAlive, ""); };
  for (const CaseInstance& instance : cases) {
    if (stop_asked) break;
    EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kBegin, instance.name));
    const Profile profile =
        profiler.Sample(kvm, instance, settings, tools, time - counting, alive);
    if (stop_asked) break;
    EB_RETURN_IF_ERROR(
        WriteFrame(fd, FrameType::kProfile, SerializeProfile(profile)));
    if (profiler.counts()) {
      const CaseResult counts =
          profiler.Count(kvm, instance, settings, tools, counting);
      EB_RETURN_IF_ERROR(
          WriteFrame(fd, FrameType::kCase, SerializeCase(counts)));
    }
    EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kEnd, instance.name));
  }
  if (stop_asked) return absl::OkStatus();
  return WriteFrame(fd, FrameType::kDone,
                    absl::StrCat(absl::ToDoubleSeconds(absl::Now() - started)));
}

// Counts the exits of `cases` by reason, one case after another, and reports
// each that claims one to `fd`.
absl::Status CountReasons(const Kvm& kvm, const RunSettings& settings,
                          RunTools& tools,
                          const std::vector<CaseInstance>& cases,
                          ReasonCounter& counter, int fd) {
  const absl::Time started = absl::Now();
  for (const CaseInstance& instance : cases) {
    if (stop_asked) break;
    EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kBegin, instance.name));
    const absl::StatusOr<CaseResult> counted =
        counter.Count(kvm, instance, settings, tools);
    if (stop_asked) break;
    if (!absl::IsNotFound(counted.status())) {
      CaseResult one = counted.ok() ? *counted : CaseResult();
      if (!counted.ok()) {
        one.name = instance.name;
        one.outcome = OutcomeOf(counted.status());
        one.reason = std::string(counted.status().message());
      }
      EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kCase, SerializeCase(one)));
    }
    EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kEnd, instance.name));
  }
  if (stop_asked) return absl::OkStatus();
  return WriteFrame(fd, FrameType::kDone,
                    absl::StrCat(absl::ToDoubleSeconds(absl::Now() - started)));
}

absl::Status RunSessionOrFail(const RunConfig& config,
                              const std::vector<CaseInstance>& cases,
                              const SessionPart& part, int fd) {
  BeKilledFirst();
  ForbidNumaBalancing();
  EB_RETURN_IF_ERROR(RememberAllowedCpus());
  EB_RETURN_IF_ERROR(PinTo(config.cpus));
  GiveCpus(config.cpus);
  EB_ASSIGN_OR_RETURN(Kvm kvm, Kvm::Open(config.kvm_device));
  std::optional<CaseProfiler> profiler;
  if (part.profile) {
    EB_ASSIGN_OR_RETURN(profiler, CaseProfiler::Open(CpusInUse(config.cpus)));
  }
  std::optional<ReasonCounter> reasons;
  if (part.exit_reasons) {
    // Most hosts don't let us, which is no error.
    if (!CheckMayCountReasons(kvm).ok()) {
      return WriteFrame(fd, FrameType::kDone, "0");
    }
    EB_ASSIGN_OR_RETURN(reasons,
                        ReasonCounter::Open(kvm, Without(cases, part.without)));
  }
  if (config.backing == Name(MemorySource::kFile)) {
    EB_RETURN_IF_ERROR(OpenBackingFile(config.backing_dir));
  }
  EB_ASSIGN_OR_RETURN(const bool filtered, Filter(config));
  EB_ASSIGN_OR_RETURN(Results base, DescribeSession(kvm, config, filtered));

  std::optional<Pace> pace;
  if (!config.pace.empty()) {
    EB_ASSIGN_OR_RETURN(pace, ReadPace(config.pace));
  }
  RunSettings settings;
  settings.config = config;
  // Those that are run again have been OK already. A failed write is ignored: a
  // parent that is gone shows at the next one.
  if (!part.again()) {
    settings.cannot_run = ProbeCases(
        kvm, Without(cases, part.without),
        [fd] { (void)WriteFrame(fd, FrameType::kAlive, ""); }, fd);
  }
  RunTools tools;
  settings.warmup_events = std::min(kMostWarmupEvents, config.exits);
  settings.clock_khz = base.host.tsc_khz;
  settings.clock_sync = ClockSync::Measure(CpusInUse(config.cpus));
  // With a limit on locked memory the pages are only touched.
  (void)mlockall(MCL_CURRENT);

  Session& session = base.sessions[0];
  NoteBeginning(settings, part, pace, session);
  // This also warms up the process, whose first VM is slower than the rest.
  EB_RETURN_IF_ERROR(
      CalibrateClock(kvm, tools, settings, session.clock_calibration));
  if (profiler.has_value()) {
    EB_RETURN_IF_ERROR(profiler->ReadSymbols());
    return ProfileCases(kvm, settings, tools, Without(cases, part.without),
                        *profiler, fd);
  }
  if (reasons.has_value()) {
    return CountReasons(kvm, settings, tools, Without(cases, part.without),
                        *reasons, fd);
  }
  EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kSession, Serialize(base)));
  return RunRounds(kvm, std::move(settings), tools, cases, part,
                   std::move(pace), fd);
}

}  // namespace

absl::Status RunSession(const RunConfig& config,
                        const std::vector<CaseInstance>& cases,
                        const SessionPart& part, int fd) {
  signal(SIGINT, SIG_IGN);
  // A write to a parent that is gone must fail and not kill the session.
  signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {};
  action.sa_handler = OnStop;
  sigaction(SIGTERM, &action, nullptr);
  absl::Status status = RunSessionOrFail(config, cases, part, fd);
  // SIGTERM may be the cause of the error.
  if (stop_asked) return absl::OkStatus();
  if (!status.ok()) {
    (void)WriteFrame(fd, FrameType::kError, status.message());
  }
  return status;
}

}  // namespace exitbench
