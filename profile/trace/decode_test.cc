#include "profile/trace/decode.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "profile/words/testing.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

constexpr uint64_t kGuestLast = kGuestCode + 0x20;
constexpr uint64_t kUserLast = kUserCode + 0x40;

// Userspace's stamp before KVM_RUN, and the way into the guest.
TraceBuilder& Enter(TraceBuilder& trace) {
  return trace.FirstStamp(kUserCode)
      .Op(kUserCode + 7, EB_TRACE_SYSCALL)
      .Run(kEntry)
      .Call(kEntry + 0x81)
      .Call(kIoctl)
      .Op(kRunGuest, EB_TRACE_VMENTRY);
}

// The way out, and userspace's stamp.
TraceBuilder& Exit(TraceBuilder& trace) {
  return trace.Ret(kRunGuest + 3)
      .Run(kIoctl + 5)
      .Op(kIoctl + 6, EB_TRACE_SYSRET)
      .LastStamp(kUserLast);
}

// A batch of events that exit to userspace. Each is of 16 instructions, with
// `more[i]` more in the kernel.
TraceBuilder& Exits(TraceBuilder& trace, const std::vector<size_t>& more) {
  trace.Begin("pio/out");
  Enter(trace);
  for (const size_t extra : more) {
    trace.FirstStamp(kGuestCode).Op(kGuestCode + 7, EB_TRACE_PORT_IO);
    trace.Run(kRunGuest + 3, extra);
    Exit(trace);
    Enter(trace);
    trace.LastStamp(kGuestLast);
  }
  Exit(trace);
  return trace.End();
}

Results Figures(const std::string& name, const std::string& metric,
                double value) {
  Results results = MakeResults("6.1.0-test", "boot", 1, 1);
  results.host.tick = Tick::kInstruction;
  results.host.emulator = "qemu-test";
  results.host.facts = {{"kernel.cmdline", "quiet"}};
  AddMetric(metric, {value}, 1, AddCase(name, {}, results));
  return results;
}

absl::StatusOr<Decoded> Decode(const TraceBuilder& trace,
                               const Results& results) {
  const std::string bytes = trace.bytes();
  TraceReader reader(ReadFrom(bytes));
  static const SymbolTable& symbols =
      *new SymbolTable(SymbolTable::Parse(kTestSymbols).value());
  return DecodeTrace(reader, symbols, results);
}

CaseProfile DecodeOne(const TraceBuilder& trace, const Results& results) {
  const absl::StatusOr<Decoded> decoded = Decode(trace, results);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->profile.cases.size(), 1u);
  return decoded->profile.cases[0];
}

// "leg: name self/calls(children) ..." of each leg.
std::string Trees(const Profile& profile, const std::vector<uint32_t>& nodes) {
  std::string text;
  for (const uint32_t index : nodes) {
    const ProfileNode& node = profile.nodes[index];
    absl::StrAppendFormat(&text, "%s%s %g/%g", text.empty() ? "" : " ",
                          profile.functions[node.function].name, node.self,
                          node.calls);
    if (!node.children.empty()) {
      absl::StrAppend(&text, "(", Trees(profile, node.children), ")");
    }
  }
  return text;
}

std::vector<std::string> Legs(const Profile& profile) {
  std::vector<std::string> legs;
  for (const LegProfile& leg : profile.cases.at(0).legs) {
    legs.push_back(absl::StrCat(static_cast<int>(leg.leg), ": ",
                                Trees(profile, leg.roots)));
  }
  return legs;
}

// An event of 16 instructions, of which the one that exits is not counted.
Results ExitFigures() {
  Results results = Figures("pio/out", "guest", 15);
  AddMetric("kvm_run", {20}, 1, results.cases[0]);
  AddMetric("exit_leg", {5}, 1, results.cases[0]);
  AddMetric("userspace", {3}, 1, results.cases[0]);
  AddMetric("entry_leg", {7}, 1, results.cases[0]);
  return results;
}

TEST(Decode, AnExitToUserspaceHasLegs) {
  TraceBuilder trace;
  const absl::StatusOr<Decoded> decoded =
      Decode(Exits(trace, {0, 0, 5, 0}), ExitFigures());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const Profile& profile = decoded->profile;
  ASSERT_EQ(profile.cases.size(), 1u);
  const CaseProfile& one = profile.cases[0];
  EXPECT_EQ(one.name, "pio/out");
  EXPECT_EQ(one.metric, "guest");
  EXPECT_EQ(one.figure, 15);
  EXPECT_EQ(one.uncounted, 1);
  EXPECT_EQ(one.events, 4u);
  EXPECT_EQ(one.modal_events, 3u);
  EXPECT_EQ(one.refused, "");
  EXPECT_EQ(Legs(profile),
            (std::vector<std::string>{
                "1: [exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 2/0("
                "run_guest 1/0([guest] 3/0))))",
                "2: [exitbench] 3/0",
                "3: [exitbench] 3/0(entry_SYSCALL_64 2/1(ioctl 1/1("
                "run_guest 1/1)))"}));
}

TEST(Decode, TheHostAndOnlyWhatIsNeeded) {
  TraceBuilder trace;
  const absl::StatusOr<Decoded> decoded =
      Decode(Exits(trace, {0}), ExitFigures());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const Profile& profile = decoded->profile;
  EXPECT_EQ(profile.tool_version, "1.0");
  EXPECT_EQ(profile.host.kernel_release, "6.1.0-test");
  EXPECT_EQ(profile.host.emulator, "qemu-test");
  EXPECT_EQ(profile.host.kernel_command_line, "quiet");
  EXPECT_EQ(profile.host.source, ProfileSource::kTrace);
  EXPECT_EQ(profile.functions.size(), 5u);
  EXPECT_EQ(profile.modules.size(), 4u);
  EXPECT_EQ(profile.nodes.size(), 10u);
  EXPECT_EQ(decoded->statistics.unmatched_returns, 0u);
}

// Legs that are not those of the results file are not shown.
TEST(Decode, LegsThatDisagreeAreOneWhole) {
  for (const char* name : {"exit_leg", "userspace", "entry_leg"}) {
    TraceBuilder trace;
    Results results = ExitFigures();
    for (Metric& metric : results.cases[0].metrics) {
      if (metric.name == name) metric.runs[0].summary.p50 -= 2;
    }
    const absl::StatusOr<Decoded> decoded =
        Decode(Exits(trace, {0, 0}), results);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(Legs(decoded->profile),
              (std::vector<std::string>{
                  "4: [exitbench] 6/0(entry_SYSCALL_64 2/1(ioctl 3/1("
                  "run_guest 2/1([guest] 3/0))))"}));
  }
}

TEST(Decode, WhereEventsDifferTheirMean) {
  TraceBuilder trace;
  const absl::StatusOr<Decoded> decoded = Decode(
      Exits(trace, {100, 200, 300, 5000}), Figures("pio/out", "guest", 265));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const CaseProfile& one = decoded->profile.cases[0];
  EXPECT_EQ(one.figure, 265);
  EXPECT_EQ(one.uncounted, 1);
  EXPECT_EQ(one.events, 4u);
  EXPECT_EQ(one.modal_events, 0u);
  // Of those with 200 and with 300 more.
  EXPECT_EQ(Legs(decoded->profile),
            (std::vector<std::string>{
                "4: [exitbench] 6/0(entry_SYSCALL_64 2/1(ioctl 3/1("
                "run_guest 252/1([guest] 3/0))))"}));
}

TEST(Decode, AMeanThatIsNotTheFigureIsRefused) {
  TraceBuilder trace;
  const CaseProfile one = DecodeOne(Exits(trace, {100, 200, 300, 400}),
                                    Figures("pio/out", "guest", 262));
  EXPECT_EQ(one.refused_for, RefusedFor::kSum);
  EXPECT_EQ(one.refused,
            "its 4 events have 116 to 416 instructions, the results file has "
            "262");
  EXPECT_TRUE(one.legs.empty());
  EXPECT_EQ(one.figure, 262);
}

TEST(Decode, MoreUncountedThanExitsIsRefused) {
  TraceBuilder trace;
  EXPECT_EQ(
      DecodeOne(Exits(trace, {0, 0}), Figures("pio/out", "guest", 14)).refused,
      "its 2 events have 16 instructions, the results file has 14");
  TraceBuilder again;
  EXPECT_EQ(
      DecodeOne(Exits(again, {0, 0}), Figures("pio/out", "guest", 17)).refused,
      "its 2 events have 16 instructions, the results file has 17");
}

TEST(Decode, UnderBochsAllAreCounted) {
  TraceBuilder trace(EB_TRACE_BOCHS);
  Exits(trace, {0, 0, 0});
  Results results = Figures("pio/out", "guest", 16);
  CaseProfile one = DecodeOne(trace, results);
  EXPECT_EQ(one.modal_events, 3u);
  EXPECT_EQ(one.uncounted, 0);
  results = Figures("pio/out", "guest", 15);
  EXPECT_EQ(DecodeOne(trace, results).refused,
            "its 3 events have 16 instructions, the results file has 15");
}

// A host's call: the hook before it has stamps of its own.
TraceBuilder Calls(bool idle) {
  TraceBuilder trace;
  trace.Begin("vm/get");
  for (int i = 0; i < 3; ++i) {
    trace.FirstStamp(kUserCode + 0x80).LastStamp(kUserCode + 0x90);
    trace.FirstStamp(kUserCode)
        .Op(kUserCode + 7, EB_TRACE_SYSCALL)
        .Run(kEntry, 2);
    if (idle) trace.Op(kEntry + 0x10, EB_TRACE_HLT);
    trace.Op(kEntry + 0x90, EB_TRACE_SYSRET).LastStamp(kUserLast);
  }
  trace.End();
  return trace;
}

// The guest handles an exception of its own: the load that faults is executed,
// but not counted.
TEST(Decode, AGuestsOwnException) {
  TraceBuilder trace;
  trace.Begin("cpu/gp");
  Enter(trace);
  for (int i = 0; i < 2; ++i) {
    trace.FirstStamp(kGuestCode)
        .Run(kGuestCode + 8)
        .Run(kGuestCode + 0x80)
        .Op(kGuestCode + 0x81, EB_TRACE_IRET)
        .LastStamp(kGuestLast);
  }
  Exit(trace).End();
  const CaseProfile one = DecodeOne(trace, Figures("cpu/gp", "guest", 4));
  EXPECT_EQ(one.refused, "");
  EXPECT_EQ(one.uncounted, 1);
  EXPECT_EQ(DecodeOne(trace, Figures("cpu/gp", "guest", 5)).uncounted, 0);
  EXPECT_EQ(DecodeOne(trace, Figures("cpu/gp", "guest", 3)).refused,
            "its 2 events have 5 instructions, the results file has 3");
}

TEST(Decode, ACallOfTheHost) {
  const absl::StatusOr<Decoded> decoded =
      Decode(Calls(false), Figures("vm/get", "call", 6));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const CaseProfile& one = decoded->profile.cases[0];
  EXPECT_EQ(one.metric, "call");
  EXPECT_EQ(one.events, 3u);
  EXPECT_EQ(one.modal_events, 3u);
  EXPECT_EQ(one.uncounted, 0);
  EXPECT_EQ(
      Legs(decoded->profile),
      (std::vector<std::string>{"4: [exitbench] 3/0(entry_SYSCALL_64 3/1)"}));
}

TEST(Decode, AnIdleHostIsRefusedAsSuch) {
  const CaseProfile one =
      DecodeOne(Calls(true), Figures("vm/get", "call", 5000));
  EXPECT_EQ(one.refused_for, RefusedFor::kIdle);
  EXPECT_EQ(one.refused,
            "the host idled: its 3 events have 7 instructions, the "
            "results file has 5000");
  // Where no time passes meanwhile it does no harm.
  EXPECT_EQ(DecodeOne(Calls(true), Figures("vm/get", "call", 7)).refused, "");
}

// The handler's stamp, a plain RDTSC, is the first or the last one.
TEST(Decode, StampsOfHandlers) {
  TraceBuilder trace;
  trace.Begin("irq/a");
  Enter(trace);
  for (int i = 0; i < 2; ++i) {
    trace.FirstStamp(kGuestCode)
        .Run(kGuestCode + 8, 10)
        .Op(kGuestCode + 0x80, EB_TRACE_RDTSC)
        .Run(kGuestCode + 0x82, 20)
        .LastStamp(kGuestLast);
  }
  Exit(trace).End();
  auto self = [&trace](const char* metric, double figure) {
    const absl::StatusOr<Decoded> decoded =
        Decode(trace, Figures("irq/a", metric, figure));
    EXPECT_EQ(decoded->profile.cases[0].events, 2u);
    EXPECT_EQ(decoded->profile.cases[0].refused, "");
    return Legs(decoded->profile);
  };
  EXPECT_EQ(self("handler", 21)[0],
            "4: [exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 0/0("
            "run_guest 0/0([guest] 21/0))))");
  EXPECT_EQ(self("handler", 12)[0],
            "4: [exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 0/0("
            "run_guest 0/0([guest] 12/0))))");
  EXPECT_EQ(self("guest", 33)[0],
            "4: [exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 0/0("
            "run_guest 0/0([guest] 33/0))))");
}

TEST(Decode, OtherRefusals) {
  TraceBuilder trace;
  CaseProfile one =
      DecodeOne(Exits(trace, {0}), Figures("pio/in", "guest", 15));
  EXPECT_EQ(one.refused_for, RefusedFor::kNoFigure);
  EXPECT_EQ(one.refused, "the results file has no figure for it");
  one = DecodeOne(TraceBuilder().Begin("pio/out").Run(kUserCode).End(),
                  Figures("pio/out", "guest", 15));
  EXPECT_EQ(one.refused_for, RefusedFor::kNoEvent);
  EXPECT_EQ(one.refused, "the trace has no whole event");
  one =
      DecodeOne(TraceBuilder().Begin("pio/out").Run(kUserCode, 3).Cut(9).End(),
                Figures("pio/out", "guest", 15));
  EXPECT_EQ(one.refused_for, RefusedFor::kLength);
  EXPECT_EQ(one.refused,
            "an event is longer than the 3 instructions of its trace");
  EXPECT_EQ(one.figure, 15);
  EXPECT_EQ(one.metric, "guest");
}

TEST(Decode, TooFewEventsOfACutTrace) {
  TraceBuilder trace;
  trace.Begin("vm/get")
      .FirstStamp(kUserCode)
      .LastStamp(kUserLast)
      .Run(kUserCode)
      .Cut(9)
      .End();
  const CaseProfile one = DecodeOne(trace, Figures("vm/get", "call", 500));
  EXPECT_EQ(one.refused_for, RefusedFor::kLength);
  EXPECT_EQ(one.refused,
            "its event has 2 instructions, the results file has 500; no more "
            "fit into its trace");
}

TEST(Decode, CasesWhoseEventsAreNotTracedAreNamed) {
  Results results = Figures("pio/out", "guest", 15);
  AddMetric("guest", {4000001}, 1, AddCase("ipi/long", {}, results));
  AddMetric("guest", {4000000}, 1, AddCase("ipi/left_out", {}, results));
  TraceBuilder trace;
  const absl::StatusOr<Decoded> decoded = Decode(Exits(trace, {0, 0}), results);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  ASSERT_EQ(decoded->profile.cases.size(), 2u);
  EXPECT_EQ(decoded->profile.cases[0].name, "pio/out");
  EXPECT_TRUE(decoded->profile.cases[0].refused.empty());
  const CaseProfile& one = decoded->profile.cases[1];
  EXPECT_EQ(one.name, "ipi/long");
  EXPECT_EQ(one.metric, "guest");
  EXPECT_EQ(one.figure, 4000001);
  EXPECT_EQ(one.refused_for, RefusedFor::kLength);
  EXPECT_EQ(one.refused,
            "an event has more than the 4000000 instructions that a trace may "
            "have");
}

// The sums stay those without a map.
TEST(Decode, InlinedFunctions) {
  SymbolTable symbols = SymbolTable::Parse(kTestSymbols).value();
  std::string text = "ffffffff81000505\tioctl;fs/ioctl.c:9\tget;inc/get.h:4\n";
  for (const uint64_t address :
       {kEntry, kEntry + 0x81, kIoctl, kRunGuest, kRunGuest + 3, kIoctl + 6}) {
    absl::StrAppendFormat(&text, "ffff%012x\n", address);
  }
  const InlineMap map = InlineMap::Parse(text, symbols).value();
  TraceBuilder trace;
  const std::string bytes = Exits(trace, {0, 0}).bytes();
  TraceReader reader(ReadFrom(bytes));
  const absl::StatusOr<Decoded> decoded =
      DecodeTrace(reader, symbols, ExitFigures(), &map);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->profile.cases[0].uncounted, 1);
  EXPECT_EQ(Legs(decoded->profile),
            (std::vector<std::string>{
                "1: [exitbench] 0/0(entry_SYSCALL_64 0/0(ioctl 1/0("
                "run_guest 1/0([guest] 3/0) get 1/0)))",
                "2: [exitbench] 3/0",
                "3: [exitbench] 3/0(entry_SYSCALL_64 2/1(ioctl 1/1("
                "run_guest 1/1)))"}));
  for (const ProfileFunction& function : decoded->profile.functions) {
    EXPECT_EQ(absl::StrCat(function.file, ":", function.line),
              function.name == "ioctl" ? "fs/ioctl.c:9"
              : function.name == "get" ? "inc/get.h:4"
                                       : ":0");
  }
}

TEST(Decode, AMapOfAnotherTraceIsRefused) {
  SymbolTable symbols = SymbolTable::Parse(kTestSymbols).value();
  const InlineMap map = InlineMap::Parse("ffffffff81000100\n", symbols).value();
  TraceBuilder trace;
  const std::string bytes = Exits(trace, {0}).bytes();
  TraceReader reader(ReadFrom(bytes));
  EXPECT_EQ(
      std::string(
          DecodeTrace(reader, symbols, ExitFigures(), &map).status().message()),
      "the map of inlined functions lacks 12 of its 14 kernel instructions: it "
      "is of another trace");
}

TEST(Decode, TheFirstUsableBatchOfACaseIsTaken) {
  TraceBuilder trace;
  trace.Begin("pio/out").Run(kUserCode).End();
  Exits(trace, {0, 0});
  Exits(trace, {0, 0, 0});
  const CaseProfile one = DecodeOne(trace, ExitFigures());
  EXPECT_EQ(one.refused, "");
  EXPECT_EQ(one.events, 2u);
}

TEST(Decode, AHostThatCountsNoInstructionsIsRefused) {
  Results results = ExitFigures();
  results.host.tick = Tick::kTsc;
  TraceBuilder trace;
  EXPECT_EQ(Decode(Exits(trace, {0}), results).status().message(),
            "the results file is not of an emulated host that counts "
            "instructions");
}

TEST(Decode, SymbolsOfAnotherKernelAreRefused) {
  const std::string bytes =
      TraceBuilder().Begin("a").Run(0xffff90000000, 5000).End().bytes();
  TraceReader reader(ReadFrom(bytes));
  const SymbolTable symbols = SymbolTable::Parse(kTestSymbols).value();
  EXPECT_EQ(
      DecodeTrace(reader, symbols, Figures("a", "guest", 1)).status().message(),
      "5000 of its 5000 kernel instructions have no symbol: the symbols "
      "are of another kernel or boot");
}

}  // namespace
}  // namespace exitbench
