#include "cases/case.h"

namespace exitbench {

ExpectedExit PioOut(uint16_t port, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_IO,
          .is_write = true,
          .size_bytes = size_bytes,
          .port = port};
}

ExpectedExit PioIn(uint16_t port, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_IO,
          .is_write = false,
          .size_bytes = size_bytes,
          .port = port};
}

ExpectedExit MmioWrite(uint64_t gpa, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_MMIO,
          .is_write = true,
          .size_bytes = size_bytes,
          .gpa = gpa};
}

ExpectedExit MmioRead(uint64_t gpa, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_MMIO,
          .is_write = false,
          .size_bytes = size_bytes,
          .gpa = gpa};
}

ExpectedExit MmioWriteWithin(uint64_t gpa, uint64_t span_bytes,
                             uint8_t size_bytes) {
  return {.reason = KVM_EXIT_MMIO,
          .is_write = true,
          .size_bytes = size_bytes,
          .gpa = gpa,
          .gpa_bytes = span_bytes};
}

ExpectedExit HypercallExit(uint64_t number) {
  return {.reason = KVM_EXIT_HYPERCALL, .number = number};
}

ExpectedExit MsrRead(uint32_t index) {
  return {.reason = KVM_EXIT_X86_RDMSR, .number = index};
}

ExpectedExit MsrWrite(uint32_t index) {
  return {.reason = KVM_EXIT_X86_WRMSR, .is_write = true, .number = index};
}

ExpectedExit ExitOf(uint32_t reason) { return {.reason = reason}; }

ExpectedExit RunFails(int run_errno) {
  return {.reason = ExpectedExit::kErrno, .run_errno = run_errno};
}

}  // namespace exitbench
