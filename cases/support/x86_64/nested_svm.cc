#include "cases/support/x86_64/nested_svm.h"

#include <cstring>

#include "base/status_macros.h"
#include "cases/support/x86_64/interrupts.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

constexpr uint64_t kEferSvme = 1 << 12;
constexpr uint32_t kMsrVmHsavePa = 0xc0010117;

// A VMCB (APM vol. 2 appendix B): offsets of what is not 0.
constexpr uint64_t kIntercepts3 = 0x00c;
constexpr uint64_t kIntercepts4 = 0x010;
constexpr uint64_t kIopmBase = 0x040;
constexpr uint64_t kMsrpmBase = 0x048;
constexpr uint64_t kAsid = 0x058;
constexpr uint64_t kVirtualInterrupts = 0x060;
constexpr uint64_t kNestedPaging = 0x090;
constexpr uint64_t kNestedCr3 = 0x0b0;
constexpr uint64_t kSave = 0x400;
constexpr uint64_t kEs = kSave + 0x00;
constexpr uint64_t kCs = kSave + 0x10;
constexpr uint64_t kSs = kSave + 0x20;
constexpr uint64_t kDs = kSave + 0x30;
constexpr uint64_t kGdtr = kSave + 0x60;
constexpr uint64_t kIdtr = kSave + 0x80;
constexpr uint64_t kEfer = kSave + 0xd0;
constexpr uint64_t kCr4 = kSave + 0x148;
constexpr uint64_t kCr3 = kSave + 0x150;
constexpr uint64_t kCr0 = kSave + 0x158;
constexpr uint64_t kDr7 = kSave + 0x160;
constexpr uint64_t kDr6 = kSave + 0x168;
constexpr uint64_t kRflags = kSave + 0x170;
constexpr uint64_t kRsp = kSave + 0x1d8;
constexpr uint64_t kPat = kSave + 0x268;

// Bits of the intercepts at kIntercepts3 and kIntercepts4.
constexpr uint32_t kInterceptIntr = 1u << 0;
constexpr uint32_t kInterceptCpuid = 1u << 18;
constexpr uint32_t kInterceptHlt = 1u << 24;
constexpr uint32_t kInterceptPorts = 1u << 27;
constexpr uint32_t kInterceptShutdown = 1u << 31;
constexpr uint32_t kInterceptVmrun = 1u << 0;
constexpr uint32_t kInterceptVmmcall = 1u << 1;

constexpr uint32_t kVirtualIntrMasking = 1u << 24;

// Exit codes (APM vol. 2 appendix C).
constexpr uint64_t kVmexitIntr = 0x60;
constexpr uint64_t kVmexitCpuid = 0x72;
constexpr uint64_t kVmexitHlt = 0x78;
constexpr uint64_t kVmexitIoio = 0x7b;
constexpr uint64_t kVmexitVmmcall = 0x81;
constexpr uint64_t kVmexitNpf = 0x400;

// Entries of nested tables: present, writable, user, accessed, dirty. All of
// L2's accesses to them count as user (APM vol. 2 15.25.5).
constexpr SecondLevelBits kNptBits = {.table = 0x67, .page = 0x67};

constexpr uint64_t kRflagsInterruptsOn = 0x202;
constexpr uint64_t kPatAtReset = 0x0007040600070406;
constexpr int kArgPteValue = 1;
constexpr int kArgLength = 5;
constexpr int kArgPte = 7;

template <typename T>
void Put(Machine& machine, uint64_t at, T value) {
  std::memcpy(NestedMemory(machine, kL2Gpa + at, sizeof(value)), &value,
              sizeof(value));
}

void PutSegment(Machine& machine, uint64_t at, const kvm_segment& s) {
  Put<uint16_t>(machine, at, s.selector);
  Put<uint16_t>(
      machine, at + 2,
      static_cast<uint16_t>(s.type | s.s << 4 | s.dpl << 5 | s.present << 7 |
                            s.l << 9 | s.db << 10 | s.g << 11));
  Put<uint32_t>(machine, at + 4, s.limit);
  Put<uint64_t>(machine, at + 8, s.base);
}

void PutTable(Machine& machine, uint64_t at, const kvm_dtable& table) {
  Put<uint32_t>(machine, at + 4, table.limit);
  Put<uint64_t>(machine, at + 8, table.base);
}

// How an exit of an event is asked for, and what it looks like.
struct SvmExit {
  uint32_t intercept3 = 0;
  uint32_t intercept4 = 0;
  uint64_t code = 0;
  uint64_t instruction_bytes = 0;
};

SvmExit ExitFor(L2Event event) {
  switch (event) {
    case L2Event::kCpuid:
      return {.intercept3 = kInterceptCpuid,
              .code = kVmexitCpuid,
              .instruction_bytes = 2};
    case L2Event::kCall:
      return {.intercept4 = kInterceptVmmcall,
              .code = kVmexitVmmcall,
              .instruction_bytes = 3};
    case L2Event::kOut:
      return {.intercept3 = kInterceptPorts,
              .code = kVmexitIoio,
              .instruction_bytes = 1};
    case L2Event::kHlt:
      return {.intercept3 = kInterceptHlt,
              .code = kVmexitHlt,
              .instruction_bytes = 1};
    case L2Event::kTouch:
      return {.code = kVmexitNpf};
  }
  return {};
}

// Writes the VMCB of an L2 that makes the exits `exit`, if `taken_by` L1.
absl::Status WriteVmcb(Machine& machine, const SvmExit& exit,
                       TakenBy taken_by) {
  EB_RETURN_IF_ERROR(TurnSvmOn(machine));
  EB_ASSIGN_OR_RETURN(const kvm_sregs l1, GetSregs(machine.vcpu()));
  const bool taken = taken_by == TakenBy::kL1;
  Put<uint32_t>(machine, kIntercepts3,
                kInterceptShutdown | (taken ? exit.intercept3 : 0));
  Put<uint32_t>(machine, kIntercepts4,
                kInterceptVmrun | (taken ? exit.intercept4 : 0));
  // Of ports only that of the event, so that doorbells are L0's.
  *NestedMemory(machine, kIoBitmapGpa + EB_EVENT_PORT / 8, 1) =
      1 << EB_EVENT_PORT % 8;
  Put<uint64_t>(machine, kIopmBase, kIoBitmapGpa);
  Put<uint64_t>(machine, kMsrpmBase, kMsrBitmapGpa);
  Put<uint32_t>(machine, kAsid, 1);
  Put<uint32_t>(machine, kVirtualInterrupts, kVirtualIntrMasking);
  if (kNptForGuests.offered(machine.kvm())) {
    Put<uint64_t>(machine, kNestedPaging, 1);
    Put<uint64_t>(machine, kNestedCr3, WriteSecondLevel(machine, kNptBits));
  }
  PutSegment(machine, kEs, l1.es);
  PutSegment(machine, kCs, l1.cs);
  PutSegment(machine, kSs, l1.ss);
  PutSegment(machine, kDs, l1.ds);
  PutTable(machine, kGdtr, l1.gdt);
  PutTable(machine, kIdtr, l1.idt);
  Put<uint64_t>(machine, kEfer, l1.efer);
  Put<uint64_t>(machine, kCr4, l1.cr4);
  Put<uint64_t>(machine, kCr3, l1.cr3);
  Put<uint64_t>(machine, kCr0, l1.cr0);
  Put<uint64_t>(machine, kDr7, 0x400);
  Put<uint64_t>(machine, kDr6, 0xffff0ff0);
  Put<uint64_t>(machine, kRflags, kRflagsInterruptsOn);
  Put<uint64_t>(machine, kRsp, EB_STACKS_GPA + 2 * EB_STACK_BYTES);
  Put<uint64_t>(machine, kPat, kPatAtReset);
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgL2] = kL2Gpa;
  block.args[kArgExitCode] = exit.code;
  block.args[kArgLength] = exit.instruction_bytes;
  return absl::OkStatus();
}

}  // namespace

absl::Status TurnSvmOn(Machine& machine) {
  Vcpu& vcpu = machine.vcpu();
  EB_ASSIGN_OR_RETURN(kvm_sregs sregs, GetSregs(vcpu));
  sregs.efer |= kEferSvme;
  EB_RETURN_IF_ERROR(SetSregs(vcpu, sregs));
  machine.parameters(0).args[kArgL2] = kOtherL2Gpa;
  return SetMsr(vcpu, kMsrVmHsavePa, kL1StateGpa);
}

absl::Status PrepareSvm(Machine& machine, L2Event event, TakenBy taken_by) {
  EB_RETURN_IF_ERROR(WriteVmcb(machine, ExitFor(event), taken_by));
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgEvent] = static_cast<uint64_t>(event);
  block.args[kArgHandler] = 0;
  return absl::OkStatus();
}

absl::Status PrepareSvmFault(Machine& machine) {
  machine.data().Populate();
  EB_RETURN_IF_ERROR(
      WriteVmcb(machine, {.intercept4 = kInterceptVmmcall, .code = kVmexitNpf},
                TakenBy::kL1));
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgTouched] = EB_DATA_GPA;
  block.args[kArgPte] = SecondLevelPteGpa(EB_DATA_GPA);
  block.args[kArgPteValue] = EB_DATA_GPA | kNptBits.page;
  std::memset(NestedMemory(machine, block.args[kArgPte], 8), 0, 8);
  return absl::OkStatus();
}

absl::Status PrepareSvmIrq(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  return WriteVmcb(machine, {.intercept3 = kInterceptIntr, .code = kVmexitIntr},
                   TakenBy::kL1);
}

}  // namespace exitbench
