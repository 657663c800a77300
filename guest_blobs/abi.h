// The contract between payloads and the host, in one header for assembly and
// C++: guest-physical map, parameter block, payload header, stamps. What only
// one architecture has is in the abi.h of its folder, which payloads include.
//
// Guest memory is identity-mapped (virtual address == GPA). Slot 0 holds the
// machine. Case memory, for cases that need some, is at EB_DATA_GPA in a slot
// of its own.
//
// A payload is entered with the address of its vCPU's parameter block in the
// first argument's register. It reads the number of events, stamps the clock
// before and after each, and rings the doorbell when that batch is done.
// Resumed, it starts the next batch. Nothing that a payload writes is trusted.
#ifndef EXITBENCH_GUEST_BLOBS_ABI_H_
#define EXITBENCH_GUEST_BLOBS_ABI_H_

#define EB_ABI_VERSION 1
#define EB_PAYLOAD_MAGIC 0x31504245 /* "EBP1" */

/* Guest-physical map of slot 0. The architecture has the rest. */
#define EB_STUBS_GPA 0x4000 /* Exception stubs: stubs.S */
#define EB_STUBS_BYTES 0x4000
#define EB_PARAMS_GPA 0x8000 /* One page per vCPU. */
#define EB_PARAMS_STRIDE 0x1000
#define EB_STACKS_GPA 0x20000 /* Kernel mode's, then user mode's, per vCPU. */
#define EB_STACK_BYTES 0x1000
#define EB_STACKS_STRIDE 0x2000
#define EB_CODE_GPA 0x40000
#define EB_CODE_BYTES 0x8000
#define EB_STAMPS_GPA 0x100000 /* Stamp buffer, per vCPU. */
#define EB_STAMPS_STRIDE 0x10000
#define EB_PAGE_TABLES_GPA 0x200000 /* As many as the shape needs. */
#define EB_MAX_VCPUS 16

/* Case memory, and a hole that no slot backs. */
#define EB_DATA_GPA 0x40000000
#define EB_MMIO_GPA 0xd0000000

/* Parameter block: offsets. IN is written by the host, OUT by the guest. */
#define EB_P_ABI_VERSION 0x00   /* u32 IN */
#define EB_P_CPU 0x04           /* u32 IN */
#define EB_P_EVENTS 0x08        /* u64 IN: events in the next batch, > 0 */
#define EB_P_STAMPS 0x10        /* u64 IN: GPA of this vCPU's stamps */
#define EB_P_ARGS 0x18          /* u64[8] IN: per case */
#define EB_P_RESULTS 0x58       /* u64[8] OUT: per case */
#define EB_P_FAULT_VECTOR 0x98  /* u64 OUT: which exception */
#define EB_P_FAULT_ERROR 0xa0   /* u64 OUT: what the processor says of it */
#define EB_P_FAULT_PC 0xa8      /* u64 OUT: where */
#define EB_P_FAULT_MODE 0xb0    /* u64 OUT: in which mode */
#define EB_P_FAULT_ADDRESS 0xb8 /* u64 OUT: of the access that faulted */
#define EB_P_SCRATCH 0xc0       /* u64[8]: the guest's own */
#define EB_P_MARK 0x100         /* u64 OUT: EB_EVENT_MARK, in marked builds */
#define EB_P_BYTES 0x108

/* What a marked build leaves in EB_P_MARK behind the event's instruction. */
#define EB_EVENT_MARK 0x4d41524b

/* One stamp: the clock before and after the event. */
#define EB_STAMP_BYTES 16
#define EB_MAX_STAMPS (EB_STAMPS_STRIDE / EB_STAMP_BYTES)

/* How a payload was assembled to read the clock. There is a blob of each kind,
   from the best one to the one that works on every host. */
#define EB_STAMP_FENCED 0
#define EB_STAMP_LFENCE 1
#define EB_STAMP_PLAIN 2

#ifndef __ASSEMBLER__

#include <cstddef>
#include <cstdint>

namespace exitbench {

struct ParameterBlock {
  uint32_t abi_version;
  uint32_t cpu;
  uint64_t events;
  uint64_t stamps_gpa;
  uint64_t args[8];
  uint64_t results[8];
  uint64_t fault_vector;
  uint64_t fault_error;
  uint64_t fault_pc;
  uint64_t fault_mode;
  uint64_t fault_address;
  uint64_t scratch[8];
  uint64_t mark;
};

struct GuestStamp {
  uint64_t before_ticks;
  uint64_t after_ticks;
};

// Where a payload starts: the first bytes of every blob.
struct PayloadHeader {
  uint32_t magic;
  uint32_t abi_version;
  uint32_t entry_gpa;
  uint32_t handler_count;  // PayloadHandler[handler_count] follows.
};

// An exception or interrupt that the payload handles itself.
struct PayloadHandler {
  uint32_t vector;
  uint32_t handler_gpa;
};

static_assert(offsetof(ParameterBlock, cpu) == EB_P_CPU);
static_assert(offsetof(ParameterBlock, events) == EB_P_EVENTS);
static_assert(offsetof(ParameterBlock, stamps_gpa) == EB_P_STAMPS);
static_assert(offsetof(ParameterBlock, args) == EB_P_ARGS);
static_assert(offsetof(ParameterBlock, results) == EB_P_RESULTS);
static_assert(offsetof(ParameterBlock, fault_vector) == EB_P_FAULT_VECTOR);
static_assert(offsetof(ParameterBlock, fault_error) == EB_P_FAULT_ERROR);
static_assert(offsetof(ParameterBlock, fault_pc) == EB_P_FAULT_PC);
static_assert(offsetof(ParameterBlock, fault_mode) == EB_P_FAULT_MODE);
static_assert(offsetof(ParameterBlock, fault_address) == EB_P_FAULT_ADDRESS);
static_assert(offsetof(ParameterBlock, scratch) == EB_P_SCRATCH);
static_assert(offsetof(ParameterBlock, mark) == EB_P_MARK);
static_assert(sizeof(ParameterBlock) == EB_P_BYTES);
static_assert(sizeof(GuestStamp) == EB_STAMP_BYTES);
static_assert(sizeof(PayloadHeader) == 16);
static_assert(sizeof(PayloadHandler) == 8);
static_assert(EB_PARAMS_GPA + EB_MAX_VCPUS * EB_PARAMS_STRIDE <= EB_STACKS_GPA);
static_assert(EB_STACKS_GPA + EB_MAX_VCPUS * EB_STACKS_STRIDE <= EB_CODE_GPA);
static_assert(EB_CODE_GPA + EB_CODE_BYTES <= EB_STAMPS_GPA);
static_assert(EB_STAMPS_GPA + EB_MAX_VCPUS * EB_STAMPS_STRIDE <=
              EB_PAGE_TABLES_GPA);

}  // namespace exitbench

#endif  // __ASSEMBLER__
#endif  // EXITBENCH_GUEST_BLOBS_ABI_H_
