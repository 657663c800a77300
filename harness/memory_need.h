// Whether this host has the memory that a case says it may use.
#ifndef EXITBENCH_HARNESS_MEMORY_NEED_H_
#define EXITBENCH_HARNESS_MEMORY_NEED_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace exitbench {

// OK if `available_bytes` holds `needed_bytes` and leaves the host some; else
// kUnavailable with both figures.
absl::Status EnoughMemory(uint64_t needed_bytes, uint64_t available_bytes);

// MemAvailable out of the text of /proc/meminfo; all the memory there can be
// if it is not in there (before Linux 3.14).
uint64_t ParseMemAvailable(const std::string& meminfo);

// Of this host, now.
uint64_t MemAvailableBytes();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_MEMORY_NEED_H_
