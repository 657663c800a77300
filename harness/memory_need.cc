#include "harness/memory_need.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_format.h"

namespace exitbench {
namespace {

// Left to the host: page tables for the guest's memory, and everything else
// that lives there.
constexpr uint64_t kReserveBytes = 32u << 20;

}  // namespace

absl::Status EnoughMemory(uint64_t needed_bytes, uint64_t available_bytes) {
  if (needed_bytes + kReserveBytes <= available_bytes) return absl::OkStatus();
  return absl::UnavailableError(absl::StrFormat(
      "needs %d MiB of memory and %d MiB left over; this host has %d MiB "
      "available",
      (needed_bytes + (1u << 20) - 1) >> 20, kReserveBytes >> 20,
      available_bytes >> 20));
}

uint64_t ParseMemAvailable(const std::string& meminfo) {
  std::istringstream lines(meminfo);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string key;
    uint64_t kib = 0;
    if (words >> key >> kib && key == "MemAvailable:") return kib << 10;
  }
  return ~uint64_t{0};
}

uint64_t MemAvailableBytes() {
  std::ifstream file("/proc/meminfo");
  std::stringstream text;
  text << file.rdbuf();
  return ParseMemAvailable(text.str());
}

}  // namespace exitbench
