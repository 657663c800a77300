#include "harness/run/native_entry.h"

#include <signal.h>
#include <ucontext.h>

#include <cstddef>
#include <iterator>

#include "base/check.h"
#include "guest_blobs/x86_64/abi.h"

extern "C" {
// Saves the registers that a callee must keep, switches to `stack_top` and
// jumps to `entry` with `block` in RDI. Returns once the signal handler goes on
// at eb_native_leave.
void eb_native_enter(void* block, const void* entry, void* stack_top);
void eb_native_leave();
extern uint64_t eb_native_stack;
uint64_t eb_native_stack;
}

asm(R"(
        .pushsection .text
        .globl  eb_native_enter, eb_native_leave
eb_native_enter:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        pushfq
        mov     %rsp, eb_native_stack(%rip)
        mov     %rdx, %rsp
        jmp     *%rsi
eb_native_leave:
        mov     eb_native_stack(%rip), %rsp
        popfq
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
        .popsection
)");

namespace exitbench {
namespace {

constexpr uint8_t kOutDxEax = 0xef;

// What the signal handler knows of the payload, and what it saw.
struct Running {
  const uint8_t* code = nullptr;
  bool rang = false;
  int signal_number = 0;
  uint64_t offset = 0;  // Of the instruction that raised it.
};
volatile Running running;

void OnTrap(int signal_number, siginfo_t*, void* context) {
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto at = static_cast<uint64_t>(registers[REG_RIP]);
  const auto code = reinterpret_cast<uint64_t>(running.code);
  if (running.code == nullptr || at - code >= EB_CODE_BYTES) {
    // A bug of ours and not of the payload: let the signal end the process.
    signal(signal_number, SIG_DFL);
    return;
  }
  running.rang = running.code[at - code] == kOutDxEax &&
                 static_cast<uint16_t>(registers[REG_RDX]) == EB_DOORBELL_PORT;
  running.signal_number = signal_number;
  running.offset = at - code;
  registers[REG_RIP] = reinterpret_cast<greg_t>(&eb_native_leave);
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

}  // namespace

NativeEnd EnterNatively(const uint8_t* code, const uint8_t* entry,
                        uint8_t* stack_top, ParameterBlock& block) {
  Traps traps;
  running.code = code;
  eb_native_enter(&block, entry, stack_top);
  return {running.rang, running.signal_number, running.offset};
}

}  // namespace exitbench
