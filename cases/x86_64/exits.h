// Exits to userspace that only x86-64 has, as rows expect them.
#ifndef EXITBENCH_CASES_X86_64_EXITS_H_
#define EXITBENCH_CASES_X86_64_EXITS_H_

#include <cstdint>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

constexpr ExpectedExit PioOut(uint16_t port, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_IO,
          .is_write = true,
          .size_bytes = size_bytes,
          .address = port};
}

constexpr ExpectedExit PioIn(uint16_t port, uint8_t size_bytes) {
  return {.reason = KVM_EXIT_IO,
          .is_write = false,
          .size_bytes = size_bytes,
          .address = port};
}

constexpr ExpectedExit HypercallExit(uint64_t number) {
  return {.reason = KVM_EXIT_HYPERCALL, .number = number};
}

// KVM_EXIT_X86_RDMSR and KVM_EXIT_X86_WRMSR.
constexpr ExpectedExit MsrRead(uint32_t index) {
  return {.reason = KVM_EXIT_X86_RDMSR, .number = index};
}

constexpr ExpectedExit MsrWrite(uint32_t index) {
  return {.reason = KVM_EXIT_X86_WRMSR, .is_write = true, .number = index};
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_X86_64_EXITS_H_
