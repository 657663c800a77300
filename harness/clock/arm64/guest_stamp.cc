#include "harness/clock/guest_stamp.h"

#include "base/check.h"
#include "harness/clock/arch/timer.h"

namespace exitbench {

// KVM hides no part of the virtual counter, so guests have what the host has.
bool GuestHasStamp(const Kvm&, StampKind kind) {
  return kind != StampKind::kFenced || kHasOrderedCounter;
}

const char* GuestStampText(StampKind kind) {
  switch (kind) {
    case StampKind::kFenced:
      return "mrs cntvctss_el0;isb";
    case StampKind::kLfence:
      return "isb;mrs cntvct_el0;isb";
    case StampKind::kPlain:
      return "mrs cntvct_el0";
  }
  EB_CHECK(false);
  return "";
}

}  // namespace exitbench
