// vm/: calls that set up an x86 VM: its interrupt controllers, its vCPUs'
// CPUID, its table of interrupt routes. KVM API 4.24, 4.20, 4.52.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/running_vcpu.h"
#include "guest_blobs/payloads.h"
#include "vmm/kvm_uapi.h"
#include "vmm/x86_64/arch_kvm.h"

namespace exitbench {
namespace {

// A call may wait for the rest of the host (RCU), for milliseconds.
constexpr uint32_t kMostCalls = 100;
// Where a write is an MSI to local APIC 0 (SDM vol. 3A 11.11).
constexpr uint32_t kMsiAddress = 0xfee00000;
constexpr uint32_t kVector = 0x50;

struct Setup {
  UniqueFd vm;
  UniqueFd vcpu;
  std::vector<uint8_t> cpuid;   // A kvm_cpuid2 and its entries.
  std::vector<uint8_t> routes;  // A kvm_irq_routing and its entries.
  RunningVcpu running;          // Last, so that it ends first.
};

template <typename Header, typename Entry>
std::vector<uint8_t> Joined(Header header, const std::vector<Entry>& entries) {
  const size_t entry_bytes = entries.size() * sizeof(Entry);
  std::vector<uint8_t> bytes(sizeof(header) + entry_bytes);
  std::memcpy(bytes.data(), &header, sizeof(header));
  std::memcpy(bytes.data() + sizeof(header), entries.data(), entry_bytes);
  return bytes;
}

absl::Status MakeVm(Machine& machine) {
  // The VM from before goes here.
  EB_ASSIGN_OR_RETURN(machine.case_state<Setup>().vm,
                      machine.kvm().CreateVmFd());
  return absl::OkStatus();
}

int CreateIrqchip(Machine& machine) {
  return sys::Ioctl(machine.case_state<Setup>().vm.get(), "KVM_CREATE_IRQCHIP",
                    KVM_CREATE_IRQCHIP, 0);
}

absl::Status Done(Machine& machine, int result, int error) {
  if (result != 0) return Refused("the call", result, error);
  return machine.case_state<Setup>().running.status();
}

absl::Status TakeCpuid(Machine& machine) {
  const std::vector<kvm_cpuid_entry2>& entries = machine.kvm().arch().cpuid;
  kvm_cpuid2 header = {};
  header.nent = static_cast<uint32_t>(entries.size());
  machine.case_state<Setup>().cpuid = Joined(header, entries);
  return absl::OkStatus();
}

absl::Status MakeVcpu(Machine& machine) {
  EB_RETURN_IF_ERROR(MakeVm(machine));
  Setup& setup = machine.case_state<Setup>();
  EB_ASSIGN_OR_RETURN(const int vcpu,
                      EB_IOCTL(setup.vm.get(), KVM_CREATE_VCPU, 0, "vCPU 0"));
  setup.vcpu = UniqueFd(vcpu);
  return absl::OkStatus();
}

int SetCpuid(Machine& machine) {
  Setup& setup = machine.case_state<Setup>();
  return Call(setup.vcpu.get(), "KVM_SET_CPUID2", KVM_SET_CPUID2,
              setup.cpuid.data());
}

template <uint32_t kRoutes, bool kRunning>
absl::Status MakeRoutes(Machine& machine) {
  Setup& setup = machine.case_state<Setup>();
  std::vector<kvm_irq_routing_entry> entries(kRoutes);
  for (uint32_t gsi = 0; gsi < kRoutes; ++gsi) {
    entries[gsi].gsi = gsi;
    entries[gsi].type = KVM_IRQ_ROUTING_MSI;
    entries[gsi].u.msi.address_lo = kMsiAddress;
    entries[gsi].u.msi.data = kVector;
  }
  kvm_irq_routing header = {};
  header.nr = kRoutes;
  setup.routes = Joined(header, entries);
  return kRunning ? setup.running.Start(machine) : absl::OkStatus();
}

int SetRoutes(Machine& machine) {
  return Call(machine.vm().fd(), "KVM_SET_GSI_ROUTING", KVM_SET_GSI_ROUTING,
              machine.case_state<Setup>().routes.data());
}

absl::StatusOr<Conclusion> FinishRunning(Machine& machine) {
  return machine.case_state<Setup>().running.Finish();
}

struct Named {
  absl::string_view name;
  absl::string_view measures;
};

template <uint32_t kRoutes, bool kRunning = false>
constexpr Case Routing(const Named& named) {
  return {.name = named.name,
          .measures = named.measures,
          .host_loop = {.guest = kRunning ? &blobs::spin : nullptr,
                        .timed = SetRoutes,
                        .after = Done,
                        .guest_beside = kRunning},
          .shape = {.irqchip = true},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQ_ROUTING)},
                   .hook_bytes = 1u << 20},
          .prepare = MakeRoutes<kRoutes, kRunning>,
          .finish = kRunning ? FinishRunning : nullptr,
          .size = {.max_events = kMostCalls}};
}

constexpr Case kCases[] = {
    {.name = "vm/create_irqchip",
     .measures = "KVM_CREATE_IRQCHIP in a new VM (KVM API 4.24)",
     .host_loop = {.before = MakeVm, .timed = CreateIrqchip, .after = Done},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}},
     .size = {.max_events = kMostVms}},
    {.name = "vm/set_cpuid2",
     .measures = "KVM_SET_CPUID2 of a new vCPU, with all that KVM supports "
                 "(KVM API 4.20)",
     .host_loop = {.before = MakeVcpu, .timed = SetCpuid, .after = Done},
     .prepare = TakeCpuid,
     .size = {.max_events = kMostVms}},
    Routing<1>({"vm/gsi_routing.1",
                "KVM_SET_GSI_ROUTING of a table of 1 route (KVM API 4.52)"}),
    Routing<1, true>({"vm/gsi_routing.1.running",
                      "the same while a vCPU runs in the VM (KVM API 4.52)"}),
    Routing<1000>({"vm/gsi_routing.1000",
                   "KVM_SET_GSI_ROUTING of a table of 1,000 routes (KVM API "
                   "4.52)"}),
    Routing<1000, true>(
        {"vm/gsi_routing.1000.running",
         "the same while a vCPU runs in the VM (KVM API 4.52)"}),
};

}  // namespace

absl::Span<const Case> VmSetupCases() { return kCases; }

}  // namespace exitbench
