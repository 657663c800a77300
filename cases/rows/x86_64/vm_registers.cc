// vm/: calls by which the host reads and writes a vCPU's registers, and the
// whole life of a VM. KVM API section 4.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "vmm/arch/doorbell.h"
#include "vmm/kvm_uapi.h"
#include "vmm/x86_64/arch_kvm.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

// A VM of one vCPU, besides the machine.
struct Life {
  UniqueFd vm;
  UniqueFd vcpu;
  Mapping run;  // Its kvm_run.
};

// What the ioctls read and write, with the values that the vCPU began with.
struct RegisterBuffers {
  kvm_regs regs = {};
  kvm_sregs sregs = {};
  kvm_xsave xsave = {};
  std::vector<uint8_t> cpuid;  // A kvm_cpuid2 and its entries.
  uint64_t marker = 0;
  Life life;
};

absl::Status ReadRegisters(Machine& machine) {
  RegisterBuffers& buffers = machine.case_state<RegisterBuffers>();
  EB_ASSIGN_OR_RETURN(buffers.regs, GetRegs(machine.vcpu()));
  EB_ASSIGN_OR_RETURN(buffers.sregs, GetSregs(machine.vcpu()));
  const std::vector<kvm_cpuid_entry2>& entries = machine.kvm().arch().cpuid;
  kvm_cpuid2 header = {};
  header.nent = static_cast<uint32_t>(entries.size());
  const size_t entry_bytes = entries.size() * sizeof(kvm_cpuid_entry2);
  buffers.cpuid.resize(sizeof(header) + entry_bytes);
  std::memcpy(buffers.cpuid.data(), &header, sizeof(header));
  std::memcpy(buffers.cpuid.data() + sizeof(header), entries.data(),
              entry_bytes);
  return absl::OkStatus();
}

int GetRegs(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_GET_REGS", KVM_GET_REGS,
              &machine.case_state<RegisterBuffers>().regs);
}
int SetRegs(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_SET_REGS", KVM_SET_REGS,
              &machine.case_state<RegisterBuffers>().regs);
}
int GetSregs(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_GET_SREGS", KVM_GET_SREGS,
              &machine.case_state<RegisterBuffers>().sregs);
}
int SetSregs(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_SET_SREGS", KVM_SET_SREGS,
              &machine.case_state<RegisterBuffers>().sregs);
}
int GetXsave(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_GET_XSAVE", KVM_GET_XSAVE,
              &machine.case_state<RegisterBuffers>().xsave);
}

absl::Status RegistersDone(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  return Refused("the ioctl for registers", result, error);
}

// Has KVM_RUN carry registers in kvm_run (KVM API 5, kvm_valid_regs and
// kvm_dirty_regs), and enter no guest. R15 or GS's base carries a marker.
absl::Status ReadyToSync(Machine& machine, uint64_t what) {
  kvm_run& run = machine.vcpu().run();
  RegisterBuffers& buffers = machine.case_state<RegisterBuffers>();
  buffers.regs.r15 = buffers.sregs.gs.base = ++buffers.marker;
  run.s.regs.regs = buffers.regs;
  run.s.regs.sregs = buffers.sregs;
  run.kvm_valid_regs = run.kvm_dirty_regs = what;
  run.immediate_exit = 1;
  return absl::OkStatus();
}
absl::Status ReadyToSyncRegs(Machine& machine) {
  return ReadyToSync(machine, KVM_SYNC_X86_REGS);
}
absl::Status ReadyToSyncSregs(Machine& machine) {
  return ReadyToSync(machine, KVM_SYNC_X86_SREGS);
}

absl::Status Synced(Machine& machine, int result, int error) {
  kvm_run& run = machine.vcpu().run();
  const RegisterBuffers& buffers = machine.case_state<RegisterBuffers>();
  const uint64_t what = run.kvm_valid_regs;
  run.immediate_exit = 0;
  run.kvm_valid_regs = 0;
  if (result != -1 || error != EINTR) return Refused("KVM_RUN", result, error);
  if (run.kvm_dirty_regs != 0) {
    return absl::InternalError("KVM_RUN took no registers from kvm_run");
  }
  uint64_t seen = 0;
  if (what == KVM_SYNC_X86_REGS) {
    EB_ASSIGN_OR_RETURN(const kvm_regs regs, GetRegs(machine.vcpu()));
    seen = regs.r15 == run.s.regs.regs.r15 ? regs.r15 : 0;
  } else {
    EB_ASSIGN_OR_RETURN(const kvm_sregs sregs, GetSregs(machine.vcpu()));
    seen = sregs.gs.base == run.s.regs.sregs.gs.base ? sregs.gs.base : 0;
  }
  if (seen == buffers.marker) return absl::OkStatus();
  return absl::InternalError("what kvm_run carried did not reach the vCPU");
}

// The life of a VM from KVM_CREATE_VM to its first exit and its end, call by
// call.

int LifeCreateVm(Machine& machine) {
  Life& life = machine.case_state<RegisterBuffers>().life;
  life.vm = UniqueFd(CreateVm(machine));
  return life.vm.valid() ? 0 : -1;
}

int LifeSetSlot(Machine& machine) {
  kvm_userspace_memory_region region = {};
  region.memory_size = machine.low().bytes();
  region.userspace_addr = reinterpret_cast<uint64_t>(machine.low().host());
  return Call(machine.case_state<RegisterBuffers>().life.vm.get(),
              "KVM_SET_USER_MEMORY_REGION", KVM_SET_USER_MEMORY_REGION,
              &region);
}

int LifeCreateVcpu(Machine& machine) {
  Life& life = machine.case_state<RegisterBuffers>().life;
  life.vcpu = UniqueFd(
      sys::Ioctl(life.vm.get(), "KVM_CREATE_VCPU", KVM_CREATE_VCPU, 0));
  if (!life.vcpu.valid()) return -1;
  void* page = sys::Map(nullptr, machine.kvm().run_bytes(),
                        PROT_READ | PROT_WRITE, MAP_SHARED, life.vcpu.get(), 0);
  if (page == MAP_FAILED) return -1;
  life.run = Mapping(page, machine.kvm().run_bytes());
  return 0;
}

int LifeSetCpuid(Machine& machine) {
  RegisterBuffers& buffers = machine.case_state<RegisterBuffers>();
  return Call(buffers.life.vcpu.get(), "KVM_SET_CPUID2", KVM_SET_CPUID2,
              buffers.cpuid.data());
}

int LifeSetRegisters(Machine& machine) {
  RegisterBuffers& buffers = machine.case_state<RegisterBuffers>();
  const int vcpu = buffers.life.vcpu.get();
  const int result = Call(vcpu, "KVM_SET_SREGS", KVM_SET_SREGS, &buffers.sregs);
  return result != 0 ? result
                     : Call(vcpu, "KVM_SET_REGS", KVM_SET_REGS, &buffers.regs);
}

int LifeFirstRun(Machine& machine) {
  Life& life = machine.case_state<RegisterBuffers>().life;
  if (sys::Ioctl(life.vcpu.get(), "KVM_RUN", KVM_RUN, 0) != 0) return -1;
  return IsDoorbell(*reinterpret_cast<const kvm_run*>(life.run.begin())) ? 0
                                                                         : -1;
}

int LifeClose(Machine& machine) {
  Life& life = machine.case_state<RegisterBuffers>().life;
  life.run = Mapping();
  life.vcpu = UniqueFd();
  life.vm = UniqueFd();
  return 0;
}

constexpr HostLoop kLifecycle = {.steps = {{"create_vm", LifeCreateVm},
                                           {"set_slot", LifeSetSlot},
                                           {"create_vcpu", LifeCreateVcpu},
                                           {"set_cpuid", LifeSetCpuid},
                                           {"set_registers", LifeSetRegisters},
                                           {"first_run", LifeFirstRun},
                                           {"close", LifeClose}}};

absl::Status Lived(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat((kLifecycle.steps.begin() + result - 1)->name,
                   " failed: ", strerror(error)));
}

constexpr HostLoop CheckedLifecycle() {
  HostLoop loop = kLifecycle;
  loop.after = Lived;
  return loop;
}

constexpr Case kCases[] = {
    {.name = "vm/get_regs",
     .measures = "KVM_GET_REGS (KVM API 4.11)",
     .host_loop = {.timed = GetRegs, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/set_regs",
     .measures = "KVM_SET_REGS of the registers as they are (KVM API 4.12)",
     .host_loop = {.timed = SetRegs, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/get_sregs",
     .measures = "KVM_GET_SREGS (KVM API 4.13)",
     .host_loop = {.timed = GetSregs, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/set_sregs",
     .measures = "KVM_SET_SREGS of the registers as they are (KVM API 4.14)",
     .host_loop = {.timed = SetSregs, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/sync_regs",
     .measures =
         "KVM_RUN that enters no guest and carries the general registers "
         "both ways in kvm_run (KVM API 5); control/immediate_exit is "
         "the same without them",
     .host_loop = {.before = ReadyToSyncRegs,
                   .timed = RunVcpu,
                   .after = Synced},
     .host = {.needs = {{.name = "KVM_SYNC_X86_REGS of KVM_CAP_SYNC_REGS",
                         .capability = KVM_CAP_SYNC_REGS,
                         .bits = KVM_SYNC_X86_REGS}}},
     .prepare = ReadRegisters},
    {.name = "vm/sync_sregs",
     .measures =
         "KVM_RUN that enters no guest and carries the special registers "
         "both ways in kvm_run (KVM API 5); control/immediate_exit is "
         "the same without them",
     .host_loop = {.before = ReadyToSyncSregs,
                   .timed = RunVcpu,
                   .after = Synced},
     .host = {.needs = {{.name = "KVM_SYNC_X86_SREGS of KVM_CAP_SYNC_REGS",
                         .capability = KVM_CAP_SYNC_REGS,
                         .bits = KVM_SYNC_X86_SREGS}}},
     .prepare = ReadRegisters},
    {.name = "vm/get_xsave",
     .measures = "KVM_GET_XSAVE (KVM API 4.42)",
     .host_loop = {.timed = GetXsave, .after = RegistersDone},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_XSAVE)}},
     .prepare = ReadRegisters},
    {.name = "vm/vm_lifecycle",
     .measures = "a VM from KVM_CREATE_VM over one slot and one vCPU to its "
                 "first exit, and closed again; a metric for each call",
     .host_loop = CheckedLifecycle(),
     .prepare = ReadRegisters,
     .size = {.max_events = kMostVms}},
};

}  // namespace

absl::Span<const Case> VmRegisterCases() { return kCases; }

}  // namespace exitbench
