// Hooks and facts of cases that make SMCCC calls (Arm DEN 0028), with the
// payloads hvc and smc.
#ifndef EXITBENCH_CASES_SUPPORT_ARM64_SMCCC_H_
#define EXITBENCH_CASES_SUPPORT_ARM64_SMCCC_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/case.h"
#include "vmm/machine.h"

namespace exitbench {

// What is answered to a function that nobody knows, and to one that succeeds.
inline constexpr uint64_t kNotSupported = ~uint64_t{0};
inline constexpr uint64_t kSmcccSuccess = 0;

// A function of a vendor's hypervisor service that KVM does not know.
inline constexpr uint64_t kUnknownFunction = 0x8600ff7f;

// Has the guest call `function`, and expect `answer` of it.
void SetCall(Machine& machine, uint64_t function, uint64_t argument,
             uint64_t answer);

// For Case::prepare.
template <uint64_t function, uint64_t argument, uint64_t answer>
absl::Status PrepareCall(Machine& machine) {
  SetCall(machine, function, argument, answer);
  return absl::OkStatus();
}

// For Case::verify_batch: checks that all calls were answered so.
absl::Status ExpectAnswers(Machine& machine, uint32_t events);
inline constexpr char kRightAnswers[] = "right answers counted in the guest";

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_ARM64_SMCCC_H_
