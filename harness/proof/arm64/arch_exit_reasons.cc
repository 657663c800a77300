// Exit reasons as the tracepoint kvm_exit of arch/arm64/kvm/trace_arm.h has
// them: ret is ARM_EXCEPTION_TRAP for traps, and esr_ec is their exception
// class. Interrupts of the host have another ret.
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cases/arch/exit_reasons.h"
#include "harness/proof/exit_reasons.h"

namespace exitbench {
namespace {

// arch/arm64/include/asm/kvm_asm.h.
constexpr int kTrap = 2;

struct CounterReasons {
  absl::string_view counter;
  ExitReasons reasons;
};
constexpr CounterReasons kByCounter[] = {
    {"wfi_exit_stat", {{kBackendArm, kClassWfx}}},
    {"hvc_exit_stat", {{kBackendArm, kClassHvc}}},
    {"mmio_exit_user", {{kBackendArm, kClassDataAbort}}},
    {"mmio_exit_kernel", {{kBackendArm, kClassDataAbort}}},
};

struct NamedClass {
  uint32_t number;
  const char* name;
};
// As kvm_arm_exception_class names them (arch/arm64/include/asm/kvm_arm.h).
constexpr NamedClass kNames[] = {
    {kClassWfx, "WFx"},
    {kClassHvc, "HVC64"},
    {kClassSmc, "SMC64"},
    {kClassSysreg, "SYS64"},
    {kClassDataAbort, "DABT_LOW"},
    {kClassInstructionAbort, "IABT_LOW"},
};

}  // namespace

std::string ExitReasonFilter(Backend backend, uint32_t number) {
  if ((backend & kBackendArm) == 0) return "";
  return absl::StrCat("ret == ", kTrap, " && esr_ec == ", number);
}

std::string ExitReasonName(Backend, uint32_t number) {
  for (const NamedClass& one : kNames) {
    if (one.number == number) return one.name;
  }
  return absl::StrCat("class ", number);
}

ExitReasons ReasonsOfCounter(absl::string_view counter) {
  for (const CounterReasons& one : kByCounter) {
    if (one.counter == counter) return one.reasons;
  }
  return {};
}

}  // namespace exitbench
