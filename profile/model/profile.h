// Exit profiles as the rest of the code sees them: proto/profile.proto without
// protobuf.
//
// A profile says which functions the instructions of one event were in, by
// leg, as a call tree. Trees share what is alike: a node is stored once however
// many paths lead to it.
#ifndef EXITBENCH_PROFILE_MODEL_PROFILE_H_
#define EXITBENCH_PROFILE_MODEL_PROFILE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace exitbench {

enum class ProfileSource { kUnspecified, kTrace, kNmi, kClock };

// Instructions whose cost on hardware no count of instructions shows. A WRMSR
// of a known MSR is counted twice: as kWrmsr and by its own kind.
enum class InstructionKind : uint32_t {
  kUnspecified = 0,
  kWrmsr = 1,
  kRdmsr = 2,
  kWrmsrSpecCtrl = 3,
  kIbpb = 4,
  kL1dFlush = 5,
  kVerw = 6,
  kLfence = 7,
  kInvlpg = 8,
  kWbinvd = 9,
  kVmEntry = 10,
  kAtomic = 11,
  kMovCr = 12,
  kMovDr = 13,
  kVmcs = 14,
  kFpuState = 15,
  kInterruptFlag = 16,
  kPortIo = 17,
  kCpuid = 18,
  // Of arm64, where they are no kind above.
  kSysregWrite = 19,
  kSysregRead = 20,
  kDsb = 21,
  kIsb = 22,
  kDmb = 23,
  kTlbi = 24,
  kCacheOperation = 25,
  kDaif = 26,
  kHvc = 27,
};

// Parts of an event. A host's call and an exit that the kernel handles have
// kWhole only.
enum class Leg : uint32_t {
  kUnspecified = 0,
  kExit = 1,       // From the guest's first stamp to that of userspace.
  kUserspace = 2,  // From KVM_RUN's return to its next call.
  kEntry = 3,      // From that call to the guest's last stamp.
  kWhole = 4,
};

enum class RefusedFor : uint32_t {
  kNone = 0,
  kSum = 1,       // The sum is not the figure.
  kLength = 2,    // An event is longer than a trace may be.
  kNoEvent = 3,   // The trace has no whole event.
  kIdle = 4,      // The host idled: time passed without instructions.
  kNoFigure = 5,  // The results file has no figure.
};

struct ProfileFunction {
  std::string name;
  uint32_t module = 0;  // Index into Profile::modules.
  bool thunk = false;
  std::string file;   // Empty if it is not known.
  uint32_t line = 0;  // The lowest that was executed.
  bool operator==(const ProfileFunction&) const = default;
};

struct ProfileNode {
  uint32_t function = 0;  // Index into Profile::functions.
  double self = 0;        // Instructions, or samples.
  double calls = 0;       // 0: entered before the event, or inlined.
  std::vector<std::pair<InstructionKind, uint32_t>> kinds;
  std::vector<uint32_t> children;  // Indices into Profile::nodes, all lower.
  bool operator==(const ProfileNode&) const = default;
};

struct LegProfile {
  Leg leg = Leg::kUnspecified;
  std::vector<uint32_t> roots;  // Indices into Profile::nodes.
  bool operator==(const LegProfile&) const = default;
};

// How a case was sampled, where the source is not a trace. Then the sum of all
// self is `samples`, and `events` were made meanwhile.
struct Sampled {
  std::string clock;  // "cycles" or "cpu-clock".
  double period = 0;  // Core cycles, or ns of CPU time, for each sample.
  double samples = 0;
  double attributed = 0;  // Of these, in a function that is known.
  double lost = 0;        // Further samples, which the kernel dropped.
  bool operator==(const Sampled&) const = default;
};

struct CaseProfile {
  std::string name;
  std::string metric;  // The metric that it explains.
  double figure = 0;   // That metric in the results file.
  std::vector<LegProfile> legs;
  // Instructions that the emulator executes and its clock does not count: those
  // that exit. The sum of all self less this is the figure, or within 0.5% of
  // it if the profile is a mean.
  double uncounted = 0;
  uint32_t events = 0;  // In the trace.
  // With just this profile; 0: it is the mean of their middle half.
  uint32_t modal_events = 0;
  std::string refused;  // Why there is none; empty if there is one.
  RefusedFor refused_for = RefusedFor::kNone;
  Sampled sampled;
  bool operator==(const CaseProfile&) const = default;
};

// What ties a profile to results files.
struct ProfileHost {
  std::string kernel_release;
  std::string kernel_version;
  std::string kvm_backend;
  std::string paging;
  std::string cpu_vendor;
  std::string cpu_model;
  std::string emulator;
  std::string kernel_command_line;
  ProfileSource source = ProfileSource::kUnspecified;
  bool operator==(const ProfileHost&) const = default;
};

struct Profile {
  std::string tool_version;
  ProfileHost host;
  std::vector<std::string> modules;  // "vmlinux", "kvm", "guest", "exitbench".
  std::vector<ProfileFunction> functions;
  std::vector<ProfileNode> nodes;
  std::vector<CaseProfile> cases;
  bool operator==(const Profile&) const = default;
};

// Modules that are not the kernel's. Their code has one function each.
inline constexpr char kGuestModule[] = "guest";
inline constexpr char kUserModule[] = "exitbench";

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_MODEL_PROFILE_H_
