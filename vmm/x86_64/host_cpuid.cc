#include "vmm/x86_64/host_cpuid.h"

#include <cpuid.h>

#include <cstring>

#include "absl/strings/ascii.h"

namespace exitbench {

HostCpuid ReadHostCpuid() {
  HostCpuid found;
  unsigned a, b, c, d;
  if (__get_cpuid(0, &a, &b, &c, &d)) {
    char text[13] = {};
    std::memcpy(text, &b, 4);
    std::memcpy(text + 4, &d, 4);
    std::memcpy(text + 8, &c, 4);
    found.vendor = text;
  }
  if (__get_cpuid(1, &a, &b, &c, &d)) found.vmx = c >> 5 & 1;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) found.svm = c >> 2 & 1;
  if (found.svm && __get_cpuid(0x8000000a, &a, &b, &c, &d)) {
    found.svm_features = d;
  }
  return found;
}

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
