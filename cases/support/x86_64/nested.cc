#include "cases/support/x86_64/nested.h"

#include <cstring>

#include "absl/strings/str_format.h"
#include "base/check.h"
#include "vmm/guest_memory.h"

namespace exitbench {
namespace {

constexpr uint64_t kMappedGiB = 4;
constexpr uint64_t kEntries = 512;
constexpr uint64_t kLargePage = 0x80;  // Of NPT and of EPT.
constexpr uint64_t kPdptGpa = kSecondLevelGpa + kPageBytes;
constexpr uint64_t kFirstPdGpa = kSecondLevelGpa + 2 * kPageBytes;
constexpr uint64_t kDataPtGpa = kFirstPdGpa + kMappedGiB * kPageBytes;
static_assert(kDataPtGpa + kPageBytes <= EB_NESTED_GPA + EB_NESTED_BYTES);

void Put(Machine& machine, uint64_t gpa, uint64_t value) {
  std::memcpy(NestedMemory(machine, gpa, sizeof(value)), &value, sizeof(value));
}

absl::Status ExpectL1Took(Machine& machine, uint64_t expected,
                          uint32_t events) {
  const ParameterBlock block = machine.parameters(0);
  if (block.results[0] == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "L1 took %d exits of L2 with code %#x in %d events, expected %d",
      block.results[0], block.args[kArgExitCode], events, expected));
}

}  // namespace

uint8_t* NestedMemory(Machine& machine, uint64_t gpa, size_t bytes) {
  uint8_t* at = machine.low().At(gpa, bytes);
  EB_CHECK(at != nullptr);
  return at;
}

uint64_t WriteSecondLevel(Machine& machine, const SecondLevelBits& bits) {
  Put(machine, kSecondLevelGpa, kPdptGpa | bits.table);
  for (uint64_t gib = 0; gib < kMappedGiB; ++gib) {
    const uint64_t pd = kFirstPdGpa + gib * kPageBytes;
    Put(machine, kPdptGpa + gib * 8, pd | bits.table);
    for (uint64_t i = 0; i < kEntries; ++i) {
      const uint64_t gpa = (gib << 30) + i * kHugePageBytes;
      Put(machine, pd + i * 8,
          gpa == EB_DATA_GPA ? kDataPtGpa | bits.table
                             : gpa | bits.page | kLargePage);
    }
  }
  for (uint64_t i = 0; i < kEntries; ++i) {
    Put(machine, kDataPtGpa + i * 8,
        (EB_DATA_GPA + i * kPageBytes) | bits.page);
  }
  return kSecondLevelGpa;
}

uint64_t SecondLevelPteGpa(uint64_t data_gpa) {
  return kDataPtGpa + (data_gpa - EB_DATA_GPA) / kPageBytes * 8;
}

absl::Status ExpectL1TookEach(Machine& machine, uint32_t events) {
  return ExpectL1Took(machine, events, events);
}

absl::Status ExpectL1TookNone(Machine& machine, uint32_t events) {
  return ExpectL1Took(machine, 0, events);
}

absl::Status ExpectCounted(Machine& machine, uint32_t events,
                           const char* what) {
  const uint64_t counted = machine.parameters(0).results[0];
  if (counted == events) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("%d of %d %s", counted, events, what));
}

absl::Status DiscardTouched(Machine& machine, uint32_t) {
  machine.parameters(0).args[kArgTouched] = EB_DATA_GPA;
  return machine.data().Discard();
}

}  // namespace exitbench
