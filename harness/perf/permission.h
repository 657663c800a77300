// Whether this process may sample the kernel, and what is missing if not.
#ifndef EXITBENCH_HARNESS_PERF_PERMISSION_H_
#define EXITBENCH_HARNESS_PERF_PERMISSION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace exitbench {

// What decides it. Negative: the kernel does not say.
struct PerfPermission {
  bool may_open = false;      // perf_event_open(2) of an event of the kernel.
  bool sees_symbols = false;  // /proc/kallsyms has addresses.
  int perf_event_paranoid = -1;
  int kptr_restrict = -1;
  uint64_t capabilities = 0;  // Effective: CapEff of /proc/self/status.
};

// Reads the settings and the capabilities of this process.
PerfPermission ReadPerfPermission(bool may_open, bool sees_symbols);

// Says in one line what is missing, with its value. Empty: nothing is.
std::string WhatIsMissing(const PerfPermission& permission);

// Says the same of a process that was refused an event of another's thread.
std::string WhatIsMissingForThread(const PerfPermission& permission);

// Checks that this process may sample the kernel and name its functions, by
// doing both. kPermissionDenied says what is missing.
absl::Status CheckMaySample();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_PERMISSION_H_
