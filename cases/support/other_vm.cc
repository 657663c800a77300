#include "cases/support/other_vm.h"

#include "base/check.h"
#include "base/status_macros.h"

namespace exitbench {

absl::StatusOr<Machine> MachineLike(Machine& machine) {
  // Until a guest has run, its payload is there as it was loaded.
  const uint8_t* code = machine.low().At(EB_CODE_GPA, EB_CODE_BYTES);
  EB_CHECK(code != nullptr);
  return Machine::Create(machine.kvm(), machine.shape(), machine.mode(),
                         {code, code + EB_CODE_BYTES});
}

absl::StatusOr<uint64_t> CountOf(Machine& machine, absl::string_view name) {
  uint64_t sum = 0;
  for (int i = 0; i < machine.vcpus(); ++i) {
    const KvmStats* stats = machine.vcpu_stats(i);
    const int at = stats == nullptr ? -1 : stats->Find(name);
    if (at < 0) return 0;
    EB_ASSIGN_OR_RETURN(const StatsSnapshot values, stats->Read());
    sum += values[static_cast<size_t>(at)];
  }
  return sum;
}

}  // namespace exitbench
