#include "vmm/arm64/exception_name.h"

#include "absl/strings/str_format.h"
#include "guest_blobs/arm64/abi.h"

namespace exitbench {

std::string ExceptionClassName(uint64_t syndrome) {
  const uint32_t ec = static_cast<uint32_t>(syndrome >> 26) & 0x3f;
  switch (ec) {
    case 0x00:
      return "undefined instruction";
    case 0x01:
      return "WFI or WFE";
    case 0x07:
      return "access to SVE or floating point";
    case 0x09:
      return "pointer authentication instruction";
    case 0x0e:
      return "illegal execution state";
    case 0x15:
      return "SVC";
    case 0x16:
      return "HVC";
    case 0x17:
      return "SMC";
    case 0x18:
      return "system register access";
    case 0x19:
      return "access to SVE";
    case 0x1a:
      return "ERET";
    case 0x20:
      return "instruction abort from EL0";
    case 0x21:
      return "instruction abort";
    case 0x22:
      return "misaligned PC";
    case 0x24:
      return "data abort from EL0";
    case 0x25:
      return "data abort";
    case 0x26:
      return "misaligned SP";
    case 0x2f:
      return "SError";
    case 0x30:
    case 0x31:
      return "breakpoint";
    case 0x32:
    case 0x33:
      return "software step";
    case 0x34:
    case 0x35:
      return "watchpoint";
    case 0x3c:
      return "BRK";
    default:
      return absl::StrFormat("exception class %#x", ec);
  }
}

std::string ExceptionName(uint64_t vector, uint64_t syndrome) {
  switch (vector) {
    case EB_VECTOR_SYNC_EL1:
    case EB_VECTOR_SYNC_EL0:
      return ExceptionClassName(syndrome);
    case EB_VECTOR_IRQ_EL1:
    case EB_VECTOR_IRQ_EL0:
      return "IRQ";
    case EB_VECTOR_FIQ_EL1:
    case EB_VECTOR_FIQ_EL0:
      return "FIQ";
    case EB_VECTOR_SERROR_EL1:
    case EB_VECTOR_SERROR_EL0:
      return "SError";
    default:
      return absl::StrFormat("vector %u", vector);
  }
}

}  // namespace exitbench
