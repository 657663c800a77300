#include "harness/session/session.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/run/calibration.h"
#include "harness/session/cpu_choice.h"
#include "harness/run/event_counts.h"
#include "harness/session/frames.h"
#include "harness/run/probe.h"
#include "harness/host/provenance.h"
#include "harness/run/run_case.h"
#include "harness/session/seccomp.h"
#include "harness/host/version.h"
#include "results/file/proto_io.h"
#include "vmm/cpus.h"
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

// Whether a run may have ended so because a signal cut a call short: KVM_RUN,
// or KVM_CREATE_VM, whose EINTR reads as something that the host lacks now.
// TIMEOUT is the guest's doing.
bool BrokenByStop(Outcome outcome) {
  return outcome == Outcome::kFailed || outcome == Outcome::kSkipped;
}

// Should memory run out, the kernel is to end a session: that can be replaced,
// its parent can't. Any process may ask for this.
void BeKilledFirst() { std::ofstream("/proc/self/oom_score_adj") << 1000; }

// NUMA balancing (task_numa_work()) takes pages away from the process to see
// who touches them, and KVM's mappings of them go too: guests would fault in
// cases that are to have no fault. It passes over memory whose policy is
// without MPOL_F_MOF (vma_policy_mof()), as this one is, of the task and of the
// threads that it starts; the kernel's own default has it. Pages come from the
// node that touches them, as by default. A kernel without NUMA refuses, and
// balances nothing.
void ForbidNumaBalancing() {
  constexpr int kMpolLocal = 4;  // MPOL_LOCAL, which libc's headers lack.
  (void)syscall(SYS_set_mempolicy, kMpolLocal, nullptr, 0);
}

// As many as any case uses.
std::vector<int> CpusInUse(std::vector<int> cpus) {
  constexpr size_t kMost = 4;
  if (cpus.size() > kMost) cpus.resize(kMost);
  return cpus;
}

absl::Status RunSessionOrFail(const RunConfig& config,
                              const std::vector<CaseInstance>& cases,
                              const SessionPart& part, int fd) {
  BeKilledFirst();
  ForbidNumaBalancing();
  EB_RETURN_IF_ERROR(RememberAllowedCpus());
  EB_RETURN_IF_ERROR(PinTo(config.cpus));
  EB_ASSIGN_OR_RETURN(Kvm kvm, Kvm::Open(config.kvm_device));

  bool filtered = false;
  if (config.seccomp) {
    // A kernel built without it is no reason not to measure.
    const absl::Status status = InstallSeccompFilter();
    if (!status.ok() && !absl::IsUnimplemented(status)) return status;
    filtered = status.ok();
  }

  Results base;
  base.tool_version = kVersion;
  base.host = HostFacts(kvm);
  base.host.emulator = config.emulator;
  base.host.tick = config.tick;
  EB_ASSIGN_OR_RETURN(base.host.tsc_khz, HostTscKhz(kvm));

  RunSettings settings;
  // A parent that is gone is found out about soon enough.
  settings.cannot_run = ProbeCases(
      kvm, Without(cases, part.without),
      [fd] { (void)WriteFrame(fd, FrameType::kAlive, ""); }, fd);
  RunTools tools;
  settings.events = config.exits;
  settings.warmup_events = std::min(kMostWarmupEvents, config.exits);
  settings.time_limit = config.time_limit;
  settings.tsc_khz = base.host.tsc_khz;
  settings.tick = config.tick;
  settings.native = config.native;
  settings.linearity = config.linearity;
  settings.strict_expectations = config.strict_expectations;
  settings.cpus = config.cpus;
  settings.tsc_sync = TscSync::Measure(CpusInUse(config.cpus));
  // A limit on locked memory is no reason to fail: then the pages are only
  // touched.
  (void)mlockall(MCL_CURRENT);

  Session& session = base.sessions.emplace_back();
  session.boot_id = BootId();
  session.started_utc =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  session.seed = config.seed;
  session.rounds = config.rounds;
  session.exits = config.exits;
  session.quick = config.quick;
  session.cpus = config.cpus.empty() ? "none" : absl::StrJoin(config.cpus, ",");
  session.facts = SessionFacts();
  if (!config.cpus.empty()) {
    session.facts.push_back({"cpu.pinned_cores", DescribeCores(ReadCpuPlaces(
                                                     CpusInUse(config.cpus)))});
  }
  session.knobs = config.knobs;
  // Part of every system call's cost, KVM_RUN's too.
  session.knobs.push_back({"seccomp", filtered ? "on" : "off"});
  if (const std::string sync = settings.tsc_sync.ToString(); !sync.empty()) {
    session.facts.push_back({"tsc_difference", sync});
  }
  if (part.round > 0 || !part.after.empty()) {
    session.facts.push_back(
        {"resumed",
         absl::StrCat("in round ", part.round + 1,
                      part.after.empty() ? "" : " after ", part.after)});
  }
  std::sort(session.facts.begin(), session.facts.end(),
            [](const Fact& a, const Fact& b) { return a.key < b.key; });
  // Also warms up the process: its first VM is slower than the rest.
  EB_RETURN_IF_ERROR(Calibrate(kvm, tools, settings, session.calibration));
  EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kSession, Serialize(base)));

  const absl::Time started = absl::Now();
  for (uint32_t round = part.round; round < config.rounds && !stop_asked;
       ++round) {
    for (const CaseInstance& instance :
         LeftOfRound(cases, config.seed, part, round)) {
      if (stop_asked) break;
      EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kBegin, instance.name));
      bool disturbed = true;
      for (uint32_t attempt = 0;
           disturbed && attempt <= config.reruns && !stop_asked; ++attempt) {
        CaseResult one = RunCase(kvm, instance, settings, tools);
        if (stop_asked && BrokenByStop(one.outcome)) return absl::OkStatus();
        disturbed = false;
        for (Run& run : one.runs) {
          run.round = round;
          run.attempt = attempt;
          disturbed = disturbed || run.disturbed;
        }
        EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kCase, SerializeCase(one)));
      }
      EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kEnd, instance.name));
    }
    EB_RETURN_IF_ERROR(WriteFrame(fd, FrameType::kRound, absl::StrCat(round)));
  }
  if (stop_asked) return absl::OkStatus();
  return WriteFrame(fd, FrameType::kDone,
                    absl::StrCat(absl::ToDoubleSeconds(absl::Now() - started)));
}

}  // namespace

absl::Status RunSession(const RunConfig& config,
                        const std::vector<CaseInstance>& cases,
                        const SessionPart& part, int fd) {
  signal(SIGINT, SIG_IGN);
  // A dead parent must not kill a session in the middle of a write.
  signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {};
  action.sa_handler = OnStop;
  sigaction(SIGTERM, &action, nullptr);
  absl::Status status = RunSessionOrFail(config, cases, part, fd);
  // The signal may be why.
  if (stop_asked) return absl::OkStatus();
  if (!status.ok()) {
    (void)WriteFrame(fd, FrameType::kError, status.message());
  }
  return status;
}

}  // namespace exitbench
