// The timed region allocates nothing: operator new is counted while a batch
// runs.
#include <atomic>
#include <cstdlib>
#include <new>

#include "cases/catalogue/catalogue.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"
#include "harness/loop/batch.h"
#include "tests/guests/kvm_test_base.h"

namespace {
std::atomic<int> allocations{0};
}  // namespace

__attribute__((noinline)) void* operator new(size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
// GCC sees free() of what new returned once it inlines these.
__attribute__((noinline)) void operator delete(void* memory) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace exitbench {
namespace {

using TimedRegionTest = KvmTest;

TEST_F(TimedRegionTest, AllocatesNothing) {
  constexpr uint32_t kEvents = 200;
  for (const ExpectedExit& expected :
       {PioOut(EB_EVENT_PORT, 1), MmioWrite(EB_MMIO_GPA, 4)}) {
    const GuestBlob& blob =
        expected.reason == KVM_EXIT_IO ? blobs::pio_out : blobs::mmio_write;
    absl::StatusOr<Machine> machine = Machine::Create(
        kvm(), VmShape(), kUserMode, blob.event[EB_STAMP_PLAIN]);
    ASSERT_TRUE(machine.ok()) << machine.status();
    machine->parameters(0).events = kEvents;
    ASSERT_TRUE(
        tools_.watchdog.Arm(machine->vcpu().run(), absl::Seconds(5)).ok());
    const int before = allocations;
    const BatchEnd end = RunBatch(*machine, expected, nullptr, tools_.watchdog,
                                  tools_.samples.stamps.data(), kEvents + 1);
    const int after = allocations;
    tools_.watchdog.Disarm();
    ASSERT_EQ(end.why, BatchEnd::kDoorbell);
    EXPECT_EQ(end.elements, kEvents);
    EXPECT_EQ(after - before, 0);
  }
  // The counter does count.
  const int before = allocations;
  ::operator delete(::operator new(sizeof(int)));
  EXPECT_EQ(allocations - before, 1);
}

}  // namespace
}  // namespace exitbench
