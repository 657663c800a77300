#include "cases/support/arm64/interrupts.h"

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// The register of the ITS that a device's MSI writes to (GITS_TRANSLATER).
constexpr uint64_t kTranslater = EB_ITS_GPA + 0x10040;
// Interrupts of the host's are numbered from the first SPI on.
constexpr uint32_t kSpiGsi = EB_IRQ_INTID - 32;
constexpr uint32_t kMsiGsi = 0;

// An MSI of device 0 for event 0.
kvm_msi Msi() {
  kvm_msi msi = {};
  msi.address_lo = static_cast<uint32_t>(kTranslater);
  msi.address_hi = static_cast<uint32_t>(kTranslater >> 32);
  msi.flags = KVM_MSI_VALID_DEVID;
  return msi;
}

absl::Status RouteMsi(Machine& machine) {
  struct {
    kvm_irq_routing header;
    kvm_irq_routing_entry entry;
  } routing = {};
  const kvm_msi msi = Msi();
  routing.header.nr = 1;
  routing.entry.gsi = kMsiGsi;
  routing.entry.type = KVM_IRQ_ROUTING_MSI;
  routing.entry.flags = msi.flags;
  routing.entry.u.msi.address_lo = msi.address_lo;
  routing.entry.u.msi.address_hi = msi.address_hi;
  return EB_IOCTL(machine.vm().fd(), KVM_SET_GSI_ROUTING, &routing, "one MSI")
      .status();
}

}  // namespace

absl::Status MakeMsiIrqfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const int irqfd, NewIrqEventfd(machine));
  EB_RETURN_IF_ERROR(RouteMsi(machine));
  return machine.vm().BindIrqfd(irqfd, kMsiGsi);
}

absl::Status MakeSpiIrqfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const int irqfd, NewIrqEventfd(machine));
  return machine.vm().BindIrqfd(irqfd, kSpiGsi);
}

absl::Status MakeResampledIrqfd(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const int irqfd, NewIrqEventfd(machine));
  EB_ASSIGN_OR_RETURN(const int ended, NewEndEventfd(machine));
  kvm_irqfd binding = {};
  binding.fd = static_cast<uint32_t>(irqfd);
  binding.gsi = kSpiGsi;
  binding.flags = KVM_IRQFD_FLAG_RESAMPLE;
  binding.resamplefd = static_cast<uint32_t>(ended);
  return EB_IOCTL(machine.vm().fd(), KVM_IRQFD, &binding, "resampled").status();
}

absl::Status ExpectResampled(Machine& machine, uint32_t events) {
  if (machine.parameters(0).results[1] == ~uint64_t{0}) {
    return absl::UnimplementedError(
        "this host does not lower the line at the guest's end of interrupt");
  }
  EB_ASSIGN_OR_RETURN(const uint64_t ends, TakeEnds(machine));
  if (ends == events) return ExpectArrived(machine, events);
  return absl::InternalError(
      absl::StrCat(events, " interrupts were ended ", ends, " times"));
}

const char* InjectByMsi(Machine& machine, kvm_run&) {
  kvm_msi msi = Msi();
  // It returns how many took it, and 0 is as bad as an error.
  return sys::Ioctl(machine.vm().fd(), "KVM_SIGNAL_MSI", KVM_SIGNAL_MSI,
                    reinterpret_cast<unsigned long>(&msi)) > 0
             ? nullptr
             : "KVM_SIGNAL_MSI";
}

const char* InjectByLine(Machine& machine, kvm_run&) {
  kvm_irq_level line = {};
  line.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | EB_IRQ_INTID;
  line.level = 1;
  return sys::Ioctl(machine.vm().fd(), "KVM_IRQ_LINE", KVM_IRQ_LINE,
                    reinterpret_cast<unsigned long>(&line)) == 0
             ? nullptr
             : "KVM_IRQ_LINE";
}

const char* InjectByIrqfd(Machine& machine, kvm_run&) {
  return ServeByIrqfd(machine, 0);
}

}  // namespace exitbench
