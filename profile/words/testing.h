// Makes traces for tests: a small kernel, and what it executes.
#ifndef EXITBENCH_PROFILE_WORDS_TESTING_H_
#define EXITBENCH_PROFILE_WORDS_TESTING_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "profile/words/reader.h"
#include "profile/words/word.h"

namespace exitbench {

// Addresses of the kernel's functions, which are 0x100 apart, and of others.
inline constexpr uint64_t kEntry = 0xffff81000100;      // entry_SYSCALL_64
inline constexpr uint64_t kPageFault = 0xffff81000200;  // asm_exc_page_fault
inline constexpr uint64_t kTimer = 0xffff81000300;  // asm_sysvec_apic_timer_...
inline constexpr uint64_t kInt3 = 0xffff81000400;   // asm_exc_int3
inline constexpr uint64_t kIoctl = 0xffff81000500;  // ioctl
inline constexpr uint64_t kLeaf = 0xffff81000600;   // leaf
inline constexpr uint64_t kOther = 0xffff81000700;  // other
inline constexpr uint64_t kIndirect = 0xffff81000800;   // __x86_indirect_thunk
inline constexpr uint64_t kReturn = 0xffff81000900;     // srso_return_thunk
inline constexpr uint64_t kSafeRet = 0xffff81000a00;    // srso_safe_ret
inline constexpr uint64_t kSchedule = 0xffff81000b00;   // __schedule
inline constexpr uint64_t kSwitchAsm = 0xffff81000c00;  // __switch_to_asm
inline constexpr uint64_t kSwitchTo = 0xffff81000d00;   // __switch_to
inline constexpr uint64_t kIdle = 0xffff81000e00;       // do_idle
inline constexpr uint64_t kStub = 0xffff81000f00;       // irq_entries_start
inline constexpr uint64_t kCommon = 0xffff81001000;     // asm_common_interrupt
inline constexpr uint64_t kGates = 0xffff81001100;  // vmx_do_interrupt_irqoff
inline constexpr uint64_t kRunGuest = 0xffffc0000000;  // run_guest of kvm
inline constexpr uint64_t kUserCode = 0x401000;
inline constexpr uint64_t kGuestCode = 0x40000;

inline constexpr char kTestSymbols[] =
    "ffffffff81000100 T entry_SYSCALL_64\n"
    "ffffffff81000180 T entry_SYSCALL_64_after_hwframe\n"
    "ffffffff81000200 T asm_exc_page_fault\n"
    "ffffffff81000300 T asm_sysvec_apic_timer_interrupt\n"
    "ffffffff81000400 T asm_exc_int3\n"
    "ffffffff81000500 t ioctl\n"
    "ffffffff81000600 t leaf.isra.0\n"
    "ffffffff81000700 T other\n"
    "ffffffff81000800 T __softirqentry_text_end\n"
    "ffffffff81000800 T __x86_indirect_thunk_array\n"
    "ffffffff81000800 T __x86_indirect_thunk_rax\n"
    "ffffffff81000900 T srso_return_thunk\n"
    "ffffffff81000a00 T srso_safe_ret\n"
    "ffffffff81000b00 t __schedule\n"
    "ffffffff81000c00 T __switch_to_asm\n"
    "ffffffff81000d00 T __switch_to\n"
    "ffffffff81000e00 t do_idle\n"
    "ffffffff81000f00 T irq_entries_start\n"
    "ffffffff81001000 T asm_common_interrupt\n"
    "ffffffff81001100 T vmx_do_interrupt_irqoff\n"
    "ffffffff81002000 T _etext\n"
    "ffffffffc0000000 t run_guest\t[kvm]\n";

// The words of a trace, as an emulator writes them.
class TraceBuilder {
 public:
  explicit TraceBuilder(EbTraceEmulator emulator = EB_TRACE_QEMU)
      : words_{EB_TRACE_MAGIC, emulator},
        letter_bytes_(emulator == EB_TRACE_QEMU_ARM64 ? 4 : 1) {}

  TraceBuilder& Begin(const std::string& name) {
    Mark(EB_TRACE_MARK_BEGIN);
    for (const char letter : name) Letter(static_cast<uint64_t>(letter));
    return Letter(0);
  }
  TraceBuilder& End() { return Mark(EB_TRACE_MARK_END); }
  TraceBuilder& Cut(uint64_t left_out) { return Op(left_out, EB_TRACE_CUT); }
  TraceBuilder& AsBefore(uint64_t count) {
    return Op(count, EB_TRACE_AS_BEFORE);
  }

  // One instruction.
  TraceBuilder& Op(uint64_t address, EbTraceClass kind,
                   EbTraceMsr msr = EB_TRACE_MSR_UNKNOWN) {
    words_.push_back(address |
                     static_cast<uint64_t>(kind) << EB_TRACE_CLASS_SHIFT |
                     static_cast<uint64_t>(msr) << EB_TRACE_DETAIL_SHIFT);
    return *this;
  }
  // `count` plain instructions, of one byte each.
  TraceBuilder& Run(uint64_t address, size_t count = 1) {
    for (size_t i = 0; i < count; ++i) Op(address + i, EB_TRACE_OTHER);
    return *this;
  }
  TraceBuilder& Call(uint64_t address) { return Op(address, EB_TRACE_CALL); }
  TraceBuilder& Ret(uint64_t address) { return Op(address, EB_TRACE_RET); }

  // A stamp before the event: LFENCE, RDTSC, LFENCE. Two of the instructions
  // are within what is timed.
  TraceBuilder& FirstStamp(uint64_t address) {
    Op(address, EB_TRACE_LFENCE);
    Op(address + 3, EB_TRACE_RDTSC);
    return Op(address + 5, EB_TRACE_LFENCE);
  }
  // A stamp after it. None of the instructions is within what is timed.
  TraceBuilder& LastStamp(uint64_t address) {
    Op(address, EB_TRACE_RDTSCP);
    return Op(address + 3, EB_TRACE_LFENCE);
  }

  const std::vector<uint64_t>& words() const { return words_; }
  // What is between the marks of a trace of one batch without a name.
  std::vector<uint64_t> body() const {
    return {words_.begin() + 2, words_.end()};
  }
  std::string bytes() const {
    return {reinterpret_cast<const char*>(words_.data()), 8 * words_.size()};
  }

 private:
  TraceBuilder& Mark(EbTraceClass mark) { return Op(kUserCode, mark); }
  TraceBuilder& Letter(uint64_t letter) {
    Call(kUserCode + 8);
    return Ret(0x500000 + letter_bytes_ * letter);
  }

  std::vector<uint64_t> words_;
  uint64_t letter_bytes_;
};

// Reads from `bytes`, which must outlive it, in portions of `portion` bytes.
inline TraceReader::Read ReadFrom(const std::string& bytes,
                                  size_t portion = 1 << 16) {
  return [&bytes, portion, at = size_t{0}](
             char* to, size_t most) mutable -> absl::StatusOr<size_t> {
    const size_t n = std::min({portion, most, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, n);
    at += n;
    return n;
  };
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WORDS_TESTING_H_
