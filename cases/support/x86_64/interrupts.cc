#include "cases/support/x86_64/interrupts.h"

#include <cerrno>
#include <cstring>

#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/support/guest_calls.h"
#include "guest_blobs/x86_64/abi.h"
#include "vmm/kvm_uapi.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

// Where a write is an MSI to local APIC 0 (SDM vol. 3A 11.11).
constexpr uint32_t kMsiAddress = 0xfee00000;

constexpr uint32_t kMsrApicBase = 0x1b;
constexpr uint64_t kApicBase = 0xfee00000;
constexpr uint64_t kApicBaseBootstrap = 1 << 8;
constexpr uint64_t kApicBaseX2apic = 1 << 10;
constexpr uint64_t kApicBaseEnabled = 1 << 11;
// Offsets of the local APIC's registers in its page.
constexpr int kSpuriousVector = 0xf0;
constexpr int kLvtTimer = 0x320;
constexpr int kLvtLint0 = 0x350;
constexpr int kTimerDivide = 0x3e0;
constexpr uint32_t kLvtMasked = 1 << 16;
constexpr uint32_t kDivideByOne = 0xb;
constexpr uint32_t kApicSoftwareEnabled = 0x1ff;
// Above those that the PIC and the IOAPIC have.
constexpr uint32_t kGsi = 24;

bool SignalMsi(Machine& machine) {
  kvm_msi msi = {};
  msi.address_lo = kMsiAddress;
  msi.data = EB_IRQ_VECTOR;
  // It returns how many local APICs took it, and 0 is as bad as an error.
  return sys::Ioctl(machine.vm().fd(), "KVM_SIGNAL_MSI", KVM_SIGNAL_MSI,
                    reinterpret_cast<unsigned long>(&msi)) > 0;
}

void Put(kvm_lapic_state& lapic, int at, uint32_t value) {
  std::memcpy(lapic.regs + at, &value, sizeof(value));
}

}  // namespace

absl::Status StartApics(Machine& machine, ApicMode mode) {
  for (int i = 0; i < machine.vcpus(); ++i) {
    Vcpu& vcpu = machine.vcpu(i);
    EB_ASSIGN_OR_RETURN(kvm_lapic_state lapic, GetLapic(vcpu));
    Put(lapic, kSpuriousVector, kApicSoftwareEnabled);
    // The PIC is not programmed: its interrupts would come as exceptions.
    Put(lapic, kLvtLint0, kLvtMasked);
    EB_RETURN_IF_ERROR(SetLapic(vcpu, lapic));
    uint64_t base = kApicBase | kApicBaseEnabled;
    if (i == 0) base |= kApicBaseBootstrap;
    if (mode == ApicMode::kX2apic) base |= kApicBaseX2apic;
    EB_RETURN_IF_ERROR(SetMsr(vcpu, kMsrApicBase, base));
    EB_RETURN_IF_ERROR(vcpu.SetMpState(KVM_MP_STATE_RUNNABLE));
  }
  return absl::OkStatus();
}

absl::Status SetApicTimer(Machine& machine, uint32_t mode) {
  Vcpu& vcpu = machine.vcpu();
  EB_ASSIGN_OR_RETURN(kvm_lapic_state lapic, GetLapic(vcpu));
  Put(lapic, kLvtTimer, mode | EB_IRQ_VECTOR);
  Put(lapic, kTimerDivide, kDivideByOne);
  return SetLapic(vcpu, lapic);
}

absl::Status RoutePit(Machine& machine) {
  const int vm = machine.vm().fd();
  // Else the kernel would wait for the last tick's acknowledgement.
  kvm_reinject_control no_reinjection = {};
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vm, KVM_REINJECT_CONTROL, &no_reinjection, "").status());
  kvm_irqchip chip = {};
  chip.chip_id = KVM_IRQCHIP_IOAPIC;
  EB_RETURN_IF_ERROR(EB_IOCTL(vm, KVM_GET_IRQCHIP, &chip, "IOAPIC").status());
  // To local APIC 0, fixed, edge-triggered, not masked.
  chip.chip.ioapic.redirtbl[0].bits = EB_IRQ_VECTOR;
  return EB_IOCTL(vm, KVM_SET_IRQCHIP, &chip, "IOAPIC").status();
}

absl::Status MakeIrqfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const int irqfd, NewIrqEventfd(machine));
  EB_RETURN_IF_ERROR(machine.vm().RouteOnlyMsi(
      kGsi, {.address = kMsiAddress, .data = EB_IRQ_VECTOR}));
  return machine.vm().BindIrqfd(irqfd, kGsi);
}

const char* InjectByMsi(Machine& machine, kvm_run&) {
  return SignalMsi(machine) ? nullptr : "KVM_SIGNAL_MSI";
}

const char* InjectByInterrupt(Machine& machine, kvm_run&) {
  kvm_interrupt interrupt = {.irq = EB_IRQ_VECTOR};
  const int result =
      sys::Ioctl(machine.vcpu().fd(), "KVM_INTERRUPT", KVM_INTERRUPT,
                 reinterpret_cast<unsigned long>(&interrupt));
  return result == 0 ? nullptr : "KVM_INTERRUPT";
}

const char* InjectNmi(Machine& machine, kvm_run&) {
  const int result = sys::Ioctl(machine.vcpu().fd(), "KVM_NMI", KVM_NMI, 0);
  return result == 0 ? nullptr : "KVM_NMI";
}

}  // namespace exitbench
