// Helper threads of a real VM.
#include <cerrno>

#include "absl/time/clock.h"
#include "base/cpus.h"
#include "gtest/gtest.h"
#include "harness/loop/helper_threads.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

const char* FailToServe(Machine&, uint64_t) {
  errno = EIO;
  return "serving";
}

const Case kFails = {.name = "fails",
                     .place = Place::kTogether,
                     .service = {.serve = FailToServe}};

// By then the guest has rung its doorbell, so no exit would report the failure.
TEST(HelperThreads, AServiceThreadThatFailsEndsTheBatchAtOnce) {
  absl::StatusOr<Kvm> kvm = Kvm::Open();
  if (!kvm.ok()) {
    GTEST_SKIP() << "SKIPPED, needs KVM: " << kvm.status().message();
  }
  absl::StatusOr<Machine> machine =
      Machine::Create(*kvm, kFails.shape, kKernelMode, BlobImage());
  ASSERT_TRUE(machine.ok()) << machine.status();
  const ClockSync sync;
  const HelperPlan plan = {{CurrentCpu()}, &sync, 1000};
  auto helpers = HelperThreads::Start(*machine, kFails, plan);
  ASSERT_TRUE(helpers.ok()) << helpers.status();
  // As the guest counts its first call.
  __atomic_store_n(&machine->parameters(0).results[0], 1, __ATOMIC_RELEASE);
  const absl::Time start = absl::Now();
  const absl::Status status = (*helpers)->EndBatch(1, absl::Seconds(40));
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_EQ(status.message(), "service thread: serving: Input/output error");
}

}  // namespace
}  // namespace exitbench
