// scale/: what only x86 vCPUs do at once: ports, local APICs, routed MSIs.
#include "cases/support/scale.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 100;
// Each waits for all vCPUs.
constexpr uint32_t kIpiEvents = 20;

bool IsPioEvent(const kvm_run& run) {
  return run.exit_reason == KVM_EXIT_IO && run.io.port == EB_EVENT_PORT &&
         run.io.direction == KVM_EXIT_IO_OUT && run.io.size == 1 &&
         run.io.count == 1;
}

constexpr ScaleWork kPio = {
    .name = "pio",
    .measures =
        "OUT of one byte, each vCPU's handled by its own thread (VMX "
        "exit 30, SVM VMEXIT_IOIO)",
    .guest = &blobs::pio_out,
    .work = {.events = kEvents,
             .is_event = IsPioEvent,
             .claims = {kOneExitAnywhere, kOneIoExit}},
    .verifies = "windows, the exits of each vCPU counted"};

// An irqfd for each vCPU, and all their routes in one table.

// Where a write is an MSI to the local APIC of this number (SDM vol. 3A 11.11).
constexpr uint32_t MsiAddress(uint32_t apic) { return 0xfee00000 | apic << 12; }
// Above those that the PIC and the IOAPIC have.
constexpr uint32_t kFirstGsi = 24;

absl::Status RouteToAll(Machine& machine, CrewVm&) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  struct {
    kvm_irq_routing header;
    kvm_irq_routing_entry entries[EB_MAX_VCPUS];
  } routing = {};
  const uint32_t vcpus = static_cast<uint32_t>(machine.vcpus());
  routing.header.nr = vcpus;
  for (uint32_t i = 0; i < vcpus; ++i) {
    routing.entries[i].gsi = kFirstGsi + i;
    routing.entries[i].type = KVM_IRQ_ROUTING_MSI;
    routing.entries[i].u.msi.address_lo = MsiAddress(i);
    routing.entries[i].u.msi.data = EB_IRQ_VECTOR;
  }
  return EB_IOCTL(machine.vm().fd(), KVM_SET_GSI_ROUTING, &routing,
                  absl::StrCat(vcpus, " MSIs"))
      .status();
}

absl::Status BindOwnIrqfd(Machine& machine, CrewMember& member, int) {
  member.block->args[0] = 1;  // There is a local APIC.
  member.event = UniqueFd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!member.event.valid()) return ErrnoStatus("eventfd", "");
  return machine.vm().BindIrqfd(
      member.event.get(), kFirstGsi + static_cast<uint32_t>(member.index));
}

bool RaiseOwnIrq(CrewMember& member) {
  const uint64_t one = 1;
  return sys::Write(member.event.get(), &one, sizeof(one)) == sizeof(one);
}

absl::Status ExpectHandled(CrewMember& member, uint64_t all_events, int) {
  const uint64_t handled = member.block->results[1];
  if (handled == all_events) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("vCPU ", member.number, ": ",
                                          all_events, " writes to its irqfd, ",
                                          handled, " interrupts handled"));
}

constexpr ScaleWork kIrqfd = {
    .name = "irqfd",
    .measures =
        "writes to irqfds, one for each vCPU, between two of its "
        "KVM_RUNs, until its handler has returned (KVM API 4.75)",
    .guest = &blobs::irq_exit,
    .work = {.events = kEvents,
             .is_event = IsPioEvent,
             .answer = RaiseOwnIrq,
             .prepare_vm = RouteToAll,
             .prepare = BindOwnIrqfd,
             .check = ExpectHandled,
             .claims = {kOneExitAnywhere}},
    .shape = {.irqchip = true},
    .needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD), kX2apic},
    .verifies = "windows, the interrupts that each vCPU handled counted"};

absl::Status StartXapics(Machine& machine, CrewVm&) {
  return StartApics(machine, ApicMode::kXapic);
}

absl::Status TellVcpus(Machine&, CrewMember& member, int members) {
  member.block->args[0] = static_cast<uint64_t>(members);
  return absl::OkStatus();
}

absl::Status ExpectAcknowledged(CrewMember& member, uint64_t all_events,
                                int members) {
  const uint64_t expected = all_events * static_cast<uint64_t>(members);
  const uint64_t acknowledged = member.block->results[0];
  if (acknowledged == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "vCPU ", member.number, ": ", all_events, " IPIs to ", members,
      " vCPUs were acknowledged ", acknowledged, " times, not ", expected));
}

constexpr ScaleWork kIpi = {
    .name = "ipi",
    .measures =
        "IPIs by xAPIC to all vCPUs, itself among them, until each has "
        "taken it (VMX exit 56 or 48, SVM VMEXIT_AVIC_INCOMPLETE_IPI "
        "or VMEXIT_NPF)",
    .guest = &blobs::ipi_all,
    .work = {.events = kIpiEvents,
             .prepare_vm = StartXapics,
             .prepare = TellVcpus,
             .check = ExpectAcknowledged},
    .shape = {.irqchip = true},
    .by_vms = false,
    .needs = {kIrqchip},
    .verifies = "windows, the acknowledgements of each vCPU's IPIs counted"};

constexpr auto kCases =
    JoinRows(ScaleRows<kPio>(), ScaleRows<kIrqfd>(), ScaleRows<kIpi>());

}  // namespace

absl::Span<const Case> ScaleArchCases() { return kCases; }

}  // namespace exitbench
