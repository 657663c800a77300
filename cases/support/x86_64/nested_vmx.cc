#include "cases/support/x86_64/nested_vmx.h"

#include <cstring>
#include <iterator>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/support/x86_64/interrupts.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

constexpr uint64_t kCr4Vmxe = 1 << 13;
constexpr uint32_t kMsrFeatureControl = 0x3a;
constexpr uint64_t kLockedVmxonOutsideSmx = 0x5;

// What VMX can do (SDM vol. 3D appendix A). Of a pair the low half has the bits
// that must be set and the high half those that may be.
constexpr uint32_t kMsrVmxBasic = 0x480;
constexpr uint32_t kMsrVmxSecondary = 0x48b;
constexpr uint32_t kMsrVmxEptVpid = 0x48c;
constexpr uint32_t kMsrVmxPin = 0x48d;
constexpr uint32_t kMsrVmxPrimary = 0x48e;
constexpr uint32_t kMsrVmxExit = 0x48f;
constexpr uint32_t kMsrVmxEntry = 0x490;

// Controls (SDM vol. 3C 25.6 to 25.8).
constexpr uint32_t kPinExternalInterrupts = 1u << 0;
constexpr uint32_t kPrimaryHlt = 1u << 7;
constexpr uint32_t kPrimaryIoBitmaps = 1u << 25;
constexpr uint32_t kPrimaryMsrBitmaps = 1u << 28;
constexpr uint32_t kPrimarySecondary = 1u << 31;
constexpr uint32_t kSecondaryEpt = 1u << 1;
constexpr uint32_t kSecondaryRdtscp = 1u << 3;  // Without it RDTSCP is #UD.
constexpr uint32_t kSecondaryVpid = 1u << 5;
constexpr uint32_t kExitHost64 = 1u << 9;
constexpr uint32_t kEntryGuest64 = 1u << 9;

// Of kMsrVmxEptVpid.
constexpr uint64_t kEptNeeded = 1u << 6 | 1u << 14 | 1u << 16;  // 4 levels, WB,
                                                                // 2 MiB pages.
constexpr uint64_t kInvept = uint64_t{1} << 20 | uint64_t{1} << 26;
constexpr uint64_t kInvvpid = uint64_t{1} << 32 | uint64_t{1} << 42;

// Exit reasons (SDM vol. 3D appendix C).
constexpr uint64_t kReasonExternalInterrupt = 1;
constexpr uint64_t kReasonCpuid = 10;
constexpr uint64_t kReasonHlt = 12;
constexpr uint64_t kReasonVmcall = 18;
constexpr uint64_t kReasonIo = 30;
constexpr uint64_t kReasonEptViolation = 48;

// Entries of EPT: read, write, execute; of pages, write-back memory too.
constexpr SecondLevelBits kEptBits = {.table = 0x7, .page = 0x37};
constexpr uint64_t kEptp4LevelsWriteBack = 0x1e;

constexpr int kArgVmcs = 1;
constexpr int kArgFields = 5;
constexpr int kArgPteValue = 6;
constexpr int kArgPte = 7;

struct Field {
  uint64_t encoding;
  uint64_t value;
};

// The pairs that the payload writes by VMWRITE.
class Fields {
 public:
  void Add(uint64_t encoding, uint64_t value) {
    fields_.push_back({encoding, value});
  }
  // Adds a segment register of L2's, which is the `index`th of a VMCS.
  void AddSegment(uint64_t index, const kvm_segment& s) {
    const uint64_t unusable = s.present ? 0 : 0x10000;
    Add(0x800 + 2 * index, s.selector);
    Add(0x4800 + 2 * index, s.limit);
    Add(0x4814 + 2 * index,
        static_cast<uint64_t>(s.type | s.s << 4 | s.dpl << 5 | s.present << 7 |
                              s.l << 13 | s.db << 14 | s.g << 15) |
            unusable);
    Add(0x6806 + 2 * index, s.base);
  }
  // Writes them to the memory of `machine`, with the end.
  void Write(Machine& machine) {
    Add(~uint64_t{0}, 0);
    const size_t bytes = fields_.size() * sizeof(Field);
    EB_CHECK(bytes <= kPageBytes);
    std::memcpy(NestedMemory(machine, kFieldsGpa, bytes), fields_.data(),
                bytes);
  }

 private:
  std::vector<Field> fields_;
};

// Returns the controls `wanted`, with those that must be set.
absl::StatusOr<uint32_t> Controls(Machine& machine, uint32_t msr,
                                  uint32_t wanted) {
  EB_ASSIGN_OR_RETURN(const uint64_t pair, GetMsr(machine.vcpu(), msr));
  const uint32_t may = static_cast<uint32_t>(pair >> 32);
  if ((wanted & ~may) == 0) return wanted | static_cast<uint32_t>(pair);
  return absl::UnimplementedError(absl::StrFormat(
      "KVM offers guests no VMX with the controls %#x of MSR %#x",
      wanted & ~may, msr));
}

void AddL1State(const kvm_sregs& l1, Fields& fields) {
  const uint16_t selectors[] = {l1.es.selector, l1.cs.selector, l1.ss.selector,
                                l1.ds.selector, l1.fs.selector, l1.gs.selector,
                                l1.tr.selector};
  uint64_t encoding = 0xc00;
  for (const uint16_t selector : selectors) {
    fields.Add(encoding, selector);
    encoding += 2;
  }
  const uint64_t values[] = {l1.cr0,     l1.cr3,     l1.cr4,      l1.fs.base,
                             l1.gs.base, l1.tr.base, l1.gdt.base, l1.idt.base};
  encoding = 0x6c00;
  for (const uint64_t value : values) {
    fields.Add(encoding, value);
    encoding += 2;
  }
}

void AddL2State(const kvm_sregs& l1, Fields& fields) {
  const kvm_segment segments[] = {l1.es, l1.cs, l1.ss,  l1.ds,
                                  l1.fs, l1.gs, l1.ldt, l1.tr};
  for (uint64_t i = 0; i < std::size(segments); ++i) {
    fields.AddSegment(i, segments[i]);
  }
  fields.Add(0x4810, l1.gdt.limit);
  fields.Add(0x4812, l1.idt.limit);
  fields.Add(0x6800, l1.cr0);
  fields.Add(0x6802, l1.cr3);
  fields.Add(0x6804, l1.cr4);
  fields.Add(0x6816, l1.gdt.base);
  fields.Add(0x6818, l1.idt.base);
  fields.Add(0x681a, 0x400);  // DR7
  fields.Add(0x681c, EB_STACKS_GPA + 2 * EB_STACK_BYTES);
  fields.Add(0x6820, 0x202);         // RFLAGS, interrupts on.
  fields.Add(0x2800, ~uint64_t{0});  // No linked VMCS.
}

// How an exit of an event is asked for, and what it looks like.
struct VmxExit {
  uint32_t pin = 0;
  uint32_t primary = 0;
  uint64_t reason = 0;
};

VmxExit ExitFor(L2Event event) {
  switch (event) {
    case L2Event::kCpuid:
      return {.reason = kReasonCpuid};
    case L2Event::kCall:
      return {.reason = kReasonVmcall};
    case L2Event::kOut:
      return {.primary = kPrimaryIoBitmaps, .reason = kReasonIo};
    case L2Event::kHlt:
      return {.primary = kPrimaryHlt, .reason = kReasonHlt};
    case L2Event::kTouch:
      return {.reason = kReasonEptViolation};
  }
  return {};
}

// Returns an MSR of VMX as all guests are offered it (KVM API 4.104).
absl::StatusOr<uint64_t> OfferedMsr(const Kvm& kvm, uint32_t index) {
  struct {
    kvm_msrs header;
    kvm_msr_entry entry;
  } msr = {};
  msr.header.nmsrs = 1;
  msr.entry.index = index;
  EB_ASSIGN_OR_RETURN(const int done,
                      EB_IOCTL(kvm.fd(), KVM_GET_MSRS, &msr, ""));
  return done == 1 ? uint64_t{msr.entry.data} : 0;
}

absl::Status Offers(const Kvm& kvm, uint32_t control, uint64_t capabilities,
                    const char* what) {
  EB_ASSIGN_OR_RETURN(const uint64_t secondary,
                      OfferedMsr(kvm, kMsrVmxSecondary));
  EB_ASSIGN_OR_RETURN(const uint64_t offered, OfferedMsr(kvm, kMsrVmxEptVpid));
  if ((secondary >> 32 & control) != 0 &&
      (offered & capabilities) == capabilities) {
    return absl::OkStatus();
  }
  return absl::UnimplementedError(
      absl::StrFormat("KVM offers guests no %s", what));
}

absl::Status WriteVmcs(Machine& machine, const VmxExit& exit,
                       TakenBy taken_by) {
  EB_RETURN_IF_ERROR(TurnVmxOn(machine));
  EB_ASSIGN_OR_RETURN(const kvm_sregs l1, GetSregs(machine.vcpu()));
  const bool taken = taken_by == TakenBy::kL1;
  const bool ept = SupportsEptForGuests(machine.kvm()).ok();
  EB_ASSIGN_OR_RETURN(const uint64_t pair,
                      GetMsr(machine.vcpu(), kMsrVmxSecondary));
  const uint32_t secondary =
      (static_cast<uint32_t>(pair >> 32) & kSecondaryRdtscp) |
      (ept ? kSecondaryEpt : 0);
  // Of ports only that of the event, so that doorbells are L0's. Without the
  // bitmaps no port exits to L1.
  *NestedMemory(machine, kIoBitmapGpa + EB_EVENT_PORT / 8, 1) =
      1 << EB_EVENT_PORT % 8;
  EB_ASSIGN_OR_RETURN(const uint32_t pin,
                      Controls(machine, kMsrVmxPin, exit.pin));
  EB_ASSIGN_OR_RETURN(const uint32_t primary,
                      Controls(machine, kMsrVmxPrimary,
                               kPrimaryMsrBitmaps | (taken ? exit.primary : 0) |
                                   (secondary != 0 ? kPrimarySecondary : 0)));
  EB_ASSIGN_OR_RETURN(const uint32_t exits,
                      Controls(machine, kMsrVmxExit, kExitHost64));
  EB_ASSIGN_OR_RETURN(const uint32_t entry,
                      Controls(machine, kMsrVmxEntry, kEntryGuest64));
  Fields fields;
  fields.Add(0x4000, pin);
  fields.Add(0x4002, primary);
  fields.Add(0x400c, exits);
  fields.Add(0x4012, entry);
  fields.Add(0x2000, kIoBitmapGpa);
  fields.Add(0x2002, kIoBitmapGpa + kPageBytes);
  fields.Add(0x2004, kMsrBitmapGpa);
  if (secondary != 0)
    fields.Add(0x401e, secondary | static_cast<uint32_t>(pair));
  if (ept) {
    fields.Add(0x201a,
               WriteSecondLevel(machine, kEptBits) | kEptp4LevelsWriteBack);
  }
  AddL1State(l1, fields);
  AddL2State(l1, fields);
  fields.Write(machine);
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgFields] = kFieldsGpa;
  block.args[kArgExitCode] = exit.reason;
  return absl::OkStatus();
}

}  // namespace

absl::Status TurnVmxOn(Machine& machine) {
  Vcpu& vcpu = machine.vcpu();
  EB_ASSIGN_OR_RETURN(kvm_sregs sregs, GetSregs(vcpu));
  sregs.cr4 |= kCr4Vmxe;
  EB_RETURN_IF_ERROR(SetSregs(vcpu, sregs));
  EB_RETURN_IF_ERROR(SetMsr(vcpu, kMsrFeatureControl, kLockedVmxonOutsideSmx));
  EB_ASSIGN_OR_RETURN(const uint64_t basic, GetMsr(vcpu, kMsrVmxBasic));
  const uint32_t revision = static_cast<uint32_t>(basic) & 0x7fffffff;
  for (uint64_t gpa : {kL1StateGpa, kL2Gpa, kOtherL2Gpa, kThirdL2Gpa}) {
    std::memcpy(NestedMemory(machine, gpa, sizeof(revision)), &revision,
                sizeof(revision));
  }
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgL2] = kL1StateGpa;
  block.args[kArgVmcs] = kL2Gpa;
  return absl::OkStatus();
}

absl::Status PrepareVmx(Machine& machine, L2Event event, TakenBy taken_by,
                        Reentry reentry) {
  EB_RETURN_IF_ERROR(WriteVmcs(machine, ExitFor(event), taken_by));
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgEvent] = static_cast<uint64_t>(event);
  block.args[kArgHandler] = static_cast<uint64_t>(reentry);
  return absl::OkStatus();
}

absl::Status PrepareVmxFault(Machine& machine) {
  machine.data().Populate();
  EB_RETURN_IF_ERROR(
      WriteVmcs(machine, {.reason = kReasonEptViolation}, TakenBy::kL1));
  ParameterBlock& block = machine.parameters(0);
  block.args[kArgTouched] = EB_DATA_GPA;
  block.args[kArgEvent] = kDescriptorGpa;
  block.args[kArgPte] = SecondLevelPteGpa(EB_DATA_GPA);
  block.args[kArgPteValue] = EB_DATA_GPA | kEptBits.page;
  std::memset(NestedMemory(machine, block.args[kArgPte], 8), 0, 8);
  const uint64_t descriptor[] = {kSecondLevelGpa | kEptp4LevelsWriteBack, 0};
  std::memcpy(NestedMemory(machine, kDescriptorGpa, sizeof(descriptor)),
              descriptor, sizeof(descriptor));
  return absl::OkStatus();
}

absl::Status PrepareVmxIrq(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  return WriteVmcs(
      machine,
      {.pin = kPinExternalInterrupts, .reason = kReasonExternalInterrupt},
      TakenBy::kL1);
}

absl::Status SupportsEptForGuests(const Kvm& kvm) {
  return Offers(kvm, kSecondaryEpt, kEptNeeded | kInvept, "EPT");
}

absl::Status SupportsVpidForGuests(const Kvm& kvm) {
  return Offers(kvm, kSecondaryVpid, kInvvpid, "VPIDs");
}

}  // namespace exitbench
