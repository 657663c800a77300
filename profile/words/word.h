// The words of a trace: see hosts/trace_format.h.
#ifndef EXITBENCH_PROFILE_WORDS_WORD_H_
#define EXITBENCH_PROFILE_WORDS_WORD_H_

#include <cstdint>

#include "hosts/trace_format.h"

namespace exitbench {

constexpr uint64_t AddressOf(uint64_t word) {
  return word & EB_TRACE_ADDRESS_MASK;
}

constexpr EbTraceClass ClassOf(uint64_t word) {
  return static_cast<EbTraceClass>(word >> EB_TRACE_CLASS_SHIFT & 0xff);
}

constexpr EbTraceMsr MsrOf(uint64_t word) {
  return static_cast<EbTraceMsr>(word >> EB_TRACE_DETAIL_SHIFT);
}

constexpr bool IsKernel(uint64_t word) {
  return (word & EB_TRACE_KERNEL_BIT) != 0;
}

constexpr bool IsTscRead(uint64_t word) {
  return ClassOf(word) == EB_TRACE_RDTSC || ClassOf(word) == EB_TRACE_RDTSCP;
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WORDS_WORD_H_
