// Follows the calls of a trace: which function runs, and who called it.
//
// Only addresses and kinds of instructions are known. A return is matched with
// the call just before its target, so that the stack stays right where code
// manipulates return addresses: retpolines, return thunks, stuffing of the RSB.
//
// Stacks are of functions that were called. In call trees an inlined function
// is below the one that it is inlined in, and counts no call. What it calls is
// below it.
#ifndef EXITBENCH_PROFILE_WALK_WALKER_H_
#define EXITBENCH_PROFILE_WALK_WALKER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "profile/symbols/inlines.h"
#include "profile/symbols/symbols.h"
#include "profile/walk/call_tree.h"
#include "profile/walk/places.h"

namespace exitbench {

class Walker {
 public:
  // How far calls and returns match, for tests and for judging a trace.
  struct Statistics {
    uint64_t calls = 0;
    uint64_t returns = 0;              // Matched.
    uint64_t returns_over_frames = 0;  // Of these, to a caller's caller.
    uint64_t returns_below = 0;        // Below what was seen being called.
    uint64_t jumps_by_return = 0;      // By which thunks call.
    uint64_t unmatched_returns = 0;
    uint64_t unmatched_irets = 0;
    uint64_t switches = 0;         // Of threads.
    uint64_t resumed_threads = 0;  // Of these, to one that was seen before.

    Statistics& operator+=(const Statistics& other);
  };

  // All must outlive the object. `places` are those of `words`.
  Walker(const SymbolTable& symbols, absl::Span<const uint64_t> words,
         absl::Span<const Place> places)
      : symbols_(symbols), words_(words), places_(places) {}

  // Has all instructions from here on added to `tree`, or to none if it is
  // null. Functions that have been entered already count no call in it.
  void AddTo(CallTree* tree);

  // Goes on to the next word.
  void Step();

  // Returns the functions of the stack, the outermost first.
  std::vector<FunctionId> Stack() const;

  const Statistics& statistics() const { return statistics_; }

 private:
  // Bounds what a damaged trace can make of the stacks.
  static constexpr size_t kMaxFrames = 400;
  static constexpr size_t kMaxThreads = 64;
  // Of the inlined functions on a path. With the frames they are no more than a
  // profile may have. What is deeper is not told apart.
  static constexpr uint32_t kMaxInlined = 100;

  enum class Kind : uint8_t {
    kBase,     // What was running when it was first seen.
    kCall,     // By a call.
    kSwitch,   // By the call of __switch_to_asm.
    kEntered,  // By the processor, from any place.
    kGuest,
  };

  struct Frame {
    FunctionId function = 0;
    Kind kind = Kind::kBase;
    uint64_t call = 0;  // The address of the call.
    // Of kEntered: the word before, after which to go on.
    std::optional<size_t> before;
    // Of kCall: what the call is inlined in; and how many such functions there
    // are from the first frame to here.
    const InlineChain* caller = nullptr;
    uint32_t inlined = 0;
    uint32_t pushed = 0;  // In which epoch.
    uint32_t epoch = 0;   // For which epoch `node` is.
    uint32_t node = 0;
  };
  using Frames = std::vector<Frame>;

  bool IsThunk(const Place& place) const {
    return symbols_.functions()[place.function].thunk;
  }
  bool PushesFrame(size_t call, size_t next) const;
  bool IsInterrupt(size_t i) const;

  void Enter(size_t i);
  void Follow(size_t before, size_t i);
  void Call(size_t call, size_t i);
  void Return(size_t ret, size_t i);
  void InterruptReturn(size_t iret, size_t i);
  void Jump(size_t i);
  void SwitchThread(size_t i);
  size_t ReturnsAnswered(const Frames& frames, size_t i) const;
  void Push(size_t i, Kind kind, uint64_t call, std::optional<size_t> before);
  void Restart(size_t i);

  bool Fits(uint32_t inlined, const InlineChain* chain) const;
  uint32_t Inlined(uint32_t node, const InlineChain* chain);
  uint32_t NodeOfTop();
  void Count(size_t i);

  const SymbolTable& symbols_;
  const absl::Span<const uint64_t> words_;
  const absl::Span<const Place> places_;
  size_t next_ = 0;
  std::optional<size_t> before_;  // The last word that was executed.
  Frames frames_;
  std::vector<Frames> suspended_;
  CallTree* tree_ = nullptr;
  uint32_t epoch_ = 1;
  // The thunk that runs below the frame at the top, if any.
  uint32_t thunk_node_ = 0;
  std::optional<FunctionId> thunk_;
  Statistics statistics_;
};

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WALK_WALKER_H_
