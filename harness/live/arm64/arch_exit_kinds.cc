#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cases/arch/exit_reasons.h"
#include "harness/live/exit_kinds.h"

namespace exitbench {
namespace {

struct Class {
  uint32_t number;
  const char* name;
};
// As kvm_arm_exception_class names them (arch/arm64/include/asm/kvm_arm.h), and
// the ESR_ELx_EC_ macros of asm/esr.h the others.
constexpr Class kClasses[] = {
    {kClassWfx, "WFx"},
    {0x07, "FP_ASIMD"},
    {kClassHvc, "HVC64"},
    {kClassSmc, "SMC64"},
    {kClassSysreg, "SYS64"},
    {0x19, "SVE"},
    {0x1a, "ERET"},
    {kClassInstructionAbort, "IABT_LOW"},
    {kClassDataAbort, "DABT_LOW"},
    {0x2f, "SERROR"},
    {0x30, "BREAKPT_LOW"},
    {0x32, "SOFTSTP_LOW"},
    {0x34, "WATCHPT_LOW"},
    {0x3c, "BRK64"},
};

// The result of a run by arch/arm64/include/asm/kvm_asm.h: an interrupt of the
// host. The class of such exits is 0.
constexpr int kInterrupt = 0;

}  // namespace

std::vector<ExitKind> ExitKinds(Backend backend) {
  if ((backend & kBackendArm) == 0) return {};
  std::vector<ExitKind> kinds = {{"IRQ", absl::StrCat("ret == ", kInterrupt)}};
  for (const Class& one : kClasses) {
    kinds.push_back({one.name, absl::StrCat("esr_ec == ", one.number)});
  }
  return kinds;
}

}  // namespace exitbench
