#include "profile/walk/walker.h"

#include <algorithm>
#include <utility>

#include "profile/words/word.h"

namespace exitbench {
namespace {

// A thread that is resumed is recognised by its next returns.
constexpr size_t kReturnsToTell = 8;
constexpr size_t kWordsToTell = 50'000;

bool Answers(uint64_t call, uint64_t target) {
  constexpr uint64_t kShortest = 2, kLongest = 8;  // Of calls, in bytes.
  return target - call >= kShortest && target - call <= kLongest;
}

}  // namespace

Walker::Statistics& Walker::Statistics::operator+=(const Statistics& other) {
  calls += other.calls;
  returns += other.returns;
  returns_over_frames += other.returns_over_frames;
  returns_below += other.returns_below;
  jumps_by_return += other.jumps_by_return;
  unmatched_returns += other.unmatched_returns;
  unmatched_irets += other.unmatched_irets;
  switches += other.switches;
  resumed_threads += other.resumed_threads;
  return *this;
}

void Walker::AddTo(CallTree* tree) {
  tree_ = tree;
  ++epoch_;
  thunk_.reset();
}

std::vector<FunctionId> Walker::Stack() const {
  std::vector<FunctionId> stack;
  for (const Frame& frame : frames_) stack.push_back(frame.function);
  return stack;
}

void Walker::Step() {
  const size_t i = next_++;
  if (places_[i].faulted) return;
  Enter(i);
  before_ = i;
  Count(i);
}

void Walker::Push(size_t i, Kind kind, uint64_t call,
                  std::optional<size_t> before) {
  if (frames_.size() == kMaxFrames) frames_.clear();
  frames_.push_back({.function = places_[i].function,
                     .kind = kind,
                     .call = call,
                     .before = before,
                     .inlined = frames_.empty() ? 0 : frames_.back().inlined,
                     .pushed = epoch_});
}

void Walker::Restart(size_t i) {
  frames_.assign(1, {.function = places_[i].function});
}

void Walker::Enter(size_t i) {
  const Place& place = places_[i];
  if (!before_.has_value()) return Restart(i);
  const Domain domain = places_[*before_].domain;
  if (place.domain == Domain::kUser) {
    if (domain != Domain::kUser) Restart(i);
    return;
  }
  if (place.domain == Domain::kGuest) {
    if (domain != Domain::kGuest) Push(i, Kind::kGuest, 0, std::nullopt);
    return;
  }
  if (domain == Domain::kUser) {
    return Push(i, Kind::kEntered, 0, std::nullopt);
  }
  if (domain == Domain::kGuest) {
    if (frames_.back().kind == Kind::kGuest) frames_.pop_back();
    return frames_.empty() ? Restart(i) : Jump(i);
  }
  if (IsInterrupt(i)) return Push(i, Kind::kEntered, 0, before_);
  Follow(*before_, i);
}

// Returns whether the processor enters the kernel at word `i`, rather than that
// the kernel goes there itself.
bool Walker::IsInterrupt(size_t i) const {
  if (places_[i].entry == EntryKind::kNone) return false;
  const auto& functions = symbols_.functions();
  // Stubs jump to the common entry.
  if (functions[places_[*before_].function].interrupt_stub) return false;
  // KVM on VMX calls the gate of an interrupt that ended the guest.
  for (size_t k = frames_.size(); k > 0 && k + 2 > frames_.size(); --k) {
    if (functions[frames_[k - 1].function].calls_gates &&
        ClassOf(words_[*before_]) != EB_TRACE_OTHER) {
      return false;
    }
  }
  return true;
}

void Walker::Follow(size_t before, size_t i) {
  switch (ClassOf(words_[before])) {
    case EB_TRACE_CALL:
    case EB_TRACE_HVC:
      return Call(before, i);
    case EB_TRACE_RET:
      return Return(before, i);
    case EB_TRACE_IRET:
      return InterruptReturn(before, i);
    default:
      return Jump(i);
  }
}

// A call to within the same function is stuffing of the RSB.
bool Walker::PushesFrame(size_t call, size_t next) const {
  return !IsThunk(places_[call]) &&
         (places_[call].function != places_[next].function ||
          places_[next].start);
}

void Walker::Call(size_t call, size_t i) {
  if (!PushesFrame(call, i)) return Jump(i);
  ++statistics_.calls;
  Push(i,
       symbols_.functions()[places_[i].function].switches_threads
           ? Kind::kSwitch
           : Kind::kCall,
       AddressOf(words_[call]), std::nullopt);
  Frame& frame = frames_.back();
  const InlineChain* const caller = places_[call].inlined;
  if (frames_.size() > 1 && Fits(frame.inlined, caller)) {
    frame.caller = caller;
    frame.inlined += static_cast<uint32_t>(caller->size());
  }
}

void Walker::Return(size_t ret, size_t i) {
  const Place& from = places_[ret];
  const Place& to = places_[i];
  const uint64_t target = AddressOf(words_[i]);
  for (size_t k = frames_.size(); k > 0; --k) {
    const Frame& frame = frames_[k - 1];
    if (frame.kind == Kind::kEntered) break;
    const bool calls = frame.kind == Kind::kCall || frame.kind == Kind::kSwitch;
    if (!calls || !Answers(frame.call, target)) continue;
    ++statistics_.returns;
    if (k < frames_.size()) ++statistics_.returns_over_frames;
    const bool switches = frame.kind == Kind::kSwitch;
    frames_.resize(k - 1);
    if (switches) return SwitchThread(i);
    return frames_.empty() ? Restart(i) : Jump(i);
  }
  if (IsThunk(from)) {
    // A return within the thunk, or its way to call.
    if (from.function == to.function) return Jump(i);
    if (to.start) {
      ++statistics_.jumps_by_return;
      return Jump(i);
    }
  }
  if (frames_.back().kind == Kind::kSwitch) {
    // A new thread.
    frames_.pop_back();
    return SwitchThread(i);
  }
  if (frames_.back().kind == Kind::kBase) {
    ++statistics_.returns_below;
    return Restart(i);
  }
  if (to.start) {
    ++statistics_.jumps_by_return;
  } else {
    ++statistics_.unmatched_returns;
  }
  Jump(i);
}

void Walker::InterruptReturn(size_t iret, size_t i) {
  // Only serialises: see iret_to_self() of Linux.
  if (places_[iret].function == places_[i].function) return Jump(i);
  const uint64_t target = AddressOf(words_[i]);
  for (size_t k = frames_.size(); k > 0; --k) {
    const Frame& frame = frames_[k - 1];
    const std::optional<size_t> before = frame.before;
    const bool entered = frame.kind == Kind::kEntered && before.has_value();
    if (!entered &&
        !(frame.kind == Kind::kCall && Answers(frame.call, target))) {
      continue;
    }
    frames_.resize(k - 1);
    if (frames_.empty()) return Restart(i);
    // What was interrupted may have been a call or a return.
    if (entered && ClassOf(words_[*before]) != EB_TRACE_IRET) {
      return Follow(*before, i);
    }
    return Jump(i);
  }
  ++statistics_.unmatched_irets;
  Jump(i);
}

// Goes on at word `i` without a change of depth: by a jump, or into the next
// function. A thunk that is jumped to runs below the function that did.
void Walker::Jump(size_t i) {
  Frame& top = frames_.back();
  const Place& place = places_[i];
  if (top.function == place.function) return;
  if (IsThunk(place) && !symbols_.functions()[top.function].thunk) return;
  top.function = place.function;
  top.pushed = epoch_;
  top.epoch = 0;
}

// Goes on at word `i` in the thread that was suspended where it goes on now.
// All threads are suspended at the same place, so only the returns from there
// tell which one it is.
void Walker::SwitchThread(size_t i) {
  ++statistics_.switches;
  size_t best = suspended_.size(), most = 0;
  // The last suspended one first.
  for (size_t k = suspended_.size(); k > 0; --k) {
    const size_t answered = ReturnsAnswered(suspended_[k - 1], i);
    if (answered > most) {
      best = k - 1;
      most = answered;
    }
  }
  Frames old = std::move(frames_);
  frames_.clear();
  if (best < suspended_.size()) {
    ++statistics_.resumed_threads;
    frames_ = std::move(suspended_[best]);
    suspended_.erase(suspended_.begin() + static_cast<ptrdiff_t>(best));
    Jump(i);
  } else {
    Restart(i);
  }
  if (suspended_.size() == kMaxThreads) suspended_.erase(suspended_.begin());
  if (!old.empty()) suspended_.push_back(std::move(old));
}

// Returns how many returns from word `i` on go where the calls of `frames` say,
// until it is enough; 0 if one goes elsewhere.
size_t Walker::ReturnsAnswered(const Frames& frames, size_t i) const {
  std::vector<uint64_t> calls;  // From word `i` on. 0 is an interrupt.
  size_t depth = frames.size(), answered = 0;
  const size_t end = std::min(words_.size() - i, kWordsToTell) + i;
  for (; i + 1 < end && answered < kReturnsToTell; ++i) {
    if (places_[i + 1].domain == Domain::kUser) {
      // Only a thread of userspace ends up there.
      return frames[0].function == SymbolTable::kUser ? answered + 1 : 0;
    }
    if (places_[i + 1].domain == Domain::kGuest ||
        places_[i].domain == Domain::kGuest) {
      continue;
    }
    const uint64_t target = AddressOf(words_[i + 1]);
    if (places_[i + 1].entry != EntryKind::kNone) {
      calls.push_back(0);
      continue;
    }
    switch (ClassOf(words_[i])) {
      case EB_TRACE_CALL:
      case EB_TRACE_HVC:
        if (!PushesFrame(i, i + 1)) break;
        if (symbols_.functions()[places_[i + 1].function].switches_threads) {
          return answered;
        }
        calls.push_back(AddressOf(words_[i]));
        break;
      case EB_TRACE_IRET: {
        // That of EL2 of arm64 answers a HVC.
        const auto call = std::find_if(
            calls.rbegin(), calls.rend(),
            [&](uint64_t one) { return one == 0 || Answers(one, target); });
        if (call != calls.rend() && *call != 0) {
          calls.erase(call.base() - 1, calls.end());
          break;
        }
        while (!calls.empty() && calls.back() != 0) calls.pop_back();
        if (!calls.empty()) calls.pop_back();
        break;
      }
      case EB_TRACE_RET: {
        const auto call = std::find_if(
            calls.rbegin(), calls.rend(),
            [&](uint64_t one) { return one != 0 && Answers(one, target); });
        if (call != calls.rend()) {
          calls.erase(call.base() - 1, calls.end());
          break;
        }
        if (depth > 0 && Answers(frames[depth - 1].call, target)) {
          --depth;
          ++answered;
          break;
        }
        // How a thunk calls.
        if (places_[i + 1].start || IsThunk(places_[i + 1])) break;
        // Below its end nothing is known.
        return depth > 0 && frames[depth - 1].kind == Kind::kBase ? answered
                                                                  : 0;
      }
      default:
        break;
    }
  }
  return answered;
}

// Returns whether `chain` is known, and short enough below a frame with
// `inlined` functions above.
bool Walker::Fits(uint32_t inlined, const InlineChain* chain) const {
  return chain != nullptr && inlined + chain->size() <= kMaxInlined;
}

uint32_t Walker::Inlined(uint32_t node, const InlineChain* chain) {
  if (chain == nullptr) return node;
  for (const FunctionId function : *chain) node = tree_->Child(node, function);
  return node;
}

uint32_t Walker::NodeOfTop() {
  size_t k = frames_.size();
  while (k > 0 && frames_[k - 1].epoch != epoch_) --k;
  uint32_t node = k > 0 ? frames_[k - 1].node : CallTree::kTop;
  for (; k < frames_.size(); ++k) {
    Frame& frame = frames_[k];
    node = tree_->Child(Inlined(node, frame.caller), frame.function);
    if (frame.pushed == epoch_) (*tree_)[node].calls += 1;
    frame.epoch = epoch_;
    frame.node = node;
  }
  return node;
}

void Walker::Count(size_t i) {
  if (tree_ == nullptr) return;
  uint32_t node = NodeOfTop();
  const Place& place = places_[i];
  if (frames_.back().function == place.function) {
    thunk_.reset();
    if (Fits(frames_.back().inlined, place.inlined)) {
      node = Inlined(node, place.inlined);
    }
  } else {
    if (thunk_ != place.function) {
      thunk_ = place.function;
      thunk_node_ = tree_->Child(node, place.function);
      (*tree_)[thunk_node_].calls += 1;
    }
    node = thunk_node_;
  }
  tree_->Add(node, words_[i], place.enters_guest);
}

}  // namespace exitbench
