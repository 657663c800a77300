// The rows of scale/: the same work by 1, 2, 4, 8 and 16 vCPUs at once, of one
// VM and of a VM each.
#ifndef EXITBENCH_CASES_SUPPORT_SCALE_H_
#define EXITBENCH_CASES_SUPPORT_SCALE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/cpus.h"
#include "cases/case.h"
#include "cases/support/calls.h"
#include "cases/support/crew.h"

namespace exitbench {

// Memory of the host that a further VM takes besides case memory, and that the
// samples of a run take.
inline constexpr uint64_t kVmHookBytes = 4u << 20;
inline constexpr uint64_t kSampleHookBytes = 1u << 20;

// Work that several vCPUs do at once.
struct ScaleWork {
  absl::string_view name;      // "pio"
  absl::string_view measures;  // Begins with what one vCPU does.
  const GuestBlob* guest = nullptr;
  CrewWork work;
  VmShape shape;
  // Case memory of each vCPU. In one VM they share a slot.
  uint64_t bytes_of_each = 0;
  // Whether VMs may have one vCPU each. False where vCPUs talk to each other.
  bool by_vms = true;
  // Whether a VM has several vCPUs. False where there is no guest.
  bool by_vcpus = true;
  // Windows of a run, at most.
  uint32_t most_windows = 20;
  Needs needs;
  KnownLimitations limitations;
  const char* verifies = nullptr;
};

// A text that is put together when this program is built.
struct ScaleText {
  char chars[200] = {};
  size_t size = 0;

  constexpr ScaleText& Add(absl::string_view text) {
    EB_CHECK(size + text.size() < sizeof(chars));
    for (char c : text) chars[size++] = c;
    return *this;
  }
  constexpr ScaleText& Add(int number) {
    if (number >= 10) Add(number / 10);
    chars[size++] = static_cast<char>('0' + number % 10);
    return *this;
  }
  constexpr absl::string_view text() const { return {chars, size}; }
};

// "scale/pio.1", "scale/pio.vcpus.2", "scale/pio.vms.2".
template <const ScaleWork& kWork, int kMembers, bool kOwnVms>
inline constexpr ScaleText kScaleName = [] {
  ScaleText name;
  name.Add("scale/").Add(kWork.name).Add(".");
  if (kMembers > 1 && kWork.by_vcpus && kWork.by_vms) {
    name.Add(kOwnVms ? "vms." : "vcpus.");
  }
  return name.Add(kMembers);
}();

template <const ScaleWork& kWork, int kMembers, bool kOwnVms>
inline constexpr ScaleText kScaleMeasures = [] {
  ScaleText text;
  text.Add(kWork.measures);
  if (!kWork.by_vcpus) {
    text.Add(": ").Add(kMembers).Add(kMembers > 1 ? " threads" : " thread");
  } else if (kMembers == 1) {
    text.Add(": one vCPU");
  } else if (kOwnVms) {
    text.Add(": the vCPUs of ").Add(kMembers).Add(" VMs");
  } else {
    text.Add(": ").Add(kMembers).Add(" vCPUs of a VM");
  }
  if (kMembers > 1) text.Add(" at once, a physical CPU each");
  return text;
}();

// Hooks of these rows.

template <const ScaleWork& kWork, int kMembers, bool kOwnVms>
absl::Status PrepareScale(Machine& machine) {
  return machine.case_state<Crew>().Start(machine, kWork.work, kMembers,
                                          kOwnVms);
}

// A process that only lists cases has not been given any CPUs.
template <int kMembers>
absl::Status HasCpusForScale(const Kvm&) {
  return kMembers > 1 && CpusAreGiven() ? TakeCpus(kMembers).status()
                                        : absl::OkStatus();
}

inline absl::Status AssembleScale(Machine& machine) {
  return machine.case_state<Crew>().Assemble(machine);
}

inline int RunScaleWindow(Machine& machine) {
  return machine.case_state<Crew>().RunWindow();
}

inline absl::Status CheckScale(Machine& machine, int result, int error) {
  const absl::Status checked = machine.case_state<Crew>().Check();
  if (!checked.ok() || result == 0) return checked;
  return Refused("a window", result, error);
}

inline std::vector<Figure> ScaleFigures(Machine& machine, double) {
  return machine.case_state<Crew>().Figures(machine);
}

inline absl::StatusOr<Conclusion> FinishScale(Machine& machine) {
  return machine.case_state<Crew>().Finish(machine);
}

template <const ScaleWork& kWork, int kMembers, bool kOwnVms>
constexpr Case ScaleRow() {
  Case row = {.name = kScaleName<kWork, kMembers, kOwnVms>.text(),
              .measures = kScaleMeasures<kWork, kMembers, kOwnVms>.text(),
              .modes = kWork.guest == nullptr ? kKernelMode : kUserMode,
              .host_loop = {.guest = kWork.guest,
                            .before = AssembleScale,
                            .timed = RunScaleWindow,
                            .after = CheckScale},
              .shape = kWork.shape,
              .expect = {.verifies = kWork.verifies},
              .host = {.needs = kWork.needs,
                       .limitations = kWork.limitations,
                       .supported = HasCpusForScale<kMembers>},
              .prepare = PrepareScale<kWork, kMembers, kOwnVms>,
              .figures = ScaleFigures,
              .finish = FinishScale,
              .place = Place::kApart,
              .per_event = {.items = kWork.work.events, .item = "event"},
              .size = {.max_events = kWork.most_windows}};
  const bool in_one_vm = kWork.by_vcpus && !kOwnVms;
  if (in_one_vm) row.shape.vcpus = kMembers;
  row.shape.data_bytes = kWork.bytes_of_each * (in_one_vm ? kMembers : 1);
  row.host.hook_bytes = kSampleHookBytes;
  if (kOwnVms) {
    row.host.hook_bytes +=
        (kMembers - 1) * (kVmHookBytes + kWork.bytes_of_each);
  }
  return row;
}

// All rows of a kind of work.
template <const ScaleWork& kWork>
constexpr auto ScaleRows() {
  if constexpr (kWork.by_vcpus && kWork.by_vms) {
    return std::array<Case, 9>{
        ScaleRow<kWork, 1, false>(),  ScaleRow<kWork, 2, false>(),
        ScaleRow<kWork, 4, false>(),  ScaleRow<kWork, 8, false>(),
        ScaleRow<kWork, 16, false>(), ScaleRow<kWork, 2, true>(),
        ScaleRow<kWork, 4, true>(),   ScaleRow<kWork, 8, true>(),
        ScaleRow<kWork, 16, true>()};
  } else {
    return std::array<Case, 5>{
        ScaleRow<kWork, 1, false>(), ScaleRow<kWork, 2, false>(),
        ScaleRow<kWork, 4, false>(), ScaleRow<kWork, 8, false>(),
        ScaleRow<kWork, 16, false>()};
  }
}

// The rows of several kinds, one after the other.
template <size_t... kSizes>
constexpr auto JoinRows(const std::array<Case, kSizes>&... tables) {
  std::array<Case, (kSizes + ...)> all = {};
  size_t at = 0;
  const auto add = [&all, &at](const auto& table) {
    for (const Case& row : table) all[at++] = row;
  };
  (add(tables), ...);
  return all;
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_SCALE_H_
