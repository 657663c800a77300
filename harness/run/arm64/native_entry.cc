#include "harness/run/native_entry.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstddef>
#include <iterator>

#include "base/check.h"
#include "guest_blobs/arm64/abi.h"

extern "C" {
// Saves the registers that a callee must keep, switches to `stack_top` and
// branches to `entry` with `block` in X0. Returns once the signal handler goes
// on at eb_native_leave.
void eb_native_enter(void* block, const void* entry, void* stack_top);
void eb_native_leave();
extern uint64_t eb_native_stack;
uint64_t eb_native_stack;
}

asm(R"(
        .pushsection .text
        .globl  eb_native_enter, eb_native_leave
        .type   eb_native_enter, %function
        .type   eb_native_leave, %function
eb_native_enter:
        stp     x29, x30, [sp, #-176]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        stp     d8, d9, [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        mrs     x9, fpcr
        str     x9, [sp, #160]
        adrp    x9, eb_native_stack
        mov     x10, sp
        str     x10, [x9, #:lo12:eb_native_stack]
        mov     sp, x2
        br      x1
eb_native_leave:
        adrp    x9, eb_native_stack
        ldr     x10, [x9, #:lo12:eb_native_stack]
        mov     sp, x10
        ldr     x9, [sp, #160]
        msr     fpcr, x9
        ldp     d14, d15, [sp, #144]
        ldp     d12, d13, [sp, #128]
        ldp     d10, d11, [sp, #112]
        ldp     d8, d9, [sp, #96]
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #176
        ret
        .popsection
)");

namespace exitbench {
namespace {

// What the signal handler knows of the payload, and what it saw.
struct Running {
  const uint8_t* code = nullptr;
  bool rang = false;
  int signal_number = 0;
  uint64_t offset = 0;  // Of the instruction that raised it.
};
volatile Running running;

void OnTrap(int signal_number, siginfo_t* info, void* context) {
  mcontext_t& registers = static_cast<ucontext_t*>(context)->uc_mcontext;
  const uint64_t at = registers.pc;
  const auto code = reinterpret_cast<uint64_t>(running.code);
  if (running.code == nullptr || at - code >= EB_CODE_BYTES) {
    // A bug of ours and not of the payload: let the signal end the process.
    signal(signal_number, SIG_DFL);
    return;
  }
  running.rang = signal_number == SIGSEGV &&
                 reinterpret_cast<uint64_t>(info->si_addr) == EB_DOORBELL_GPA;
  running.signal_number = signal_number;
  running.offset = at - code;
  registers.pc = reinterpret_cast<uint64_t>(&eb_native_leave);
}

// Handles the signals that instructions raise, for as long as it lives.
class Traps {
 public:
  Traps() {
    struct sigaction action = {};
    action.sa_sigaction = OnTrap;
    action.sa_flags = SA_SIGINFO;
    for (size_t i = 0; i < std::size(kSignals); ++i) {
      EB_CHECK(sigaction(kSignals[i], &action, &before_[i]) == 0);
    }
  }
  ~Traps() {
    running.code = nullptr;
    for (size_t i = 0; i < std::size(kSignals); ++i) {
      EB_CHECK(sigaction(kSignals[i], &before_[i], nullptr) == 0);
    }
  }
  Traps(const Traps&) = delete;
  Traps& operator=(const Traps&) = delete;

 private:
  static constexpr int kSignals[] = {SIGSEGV, SIGILL, SIGBUS, SIGTRAP};
  struct sigaction before_[std::size(kSignals)];
};

// Keeps the page of the doorbell free, so that a store to it faults and changes
// nothing. The heap can be there by chance.
class FreeDoorbell {
 public:
  FreeDoorbell() {
    void* const wanted = reinterpret_cast<void*>(uint64_t{EB_DOORBELL_GPA});
    bytes_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    at_ = mmap(wanted, bytes_, PROT_NONE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    is_free_ = at_ == wanted;
  }
  ~FreeDoorbell() {
    if (at_ != MAP_FAILED) munmap(at_, bytes_);
  }
  FreeDoorbell(const FreeDoorbell&) = delete;
  FreeDoorbell& operator=(const FreeDoorbell&) = delete;
  bool is_free() const { return is_free_; }

 private:
  size_t bytes_;
  void* at_;
  bool is_free_;
};

}  // namespace

NativeEnd EnterNatively(const uint8_t* code, const uint8_t* entry,
                        uint8_t* stack_top, ParameterBlock& block) {
  const FreeDoorbell doorbell;
  if (!doorbell.is_free()) return {false, SIGBUS, 0};
  Traps traps;
  running.code = code;
  eb_native_enter(&block, entry, stack_top);
  return {running.rang, running.signal_number, running.offset};
}

}  // namespace exitbench
