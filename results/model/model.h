// The results model: the content of a results file, as plain structs.
//
// All code outside results/file works on these structs. They are values: they
// own everything they hold. They keep no invariants beyond the comments. Data
// from a file was bounded when it was read (results/file/proto_io.h).
#ifndef EXITBENCH_RESULTS_MODEL_MODEL_H_
#define EXITBENCH_RESULTS_MODEL_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "results/stats/histogram.h"

namespace exitbench {

// Major version of the schema. Files of another version are refused.
inline constexpr uint32_t kSchemaVersion = 1;

// What one tick of the clocks is. TSC ticks are reference cycles, not core
// cycles. Those of arm64's counter are longer than cycles.
enum class Tick { kUnspecified = 0, kTsc = 1, kInstruction = 2, kCounter = 3 };

// Returns whether a tick is a time.
constexpr bool IsTime(Tick tick) {
  return tick == Tick::kTsc || tick == Tick::kCounter;
}

enum class Outcome {
  kUnspecified = 0,
  kOk = 1,
  kSkipped = 2,
  kFailed = 3,
  kTimeout = 4
};

// How well the proof shows that the event happened as often as claimed.
enum class Verdict {
  kUnspecified = 0,
  kProven = 1,
  // Everything this backend counts agrees. The proof names what it can't count.
  kConsistent = 2,
  kContradicted = 3
};

enum class Unit {
  kUnspecified = 0,
  kTicks = 1,
  kCount = 2,
  kBytes = 3,
  kTicksPerByte = 4,
  kMbPerS = 5,
  kRatio = 6,
  kNs = 7  // Of the kernel's clock, not computed from ticks.
};

enum class Direction {
  kUnspecified = 0,
  kLowerIsBetter = 1,
  kHigherIsBetter = 2,
  kExact = 3
};

struct Fact {
  std::string key;
  std::string value;
  bool operator==(const Fact&) const = default;
};

// The settings of a session that are the VM's configuration begin so: "vm.pmu".
inline constexpr char kVmSettingPrefix[] = "vm.";

// Key of the fact that names the kernel's compiler, for example "gcc-12 (Debian
// 12.2.0-14+deb12u1) 12.2.0".
inline constexpr char kKernelCompilerFact[] = "kernel.compiler";

struct Host {
  std::string kernel_release;
  std::string kernel_version;
  std::string architecture;  // By uname: "x86_64", "aarch64".
  std::string kvm_backend;
  std::string paging;
  std::string cpu_vendor;
  std::string cpu_model;
  std::string microcode;
  double tsc_khz = 0;  // Of the clock that stamps read.
  bool virtual_machine = false;
  std::string hypervisor;
  std::string emulator;
  Tick tick = Tick::kUnspecified;
  std::vector<Fact> facts;  // Sorted by key.
};

// What the clocks themselves cost, and which instructions read them.
struct ClockCalibration {
  double host_pair_mean_ticks = 0;
  double host_pair_p50_ticks = 0;
  double guest_pair_mean_ticks = 0;
  double guest_pair_p50_ticks = 0;
  double clock_quantum_ticks = 0;
  std::string host_stamp;
  std::string guest_stamp_ring0;
  std::string guest_stamp_ring3;
};

// One fresh process.
struct Session {
  std::string boot_id;
  std::string started_utc;
  uint32_t seed = 0;
  uint32_t rounds = 0;
  uint32_t events = 0;  // Of each run, as asked for.
  bool quick = false;
  std::string cpus;
  ClockCalibration clock_calibration;
  std::vector<Fact> facts;
  std::vector<Fact> settings;  // They change what cases do.
  bool partial = false;
  double elapsed_s = 0;
};

// Statistics of a set of samples, in the metric's unit.
struct Summary {
  uint32_t count = 0;
  double iqm = 0;
  double mean = 0;
  double standard_deviation = 0;
  double min = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
};

struct RunStatistics {
  uint32_t run = 0;  // Index into CaseResult::runs.
  Summary summary;
};

struct Metric {
  std::string name;
  Unit unit = Unit::kUnspecified;
  Direction direction = Direction::kUnspecified;
  bool gating = false;
  std::vector<RunStatistics> runs;
  Histogram histogram;
};

struct CounterDelta {
  std::string name;
  double delta = 0;
};

// The life of one fresh VM.
struct Run {
  uint32_t session = 0;  // Index into Results::sessions.
  uint32_t round = 0;
  uint32_t attempt = 0;
  uint32_t events = 0;
  bool disturbed = false;
  std::string disturbance;
  std::vector<CounterDelta> counters;
};

struct LinearityPoint {
  uint32_t events = 0;
  double ticks_per_event = 0;
};

// A finding about the host: each event moved a counter by a whole number, but
// not by the one that the row expects on this host. The event is confirmed.
struct Unexpected {
  std::string counter;
  double per_event = 0;
  double expected_least = 0;
  double expected_most = 0;
  bool operator==(const Unexpected&) const = default;
};

// How many exits were by the reasons of the row, in a run that was not timed.
struct ExitReasonCount {
  std::string reasons;  // "CPUID", as the kernel names them.
  uint32_t events = 0;
  double exits = 0;          // Of the events, the control's taken off.
  double control_exits = 0;  // Of the control, of as many events.
  bool operator==(const ExitReasonCount&) const = default;
};

struct CaseResult {
  std::string name;
  // The name without the VM's configuration; empty if it has none.
  std::string plain_name;
  std::string measures;
  std::string code_hash;
  uint32_t ring = 0;
  Outcome outcome = Outcome::kUnspecified;
  std::string reason;
  Verdict verdict = Verdict::kUnspecified;
  std::string proof;
  std::string no_legs;
  std::string no_native;  // Why --native has no figure; empty otherwise.
  std::vector<Run> runs;
  std::vector<Metric> metrics;
  std::vector<LinearityPoint> linearity;
  std::vector<Unexpected> unexpected;
  std::vector<ExitReasonCount> exit_reasons;  // Of the last such run.
};

// One results file.
struct Results {
  uint32_t schema_version = kSchemaVersion;
  std::string tool_version;
  Host host;
  std::vector<Session> sessions;
  std::vector<CaseResult> cases;
  bool partial = false;
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_MODEL_H_
