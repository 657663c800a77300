// Traces of arm64 hosts: stamps that are alike, vectors, and KVM's code at EL2.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "profile/trace/decode.h"
#include "profile/words/testing.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

constexpr uint64_t kVectors = 0x800080000000;
constexpr uint64_t kUserSync = kVectors + 0x400;
constexpr uint64_t kKernelSync = kVectors + 0x200;
constexpr uint64_t kKernelIrq = kVectors + 0x280;
constexpr uint64_t kSvc = 0x800080001000;
constexpr uint64_t kArmIoctl = 0x800080002000;
constexpr uint64_t kHostVector = 0x800080003000;
constexpr uint64_t kRun = 0x800080004000;
constexpr uint64_t kGuestEnter = 0x800080005000;
constexpr uint64_t kGuestExit = 0x800080006000;

constexpr char kSymbols[] =
    "ffff800080000000 T vectors\n"
    "ffff800080001000 t el0_svc\n"
    "ffff800080002000 t ioctl\n"
    "ffff800080003000 t __kvm_nvhe_host_vector\n"
    "ffff800080004000 t __kvm_nvhe_run\n"
    "ffff800080005000 t __kvm_nvhe___guest_enter\n"
    "ffff800080006000 t __kvm_nvhe_guest_exit\n"
    "ffff800080007000 T _etext\n";

// ISB, MRS, ISB. Of the first stamp two are within what is timed, of the last
// one is.
TraceBuilder& Stamp(TraceBuilder& trace, uint64_t address) {
  return trace.Op(address, EB_TRACE_ISB)
      .Op(address + 4, EB_TRACE_RDTSC)
      .Op(address + 8, EB_TRACE_ISB);
}

// Userspace's stamp, a system call, and KVM's call of EL2, which enters the
// guest.
TraceBuilder& Enter(TraceBuilder& trace) {
  return Stamp(trace, kUserCode)
      .Op(kUserCode + 8, EB_TRACE_SYSCALL)
      .Run(kUserSync)
      .Call(kSvc)
      .Op(kArmIoctl, EB_TRACE_HVC)
      .Run(kHostVector)
      .Call(kHostVector + 4)
      .Call(kRun)
      .Op(kGuestEnter, EB_TRACE_IRET);
}

// The way back, with `more` instructions in EL2, and userspace's stamp.
TraceBuilder& Exit(TraceBuilder& trace, size_t more = 0) {
  trace.Run(kGuestExit)
      .Ret(kGuestExit + 4)
      .Run(kRun + 4, more)
      .Op(kRun + 4, EB_TRACE_SYSREG_WRITE)
      .Ret(kRun + 8)
      .Op(kHostVector + 8, EB_TRACE_IRET)
      .Ret(kArmIoctl + 4)
      .Op(kSvc + 4, EB_TRACE_IRET);
  return Stamp(trace, kUserCode + 0x40);
}

Results Figures(const std::string& name,
                const std::map<std::string, double>& metrics) {
  Results results = MakeResults("6.12.0-test", "boot", 1, 1);
  results.host.tick = Tick::kInstruction;
  CaseResult& one = AddCase(name, {}, results);
  for (const auto& [metric, value] : metrics) {
    AddMetric(metric, {value}, 1, one);
  }
  return results;
}

absl::StatusOr<Decoded> Decode(const TraceBuilder& trace,
                               const Results& results) {
  const std::string bytes = trace.bytes();
  TraceReader reader(ReadFrom(bytes));
  return DecodeTrace(reader, SymbolTable::Parse(kSymbols).value(), results);
}

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

std::map<InstructionKind, double> Kinds(const Profile& profile) {
  std::map<InstructionKind, double> sums;
  for (const ProfileNode& node : profile.nodes) {
    for (const auto& [kind, count] : node.kinds) sums[kind] += count;
  }
  return sums;
}

TEST(DecodeArm64, AnExitToUserspaceHasLegsAndTheCodeOfEl2) {
  TraceBuilder trace(EB_TRACE_QEMU_ARM64);
  trace.Begin("mmio/read");
  Enter(trace);
  for (const size_t more : {0, 0, 7, 0}) {
    Stamp(trace, kGuestCode).Run(kGuestCode + 4);
    Exit(trace, more);
    Enter(trace);
    Stamp(trace, kGuestCode + 0x20);
  }
  Exit(trace).End();
  const absl::StatusOr<Decoded> decoded =
      Decode(trace, Figures("mmio/read", {{"guest", 24},
                                          {"kvm_run", 22},
                                          {"exit_leg", 10},
                                          {"userspace", 3},
                                          {"entry_leg", 11}}));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const CaseProfile& one = decoded->profile.cases.at(0);
  EXPECT_EQ(one.refused, "");
  EXPECT_EQ(one.events, 4u);
  EXPECT_EQ(one.modal_events, 3u);
  EXPECT_EQ(one.uncounted, 1);
  EXPECT_EQ(Legs(decoded->profile),
            (std::vector<std::string>{
                "1: [exitbench] 1/0(el0_svc 1/0(ioctl 1/0("
                "__kvm_nvhe_host_vector 1/0(__kvm_nvhe_run 2/0("
                "__kvm_nvhe___guest_enter 0/0([guest] 3/0) "
                "__kvm_nvhe_guest_exit 2/1)))))",
                "2: [exitbench] 3/0",
                "3: [exitbench] 3/0(vectors 1/1 el0_svc 1/1(ioctl 1/1("
                "__kvm_nvhe_host_vector 2/1(__kvm_nvhe_run 1/1("
                "__kvm_nvhe___guest_enter 1/1([guest] 1/1))))))"}));
  EXPECT_EQ(Kinds(decoded->profile), (std::map<InstructionKind, double>{
                                         {InstructionKind::kVmEntry, 1},
                                         {InstructionKind::kSysregWrite, 1},
                                         {InstructionKind::kIsb, 6},
                                         {InstructionKind::kHvc, 1}}));
  EXPECT_EQ(decoded->statistics.unmatched_returns, 0u);
  EXPECT_EQ(decoded->statistics.unmatched_irets, 0u);
}

// A payload may read the counter within the event.
TEST(DecodeArm64, TheFigureTellsWhichReadsAreStamps) {
  TraceBuilder trace(EB_TRACE_QEMU_ARM64);
  trace.Begin("timer/read");
  Enter(trace);
  for (int i = 0; i < 3; ++i) {
    Stamp(trace, kGuestCode).Run(kGuestCode + 4, 2);
    Stamp(trace, kGuestCode + 0x10).Run(kGuestCode + 0x14, 4);
    Stamp(trace, kGuestCode + 0x20);
  }
  Exit(trace).End();
  for (const auto& [figure, self] :
       std::map<double, std::string>{{12, "12"}, {5, "5"}, {7, "7"}}) {
    const absl::StatusOr<Decoded> decoded =
        Decode(trace, Figures("timer/read", {{"guest", figure}}));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->profile.cases.at(0).refused, "");
    EXPECT_EQ(decoded->profile.cases.at(0).events, 3u);
    EXPECT_NE(Legs(decoded->profile).at(0).find("[guest] " + self + "/"),
              std::string::npos)
        << Legs(decoded->profile).at(0);
  }
}

// A call of the host, in which a page fault has an instruction executed twice
// and an interrupt comes.
TEST(DecodeArm64, ACallOfTheHostWithExceptions) {
  TraceBuilder trace(EB_TRACE_QEMU_ARM64);
  trace.Begin("vm/get");
  for (int i = 0; i < 3; ++i) {
    Stamp(trace, kUserCode)
        .Op(kUserCode + 8, EB_TRACE_SYSCALL)
        .Run(kUserSync)
        .Call(kSvc)
        .Run(kArmIoctl)
        .Run(kArmIoctl + 4)  // Faults.
        .Run(kKernelSync)
        .Op(kSvc + 0x80, EB_TRACE_IRET)
        .Run(kArmIoctl + 4)
        .Run(kKernelIrq)
        .Op(kSvc + 0x80, EB_TRACE_IRET)
        .Ret(kArmIoctl + 8)
        .Op(kSvc + 4, EB_TRACE_IRET);
    Stamp(trace, kUserCode + 0x40);
  }
  trace.End();
  const absl::StatusOr<Decoded> decoded =
      Decode(trace, Figures("vm/get", {{"call", 14}}));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const CaseProfile& one = decoded->profile.cases.at(0);
  EXPECT_EQ(one.refused, "");
  EXPECT_EQ(one.events, 3u);
  EXPECT_EQ(one.uncounted, 0);
  EXPECT_EQ(decoded->statistics.unmatched_irets, 0u);
  EXPECT_EQ(Legs(decoded->profile),
            (std::vector<std::string>{
                "4: [exitbench] 4/0(vectors 1/1 el0_svc 2/1(ioctl 3/1("
                "vectors 2/2 el0_svc 2/2)))"}));
}

}  // namespace
}  // namespace exitbench
