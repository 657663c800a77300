#include "vmm/host_cpuid.h"

#include <cpuid.h>

#include <cstring>

#include "absl/strings/ascii.h"

namespace exitbench {

std::string HypervisorSignature() {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 31 & 1)) return "";
  __cpuid(0x40000000, a, b, c, d);
  char text[13] = {};
  std::memcpy(text, &b, 4);
  std::memcpy(text + 4, &c, 4);
  std::memcpy(text + 8, &d, 4);
  std::string clean;
  for (char x : std::string(text)) {
    if (absl::ascii_isprint(static_cast<unsigned char>(x))) clean += x;
  }
  return clean.empty() ? "unnamed" : clean;
}

}  // namespace exitbench
