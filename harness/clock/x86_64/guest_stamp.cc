#include "harness/clock/guest_stamp.h"

#include "base/check.h"
#include "vmm/x86_64/arch_kvm.h"

namespace exitbench {

bool GuestHasStamp(const Kvm& kvm, StampKind kind) {
  // RDTSCP is CPUID 8000_0001, EDX bit 27.
  return kind != StampKind::kFenced || kvm.arch().HasBit(0x80000001, 3, 27);
}

const char* GuestStampText(StampKind kind) {
  switch (kind) {
    case StampKind::kFenced:
      return "lfence;rdtsc;lfence rdtscp;lfence";
    case StampKind::kLfence:
      return "lfence;rdtsc;lfence";
    case StampKind::kPlain:
      return "rdtsc";
  }
  EB_CHECK(false);
  return "";
}

}  // namespace exitbench
