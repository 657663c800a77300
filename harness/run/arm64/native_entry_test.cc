#include "harness/run/native_entry.h"

#include <signal.h>

#include <cstring>

#include "gtest/gtest.h"
#include "guest_blobs/arm64/abi.h"

#define EB_TEXT_OF(x) #x
#define EB_TEXT(x) EB_TEXT_OF(x)

// Payloads. Each changes registers that a callee must keep.
extern "C" {
extern const uint8_t eb_test_ring[], eb_test_store_elsewhere[], eb_test_trap[],
    eb_test_undefined[], eb_test_two_args[];
}
asm(".set DOORBELL, " EB_TEXT(EB_DOORBELL_GPA) "\n"
    ".set RESULTS, " EB_TEXT(EB_P_RESULTS) R"(
        .pushsection .text
        .globl  eb_test_ring, eb_test_store_elsewhere, eb_test_trap, eb_test_undefined, eb_test_two_args
        .macro SPOIL
        mov     x19, #1
        mov     x20, #1
        mov     x21, #1
        mov     x22, #1
        mov     x23, #1
        mov     x24, #1
        mov     x25, #1
        mov     x26, #1
        mov     x27, #1
        mov     x28, #1
        mov     x29, #1
        mov     x30, #1
        fmov    d8, #1.0
        fmov    d9, #1.0
        fmov    d15, #1.0
        .endm
eb_test_ring:
        SPOIL
        mov     x0, #DOORBELL
        str     wzr, [x0]
eb_test_store_elsewhere:
        SPOIL
        mov     x0, #DOORBELL
        str     wzr, [x0, #8]
eb_test_trap:
        SPOIL
        brk     #0
eb_test_undefined:
        udf     #0
eb_test_two_args:
        str     x0, [sp, #-16]!
        mov     x1, #7
        str     x1, [x0, #RESULTS]
        mov     x0, #DOORBELL
        str     wzr, [x0]
        .popsection
)");

namespace exitbench {
namespace {

// The frame of a signal is more than 4 KiB.
alignas(16) uint8_t stack[64 << 10];

NativeEnd Enter(const uint8_t* payload, ParameterBlock& block) {
  return EnterNatively(payload, payload, stack + sizeof(stack), block);
}

NativeEnd Enter(const uint8_t* payload) {
  ParameterBlock block = {};
  return Enter(payload, block);
}

TEST(NativeEntry, AStoreToTheDoorbellRingsIt) {
  // Twice, since each batch enters anew.
  for (int i = 0; i < 2; ++i) {
    const NativeEnd end = Enter(eb_test_ring);
    EXPECT_TRUE(end.rang);
    EXPECT_EQ(end.signal_number, SIGSEGV);
    EXPECT_EQ(end.code_offset, 16 * 4u);
  }
}

TEST(NativeEntry, AStoreBesideItDoesNot) {
  const NativeEnd end = Enter(eb_test_store_elsewhere);
  EXPECT_FALSE(end.rang);
  EXPECT_EQ(end.signal_number, SIGSEGV);
}

TEST(NativeEntry, OtherSignalsAreNamed) {
  EXPECT_EQ(Enter(eb_test_trap).signal_number, SIGTRAP);
  EXPECT_FALSE(Enter(eb_test_trap).rang);
  EXPECT_EQ(Enter(eb_test_undefined).signal_number, SIGILL);
  EXPECT_EQ(Enter(eb_test_undefined).code_offset, 0u);
}

TEST(NativeEntry, ThePayloadHasItsBlockAndItsStack) {
  ParameterBlock block = {};
  EXPECT_TRUE(Enter(eb_test_two_args, block).rang);
  EXPECT_EQ(block.results[0], 7u);
  uint64_t pushed;
  memcpy(&pushed, stack + sizeof(stack) - 16, sizeof(pushed));
  EXPECT_EQ(pushed, reinterpret_cast<uint64_t>(&block));
}

TEST(NativeEntry, RegistersOfTheCallerAreKept) {
  double kept = 2.5;
  asm volatile("" : "+w"(kept));
  const double before = kept;
  Enter(eb_test_ring);
  asm volatile("" : "+w"(kept));
  EXPECT_EQ(kept, before);
  EXPECT_EQ(kept, 2.5);
}

}  // namespace
}  // namespace exitbench
