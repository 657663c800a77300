// Hooks of cases whose guest is a hypervisor (L1) that runs a guest of its own
// (L2): they turn SVM or VMX on for L1 and write what L1 keeps for L2, in the
// memory at EB_NESTED_GPA. The payloads are in
// guest_blobs/x86_64/payloads/nested.
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_NESTED_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_NESTED_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/case.h"
#include "cases/support/x86_64/cpuid_need.h"
#include "guest_blobs/x86_64/abi.h"
#include "vmm/machine.h"

namespace exitbench {

// Parts of the VM's configuration that L1 relies on.
inline constexpr uint32_t kFixedByNested =
    kVmApic | kVmExitsDisabled | kVmCpuid | kVmTscKhz;

// Where things lie. Each begins a page.
inline constexpr uint64_t kL2Gpa = EB_NESTED_GPA;  // L2's VMCB or VMCS.
inline constexpr uint64_t kL1StateGpa = EB_NESTED_GPA + 0x1000;
// Two more, for instructions that take one.
inline constexpr uint64_t kOtherL2Gpa = EB_NESTED_GPA + 0x2000;
inline constexpr uint64_t kThirdL2Gpa = EB_NESTED_GPA + 0x3000;
inline constexpr uint64_t kIoBitmapGpa = EB_NESTED_GPA + 0x4000;   // 3 pages.
inline constexpr uint64_t kMsrBitmapGpa = EB_NESTED_GPA + 0x7000;  // 2 pages.
inline constexpr uint64_t kFieldsGpa = EB_NESTED_GPA + 0x9000;
inline constexpr uint64_t kDescriptorGpa = EB_NESTED_GPA + 0xa000;
inline constexpr uint64_t kSecondLevelGpa = EB_NESTED_GPA + 0x10000;

// What L2 does, by the numbers of l2_events in nested.inc.
enum class L2Event : uint64_t {
  kCpuid = 0,
  kCall = 1,  // VMMCALL, VMCALL
  kOut = 2,   // To EB_EVENT_PORT.
  kHlt = 3,
  kTouch = 4,  // A write to the next page of case memory.
};

// Whether L1 asks for the exit of the event, or L0 handles it alone.
enum class TakenBy { kL1, kL0 };

// The parts of a payload's args[], as nested.inc documents them.
inline constexpr int kArgL2 = 0;
inline constexpr int kArgExitCode = 2;
inline constexpr int kArgEvent = 3;
inline constexpr int kArgTouched = 4;
inline constexpr int kArgHandler = 6;

// Returns `bytes` of low memory at `gpa`.
uint8_t* NestedMemory(Machine& machine, uint64_t gpa, size_t bytes);

// The second level of paging that L1 gives L2: one to one for the first 4 GiB,
// by pages of 2 MiB, and by pages of 4 KiB for the first 2 MiB of case memory.
struct SecondLevelBits {
  uint64_t table = 0;  // Of entries that point to tables.
  uint64_t page = 0;
};
// Writes its tables and returns the GPA of the highest one.
uint64_t WriteSecondLevel(Machine& machine, const SecondLevelBits& bits);
// Returns the GPA of the entry that maps the page at `data_gpa`.
uint64_t SecondLevelPteGpa(uint64_t data_gpa);

// For Case::verify_batch: checks that L1 has taken an exit of the code that it
// expects for each event, or none at all.
absl::Status ExpectL1TookEach(Machine& machine, uint32_t events);
absl::Status ExpectL1TookNone(Machine& machine, uint32_t events);
// Checks that the guest counted `events` at results[0]. `what` is what it
// counts.
absl::Status ExpectCounted(Machine& machine, uint32_t events, const char* what);
// For Expectation::verifies.
inline constexpr char kExitCodesInL1[] =
    "exits of L2 with the right code counted by L1";
inline constexpr char kNoExitsInL1[] = "no exit of L2 taken by L1";

// For Case::before_batch: takes all pages of case memory from the host, and has
// L2 begin with the first.
absl::Status DiscardTouched(Machine& machine, uint32_t events);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_NESTED_H_
