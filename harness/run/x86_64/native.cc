#include "harness/run/x86_64/native.h"

#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "guest_blobs/x86_64/abi.h"

extern "C" {
// Keeps what the C++ side wants kept, switches to `stack_top` and jumps to
// `entry` with `block` where payloads expect it. Comes back when the signal
// handler sends it to eb_native_leave.
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

constexpr size_t kStackBytes = 64 << 10;
constexpr uint8_t kOutDxEax = 0xef;

// What the handler knows of the payload that runs, and what it saw.
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
    // Not the payload: a bug of ours, which is to end as it would without us.
    signal(signal_number, SIG_DFL);
    return;
  }
  running.rang = running.code[at - code] == kOutDxEax &&
                 static_cast<uint16_t>(registers[REG_RDX]) == EB_DOORBELL_PORT;
  running.signal_number = signal_number;
  running.offset = at - code;
  registers[REG_RIP] = reinterpret_cast<greg_t>(&eb_native_leave);
}

// Takes the signals that instructions raise, for as long as it lives.
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

absl::StatusOr<Mapping> MapBytes(size_t bytes) {
  void* at = sys::Map(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (at == MAP_FAILED) return ErrnoStatus("mmap", "native payload");
  return Mapping(at, bytes);
}

// The guest's parameters, with what points into case memory moved to where
// that is here.
ParameterBlock NativeParameters(Machine& machine, const GuestStamp* stamps,
                                uint32_t events) {
  ParameterBlock block = machine.parameters(0);
  block.events = events;
  block.stamps_gpa = reinterpret_cast<uint64_t>(stamps);
  if (machine.shape().data_bytes == 0) return block;
  const uint64_t begin = machine.data().gpa();
  const uint64_t end = begin + machine.data().bytes();
  for (uint64_t& arg : block.args) {
    if (arg < begin || arg > end) continue;
    arg = reinterpret_cast<uint64_t>(machine.data().host()) + (arg - begin);
  }
  return block;
}

}  // namespace

absl::Status RunNative(Machine& machine, const Case& row,
                       const BlobImage& image, uint32_t events, uint32_t batch,
                       Samples& ticks) {
  EB_CHECK(row.native && image.bytes() <= EB_CODE_BYTES);
  EB_ASSIGN_OR_RETURN(Mapping code, MapBytes(EB_CODE_BYTES));
  EB_ASSIGN_OR_RETURN(Mapping stack, MapBytes(kStackBytes));
  EB_ASSIGN_OR_RETURN(Mapping stamp_mapping, MapBytes(EB_STAMPS_STRIDE));
  std::memcpy(code.begin(), image.begin, image.bytes());
  if (sys::Protect(code.begin(), code.bytes(), PROT_READ | PROT_EXEC) != 0) {
    return ErrnoStatus("mprotect", "native payload");
  }
  const auto* stamps =
      reinterpret_cast<const GuestStamp*>(stamp_mapping.begin());
  PayloadHeader header;
  std::memcpy(&header, image.begin, sizeof(header));
  const uint8_t* entry = code.begin() + (header.entry_gpa - EB_CODE_GPA);
  const KeptEvents kept(events);

  bool warm = false;
  for (uint32_t done = 0; done < events;) {
    const uint32_t count = std::min(batch, events - done);
    if (row.before_batch != nullptr) {
      EB_RETURN_IF_ERROR(row.before_batch(machine, count));
    }
    ParameterBlock block = NativeParameters(machine, stamps, count);
    {
      Traps traps;
      running.code = code.begin();
      eb_native_enter(&block, entry, stack.begin() + kStackBytes);
    }
    if (!running.rang) {
      return absl::UnimplementedError(absl::StrFormat(
          "natively the payload takes %s at offset %#x",
          strsignal(running.signal_number), uint64_t{running.offset}));
    }
    if (!warm) {
      warm = true;
      continue;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const GuestStamp& stamp = stamps[i];
      ticks.Add(static_cast<double>(stamp.after_ticks - stamp.before_ticks),
                kept.Has(done + i));
    }
    done += count;
  }
  return absl::OkStatus();
}

}  // namespace exitbench
