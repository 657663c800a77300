#include "profile/walk/walker.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "profile/words/testing.h"

namespace exitbench {
namespace {

const SymbolTable& Symbols() {
  static const SymbolTable& table =
      *new SymbolTable(SymbolTable::Parse(kTestSymbols).value());
  return table;
}

// Returns "name self/calls(children)" of all below `node`.
std::string Children(const SymbolTable& symbols, const CallTree& tree,
                     uint32_t node) {
  std::string text;
  for (const uint32_t child : tree[node].children) {
    const CallTree::Node& n = tree[child];
    absl::StrAppendFormat(&text, "%s%s %g/%g", text.empty() ? "" : " ",
                          symbols.functions()[n.function].name, n.self,
                          n.calls);
    if (!n.children.empty()) {
      absl::StrAppend(&text, "(", Children(symbols, tree, child), ")");
    }
  }
  return text;
}

// Walks a trace that begins in userspace.
class Walk {
 public:
  explicit Walk(const TraceBuilder& trace)
      : words_(trace.body()), places_(PlacesOf(Symbols(), words_)) {}

  // Returns the stack at each word.
  std::vector<std::string> Stacks() {
    Walker walker(Symbols(), words_, places_);
    std::vector<std::string> stacks;
    for (size_t i = 0; i < words_.size(); ++i) {
      walker.Step();
      std::string stack;
      for (const FunctionId function : walker.Stack()) {
        absl::StrAppend(&stack, stack.empty() ? "" : ">",
                        Symbols().functions()[function].name);
      }
      stacks.push_back(stack);
    }
    statistics_ = walker.statistics();
    return stacks;
  }

  std::string Last() { return Stacks().back(); }

  // Returns the call tree of the words from `first` on, as
  // "name self/calls(children)".
  std::string Tree(size_t first) {
    Walker walker(Symbols(), words_, places_);
    for (size_t i = 0; i < first; ++i) walker.Step();
    CallTree tree;
    walker.AddTo(&tree);
    for (size_t i = first; i < words_.size(); ++i) walker.Step();
    return Children(Symbols(), tree, CallTree::kTop);
  }

  const Walker::Statistics& statistics() const { return statistics_; }

 private:
  const std::vector<uint64_t> words_;
  const std::vector<Place> places_;
  Walker::Statistics statistics_;
};

// Userspace calls ioctl().
TraceBuilder Syscall() {
  TraceBuilder trace;
  return trace.Run(kUserCode)
      .Op(kUserCode + 1, EB_TRACE_SYSCALL)
      .Run(kEntry)
      .Call(kEntry + 0x81)
      .Run(kIoctl);
}

constexpr char kInIoctl[] = "[exitbench]>entry_SYSCALL_64>ioctl";

TEST(Walker, CallsAndReturns) {
  Walk walk(
      Syscall().Call(kIoctl + 1).Run(kLeaf).Ret(kLeaf + 1).Run(kIoctl + 6, 2));
  const std::vector<std::string> stacks = walk.Stacks();
  EXPECT_EQ(stacks[0], "[exitbench]");
  EXPECT_EQ(stacks[2], "[exitbench]>entry_SYSCALL_64");
  EXPECT_EQ(stacks[4], kInIoctl);
  EXPECT_EQ(stacks[6], absl::StrCat(kInIoctl, ">leaf"));
  EXPECT_EQ(stacks[8], kInIoctl);
  EXPECT_EQ(walk.statistics().calls, 2u);
  EXPECT_EQ(walk.statistics().returns, 1u);
  EXPECT_EQ(walk.statistics().unmatched_returns, 0u);
}

// From 2 to 8 bytes.
TEST(Walker, AReturnAnswersTheCallJustBefore) {
  for (uint64_t bytes = 1; bytes <= 9; ++bytes) {
    Walk walk(Syscall()
                  .Call(kIoctl + 1)
                  .Run(kLeaf)
                  .Ret(kLeaf + 1)
                  .Run(kIoctl + 1 + bytes));
    walk.Stacks();
    EXPECT_EQ(walk.statistics().returns, bytes >= 2 && bytes <= 8) << bytes;
    EXPECT_EQ(walk.statistics().unmatched_returns, bytes < 2 || bytes > 8);
  }
}

TEST(Walker, AReturnOverAFrame) {
  Walk walk(Syscall().Call(kIoctl + 1).Call(kLeaf).Ret(kOther).Run(kIoctl + 6));
  EXPECT_EQ(walk.Last(), kInIoctl);
  EXPECT_EQ(walk.statistics().returns_over_frames, 1u);
}

TEST(Walker, ATailCallReplacesItsCaller) {
  Walk walk(Syscall()
                .Call(kIoctl + 1)
                .Run(kLeaf)
                .Run(kOther)
                .Ret(kOther + 1)
                .Run(kIoctl + 6));
  EXPECT_EQ(walk.Stacks()[7], absl::StrCat(kInIoctl, ">other"));
  EXPECT_EQ(walk.Last(), kInIoctl);
}

TEST(Walker, AnIndirectCallByAThunk) {
  // A retpoline: its own call pushes nothing, its return calls.
  const TraceBuilder trace = Syscall()
                                 .Call(kIoctl + 1)
                                 .Call(kIndirect)
                                 .Ret(kIndirect + 9)
                                 .Run(kLeaf, 3)
                                 .Ret(kLeaf + 3)
                                 .Run(kIoctl + 6);
  Walk walk(trace);
  EXPECT_EQ(walk.Last(), kInIoctl);
  EXPECT_EQ(walk.statistics().jumps_by_return, 1u);
  EXPECT_EQ(walk.statistics().unmatched_returns, 0u);
  EXPECT_EQ(walk.Tree(4),
            "[exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 3/1("
            "__x86_indirect_thunk 2/1 leaf 4/1)))");
}

TEST(Walker, AReturnByAThunk) {
  // The function jumps to the thunk, which calls on and returns for it.
  Walk walk(Syscall()
                .Call(kIoctl + 1)
                .Run(kLeaf, 2)
                .Call(kReturn)
                .Run(kSafeRet)
                .Ret(kSafeRet + 1)
                .Run(kIoctl + 6));
  EXPECT_EQ(walk.Last(), kInIoctl);
  EXPECT_EQ(walk.statistics().calls, 2u);
  EXPECT_EQ(walk.Tree(4),
            "[exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 3/1(leaf 2/1("
            "srso_return_thunk 1/1 srso_safe_ret 2/1))))");
}

TEST(Walker, StuffingOfTheRsbPushesNothing) {
  Walk walk(Syscall().Call(kIoctl + 1).Call(kIoctl + 7).Run(kIoctl + 13));
  EXPECT_EQ(walk.Last(), kInIoctl);
  EXPECT_EQ(walk.statistics().calls, 1u);
}

TEST(Walker, RecursionPushes) {
  Walk walk(Syscall().Call(kIoctl + 1).Run(kIoctl));
  EXPECT_EQ(walk.Last(), absl::StrCat(kInIoctl, ">ioctl"));
}

TEST(Walker, AFaultingInstructionIsNotCounted) {
  // The call of leaf faults, and is executed after the fault.
  const TraceBuilder trace = Syscall()
                                 .Run(kIoctl + 1)
                                 .Call(kIoctl + 2)
                                 .Run(kPageFault, 2)
                                 .Op(kPageFault + 2, EB_TRACE_IRET)
                                 .Call(kIoctl + 2)
                                 .Run(kLeaf);
  Walk walk(trace);
  const std::vector<std::string> stacks = walk.Stacks();
  EXPECT_EQ(stacks[7], absl::StrCat(kInIoctl, ">asm_exc_page_fault"));
  EXPECT_EQ(walk.Last(), absl::StrCat(kInIoctl, ">leaf"));
  EXPECT_EQ(walk.Tree(4),
            "[exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 3/1("
            "asm_exc_page_fault 3/1 leaf 1/1)))");
}

TEST(Walker, ATrapIsCounted) {
  Walk walk(Syscall()
                .Run(kIoctl + 1)
                .Run(kInt3)
                .Op(kInt3 + 1, EB_TRACE_IRET)
                .Run(kIoctl + 2));
  EXPECT_EQ(walk.Tree(4),
            "[exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 3/1("
            "asm_exc_int3 2/1)))");
}

// An interrupt between a call and the function, or a return and the caller.
TEST(Walker, AnInterruptAtACallAndAtAReturn) {
  const TraceBuilder trace = Syscall()
                                 .Call(kIoctl + 1)
                                 .Run(kTimer)
                                 .Op(kTimer + 1, EB_TRACE_IRET)
                                 .Ret(kLeaf)
                                 .Run(kTimer)
                                 .Op(kTimer + 1, EB_TRACE_IRET)
                                 .Run(kIoctl + 6);
  Walk walk(trace);
  const std::vector<std::string> stacks = walk.Stacks();
  EXPECT_EQ(stacks[6],
            absl::StrCat(kInIoctl, ">asm_sysvec_apic_timer_interrupt"));
  EXPECT_EQ(stacks[8], absl::StrCat(kInIoctl, ">leaf"));
  EXPECT_EQ(stacks[9],
            absl::StrCat(kInIoctl, ">leaf>asm_sysvec_apic_timer_interrupt"));
  EXPECT_EQ(walk.Last(), kInIoctl);
  EXPECT_EQ(walk.statistics().calls, 2u);
  EXPECT_EQ(walk.statistics().returns, 1u);
}

TEST(Walker, AStubJumpsToTheCommonEntry) {
  Walk walk(Syscall()
                .Run(kStub)
                .Run(kCommon)
                .Op(kCommon + 1, EB_TRACE_IRET)
                .Run(kIoctl + 1));
  const std::vector<std::string> stacks = walk.Stacks();
  EXPECT_EQ(stacks[6], absl::StrCat(kInIoctl, ">asm_common_interrupt"));
  EXPECT_EQ(walk.Last(), kInIoctl);
}

TEST(Walker, AGateThatIsCalledReturnsByIret) {
  Walk walk(Syscall()
                .Call(kIoctl + 1)
                .Call(kGates)
                .Run(kTimer)
                .Op(kTimer + 1, EB_TRACE_IRET)
                .Ret(kGates + 5)
                .Run(kIoctl + 6));
  const std::vector<std::string> stacks = walk.Stacks();
  EXPECT_EQ(stacks[7], absl::StrCat(kInIoctl, ">vmx_do_interrupt_irqoff>",
                                    "asm_sysvec_apic_timer_interrupt"));
  EXPECT_EQ(stacks[9], absl::StrCat(kInIoctl, ">vmx_do_interrupt_irqoff"));
  EXPECT_EQ(walk.Last(), kInIoctl);
  EXPECT_EQ(walk.statistics().unmatched_irets, 0u);
}

TEST(Walker, GuestCodeRunsBelowTheEntry) {
  Walk walk(Syscall()
                .Call(kIoctl + 1)
                .Op(kRunGuest, EB_TRACE_VMENTRY)
                .Run(kGuestCode, 3)
                .Ret(kRunGuest + 3)
                .Run(kIoctl + 6)
                .Op(kIoctl + 7, EB_TRACE_SYSRET)
                .Run(kUserCode + 3));
  EXPECT_EQ(walk.Tree(6),
            "[exitbench] 1/0(entry_SYSCALL_64 0/0(ioctl 2/0("
            "run_guest 2/1([guest] 3/1))))");
  EXPECT_EQ(walk.Last(), "[exitbench]");
}

// What is entered before the event counts no call in it.
TEST(Walker, CallsBeforeTheEventAreNotCounted) {
  Walk walk(Syscall()
                .Call(kIoctl + 1)
                .Run(kLeaf)
                .Ret(kLeaf + 1)
                .Call(kIoctl + 6)
                .Ret(kLeaf)
                .Run(kIoctl + 11));
  EXPECT_EQ(walk.Tree(7),
            "[exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 2/0(leaf 2/1)))");
  EXPECT_EQ(walk.Tree(5),
            "[exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 3/0(leaf 3/2)))");
}

TEST(Walker, ThreadsKeepTheirStacks) {
  const TraceBuilder trace = Syscall()
                                 .Call(kIoctl + 1)
                                 .Call(kSchedule)
                                 .Run(kSwitchAsm)
                                 .Run(kSwitchTo)
                                 .Ret(kSwitchTo + 1)
                                 // The idle thread, which was never seen.
                                 .Run(kSchedule + 5)
                                 .Ret(kSchedule + 6)
                                 .Run(kIdle + 5)
                                 .Op(kIdle + 6, EB_TRACE_HLT)
                                 .Call(kIdle + 7)
                                 .Call(kSchedule)
                                 .Run(kSwitchAsm)
                                 .Ret(kSwitchTo)
                                 // The first one again.
                                 .Run(kSchedule + 5)
                                 .Ret(kSchedule + 6)
                                 .Run(kIoctl + 6)
                                 .Call(kIoctl + 7)
                                 .Call(kSchedule)
                                 .Run(kSwitchAsm)
                                 .Ret(kSwitchTo)
                                 // And the idle thread.
                                 .Run(kSchedule + 5)
                                 .Ret(kSchedule + 6)
                                 .Run(kIdle + 12);
  Walk walk(trace);
  const std::vector<std::string> stacks = walk.Stacks();
  EXPECT_EQ(stacks[7], absl::StrCat(kInIoctl, ">__schedule>__switch_to_asm"));
  EXPECT_EQ(stacks[10], "__schedule");
  EXPECT_EQ(stacks[12], "do_idle");
  EXPECT_EQ(stacks[15], "do_idle>__schedule");
  EXPECT_EQ(stacks[18], absl::StrCat(kInIoctl, ">__schedule"));
  EXPECT_EQ(stacks[20], kInIoctl);
  EXPECT_EQ(stacks[25], "do_idle>__schedule");
  EXPECT_EQ(walk.Last(), "do_idle");
  EXPECT_EQ(walk.statistics().switches, 3u);
  EXPECT_EQ(walk.statistics().resumed_threads, 2u);
  EXPECT_EQ(walk.statistics().returns_below, 1u);
  EXPECT_EQ(walk.statistics().unmatched_returns, 0u);
}

// All threads are suspended in __schedule. One that returns elsewhere than a
// suspended one would is another.
TEST(Walker, ANewThreadIsNotTakenForASuspendedOne) {
  Walk walk(Syscall()
                .Call(kIoctl + 1)
                .Call(kSchedule)
                .Run(kSwitchAsm)
                .Ret(kSwitchTo)
                .Run(kSchedule + 5)
                .Ret(kSchedule + 6)
                .Run(kIdle + 5)
                .Call(kIdle + 7)
                .Call(kSchedule)
                .Run(kSwitchAsm)
                .Ret(kSwitchTo)
                // Neither ioctl() nor do_idle() is where they were.
                .Run(kSchedule + 5)
                .Ret(kSchedule + 6)
                .Run(kIdle + 0x80));
  EXPECT_EQ(walk.Last(), "do_idle");
  EXPECT_EQ(walk.statistics().switches, 2u);
  EXPECT_EQ(walk.statistics().resumed_threads, 0u);
  EXPECT_EQ(walk.statistics().returns_below, 2u);
  EXPECT_EQ(walk.statistics().unmatched_returns, 0u);
}

TEST(Walker, KindsOfInstructions) {
  const std::vector<uint64_t> words =
      Syscall()
          .Op(kIoctl + 1, EB_TRACE_WRMSR, EB_TRACE_MSR_SPEC_CTRL)
          .Op(kIoctl + 3, EB_TRACE_WRMSR)
          .Op(kIoctl + 5, EB_TRACE_WRMSR, EB_TRACE_MSR_PRED_CMD)
          .Op(kIoctl + 7, EB_TRACE_WRMSR, EB_TRACE_MSR_FLUSH_CMD)
          .Op(kIoctl + 9, EB_TRACE_RDMSR, EB_TRACE_MSR_SPEC_CTRL)
          .Op(kIoctl + 11, EB_TRACE_CLI_STI)
          .body();
  const std::vector<Place> places = PlacesOf(Symbols(), words);
  Walker walker(Symbols(), words, places);
  CallTree tree;
  walker.AddTo(&tree);
  for (size_t i = 0; i < words.size(); ++i) walker.Step();
  const CallTree::Node& ioctl = tree[tree.size() - 1];
  auto count = [&ioctl](InstructionKind kind) {
    return ioctl.kinds[static_cast<size_t>(kind)];
  };
  EXPECT_EQ(ioctl.self, 7);
  EXPECT_EQ(count(InstructionKind::kWrmsr), 4u);
  EXPECT_EQ(count(InstructionKind::kWrmsrSpecCtrl), 1u);
  EXPECT_EQ(count(InstructionKind::kIbpb), 1u);
  EXPECT_EQ(count(InstructionKind::kL1dFlush), 1u);
  EXPECT_EQ(count(InstructionKind::kRdmsr), 1u);
  EXPECT_EQ(count(InstructionKind::kInterruptFlag), 1u);
  EXPECT_EQ(count(InstructionKind::kUnspecified), 0u);
}

// ioctl, of which two instructions are of put, inlined in get, calls leaf from
// there. So does run_guest.
TEST(Walker, InlinedFunctionsAreBelowTheirs) {
  SymbolTable symbols = SymbolTable::Parse(kTestSymbols).value();
  const std::string in_ioctl = "ioctl;i.c:1", in_get = "\tget;g.h:1",
                    in_put = "\tput;g.h:9";
  std::string text;
  const std::vector<std::pair<uint64_t, std::string>> chains = {
      {kIoctl, in_ioctl},
      {kIoctl + 1, in_ioctl + in_get},
      {kIoctl + 2, in_ioctl + in_get + in_put},
      {kIoctl + 3, in_ioctl + in_get + in_put},
      {kLeaf, "leaf;l.c:1"},
      {kLeaf + 1, "leaf;l.c:1" + in_put},
      {kIoctl + 8, in_ioctl},
      {kOther, ""}};
  for (const auto& [address, chain] : chains) {
    absl::StrAppendFormat(&text, "ffff%012x%s%s\n", address,
                          chain.empty() ? "" : "\t", chain);
  }
  const InlineMap map = InlineMap::Parse(text, symbols).value();
  const std::vector<uint64_t> words = Syscall()
                                          .Run(kIoctl + 1, 2)
                                          .Call(kIoctl + 3)
                                          .Run(kLeaf)
                                          .Ret(kLeaf + 1)
                                          .Call(kIoctl + 8)
                                          .Run(kLeaf)
                                          // A tail call.
                                          .Run(kOther)
                                          .body();
  const std::vector<Place> places = PlacesOf(symbols, words, &map);
  Walker walker(symbols, words, places);
  CallTree tree;
  walker.AddTo(&tree);
  for (size_t i = 0; i < words.size(); ++i) walker.Step();
  EXPECT_EQ(Children(symbols, tree, CallTree::kTop),
            "[exitbench] 2/0(entry_SYSCALL_64 2/1(ioctl 2/1(get 1/0(put 2/0("
            "leaf 1/1(put 1/0))) leaf 1/1 other 1/1)))");
  EXPECT_EQ(walker.Stack().size(), 4u);
}

// A profile has a longest path.
TEST(Walker, InlinedFunctionsOnAPathAreBounded) {
  SymbolTable symbols = SymbolTable::Parse(kTestSymbols).value();
  std::string text = "ffffffff81000500\tioctl;i.c:1";
  for (int i = 0; i < 30; ++i) absl::StrAppend(&text, "\tget;g.h:1");
  const InlineMap map = InlineMap::Parse(text, symbols).value();
  TraceBuilder trace = Syscall();
  for (int i = 0; i < 350; ++i) trace.Call(kIoctl);
  const std::vector<uint64_t> words = trace.body();
  const std::vector<Place> places = PlacesOf(symbols, words, &map);
  Walker walker(symbols, words, places);
  CallTree tree;
  walker.AddTo(&tree);
  for (size_t i = 0; i < words.size(); ++i) walker.Step();
  size_t depth = 0;
  double self = 0;
  std::function<void(uint32_t, size_t)> visit = [&](uint32_t node, size_t at) {
    depth = std::max(depth, at);
    self += tree[node].self;
    for (const uint32_t child : tree[node].children) visit(child, at + 1);
  };
  visit(CallTree::kTop, 0);
  EXPECT_EQ(self, words.size());
  // 3 chains above 352 frames.
  EXPECT_EQ(depth, 352u + 3 * 30);
}

// Neither the stack nor the list of threads grows for ever.
TEST(Walker, AStackIsBounded) {
  TraceBuilder trace = Syscall();
  for (int i = 0; i < 5000; ++i) trace.Call(kIoctl).Call(kLeaf);
  Walk walk(trace);
  for (const std::string& stack : walk.Stacks()) {
    ASSERT_LT(std::count(stack.begin(), stack.end(), '>'), 400);
  }
}

}  // namespace
}  // namespace exitbench
