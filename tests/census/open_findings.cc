#include "tests/census/open_findings.h"

namespace exitbench {
namespace {

constexpr char kMayPend[] =
    "the thread that the kick wakes may have the interrupt pending at the "
    "guest's HLT, which then does not exit: halt_exits is of some events";

}  // namespace

const std::vector<OpenFindings>& KnownOpen() {
  static const auto* const open = new std::vector<OpenFindings>{
      {"Turin (Zen 5), IDLE_HLT, avic=N, Linux 6.18",
       kMayPend,
       {"doorbell/ioeventfd.halted.together"}},
      {"Turin (Zen 5), IDLE_HLT, x2AVIC, Linux 6.18",
       kMayPend,
       {"doorbell/ioeventfd.halted.together"}},
      {"Turin (Zen 5), IDLE_HLT, /sys/module hidden, Linux 6.18",
       kMayPend,
       {"doorbell/ioeventfd.halted.together"}},
      {"kvm_pvm on Intel, /sys/module hidden",
       "ring 0 is emulated, and no load or store of it faults; the limit that "
       "says so does not hold on an unknown backend, and its probe succeeds",
       {"ept/violation_unbacked_read", "ept/violation_unbacked_write",
        "ept/violation", "ept/violation_backed_read",
        "ept/violation_backed_write", "ept/after_discard_read",
        "ept/after_discard_write", "ept/after_memslot_delete_read",
        "ept/after_memslot_delete_write", "ept/after_mprotect_read",
        "ept/after_mprotect_write", "ept/zero_page_then_write",
        "ept/violation_2m_thp", "ept/violation_2m_hugetlb",
        "ept/write_to_readonly_backing", "ept/userfault", "mem/cold"}},
  };
  return *open;
}

const std::vector<OpenFindings>& KnownUnexpected() {
  static const auto* const unexpected = new std::vector<OpenFindings>{};
  return *unexpected;
}

}  // namespace exitbench
