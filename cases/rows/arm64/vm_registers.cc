// vm/: calls by which the host reads and writes a vCPU's registers, one by one,
// what makes a vCPU and its interrupt controller, and the whole life of a VM.
// KVM API section 4.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/one_reg.h"
#include "cases/support/arm64/vcpu_state.h"
#include "cases/support/calls.h"
#include "vmm/arch/doorbell.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/arm64/registers.h"
#include "vmm/arm64/tables.h"

namespace exitbench {
namespace {

// What the ioctls read and write, with the values that the vCPU began with.
struct Buffers {
  uint64_t core = 0;
  uint64_t system = 0;
  std::vector<uint64_t> list;  // A kvm_reg_list and its ids.
  std::vector<RegisterValue> entry;
  kvm_vcpu_init init = {};
  UniqueFd vm;
};

Buffers& State(Machine& machine) { return machine.case_state<Buffers>(); }

constexpr uint64_t kX0 = EB_CORE_REG(regs.regs[0]);

absl::Status ReadRegisters(Machine& machine) {
  Buffers& buffers = State(machine);
  EB_ASSIGN_OR_RETURN(buffers.core, GetReg(machine.vcpu(), kX0));
  EB_ASSIGN_OR_RETURN(buffers.system, GetReg(machine.vcpu(), kSctlrEl1));
  EB_ASSIGN_OR_RETURN(const std::vector<uint64_t> ids,
                      RegisterIds(machine.vcpu()));
  buffers.list.assign(1 + ids.size(), 0);
  return absl::OkStatus();
}

int GetCore(Machine& machine) {
  return ReadOneReg(machine.vcpu(), kX0, &State(machine).core);
}
int SetCore(Machine& machine) {
  return WriteOneReg(machine.vcpu(), kX0, &State(machine).core);
}
int GetSystem(Machine& machine) {
  return ReadOneReg(machine.vcpu(), kSctlrEl1, &State(machine).system);
}
int SetSystem(Machine& machine) {
  return WriteOneReg(machine.vcpu(), kSctlrEl1, &State(machine).system);
}
int GetList(Machine& machine) {
  std::vector<uint64_t>& list = State(machine).list;
  list[0] = list.size() - 1;
  return Call(machine.vcpu().fd(), "KVM_GET_REG_LIST", KVM_GET_REG_LIST,
              list.data());
}

absl::Status RegistersDone(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  return Refused("the ioctl for registers", result, error);
}

absl::Status PreferTarget(Machine& machine) {
  Buffers& buffers = State(machine);
  if (Call(machine.vm().fd(), "KVM_ARM_PREFERRED_TARGET",
           KVM_ARM_PREFERRED_TARGET, &buffers.init) != 0) {
    return ErrnoStatus("KVM_ARM_PREFERRED_TARGET", "");
  }
  buffers.init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
  return absl::OkStatus();
}

int InitAgain(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_ARM_VCPU_INIT", KVM_ARM_VCPU_INIT,
              &State(machine).init);
}

absl::Status NewVm(Machine& machine) {
  EB_ASSIGN_OR_RETURN(State(machine).vm, machine.kvm().CreateVmFd());
  return absl::OkStatus();
}

// Returns the descriptor of the device, or -1.
int CreateGicDevice(Machine& machine) {
  kvm_create_device create = {};
  create.type = KVM_DEV_TYPE_ARM_VGIC_V3;
  const int result = Call(State(machine).vm.get(), "KVM_CREATE_DEVICE",
                          KVM_CREATE_DEVICE, &create);
  return result == 0 ? static_cast<int>(create.fd) : -1;
}

absl::Status GicCreated(Machine& machine, int result, int error) {
  if (result < 0) return Refused("KVM_CREATE_DEVICE", result, error);
  const UniqueFd device(result);
  State(machine).vm = UniqueFd();
  return absl::OkStatus();
}

absl::Status ReadEntry(Machine& machine) {
  Buffers& buffers = State(machine);
  for (RegisterValue reg : EntryRegisters(machine.mode(), 0, 0, 0)) {
    EB_ASSIGN_OR_RETURN(reg.value, GetReg(machine.vcpu(), reg.id));
    buffers.entry.push_back(reg);
  }
  return PreferTarget(machine);
}

// Makes a VM, runs it to its first exit and closes it. Returns 0, or the number
// of the step that failed.
int LiveAndDie(Machine& machine) {
  const Buffers& buffers = State(machine);
  const UniqueFd vm(CreateVm(machine));
  if (!vm.valid()) return 1;
  kvm_userspace_memory_region region = {};
  region.memory_size = machine.low().bytes();
  region.userspace_addr = reinterpret_cast<uint64_t>(machine.low().host());
  if (Call(vm.get(), "KVM_SET_USER_MEMORY_REGION", KVM_SET_USER_MEMORY_REGION,
           &region) != 0) {
    return 2;
  }
  const UniqueFd vcpu(
      sys::Ioctl(vm.get(), "KVM_CREATE_VCPU", KVM_CREATE_VCPU, 0));
  if (!vcpu.valid()) return 3;
  void* page = sys::Map(nullptr, machine.kvm().run_bytes(),
                        PROT_READ | PROT_WRITE, MAP_SHARED, vcpu.get(), 0);
  if (page == MAP_FAILED) return 4;
  const Mapping mapping(page, machine.kvm().run_bytes());
  if (Call(vcpu.get(), "KVM_ARM_VCPU_INIT", KVM_ARM_VCPU_INIT, &buffers.init) !=
      0) {
    return 5;
  }
  for (const RegisterValue& reg : buffers.entry) {
    const kvm_one_reg one = {reg.id, reinterpret_cast<uint64_t>(&reg.value)};
    if (Call(vcpu.get(), "KVM_SET_ONE_REG", KVM_SET_ONE_REG, &one) != 0) {
      return 6;
    }
  }
  if (sys::Ioctl(vcpu.get(), "KVM_RUN", KVM_RUN, 0) != 0) return 7;
  return IsDoorbell(*static_cast<const kvm_run*>(page)) ? 0 : 8;
}

absl::Status Lived(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  constexpr const char* kSteps[] = {"",
                                    "KVM_CREATE_VM",
                                    "KVM_SET_USER_MEMORY_REGION",
                                    "KVM_CREATE_VCPU",
                                    "mmap",
                                    "KVM_ARM_VCPU_INIT",
                                    "KVM_SET_ONE_REG",
                                    "KVM_RUN",
                                    "the guest's first exit"};
  return absl::InternalError(
      absl::StrCat(kSteps[result], " failed: ", strerror(error)));
}

constexpr Case kCases[] = {
    {.name = "vm/get_core_reg",
     .measures = "KVM_GET_ONE_REG of x0 (KVM API 4.69)",
     .host_loop = {.timed = GetCore, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/set_core_reg",
     .measures = "KVM_SET_ONE_REG of x0 as it is (KVM API 4.68)",
     .host_loop = {.timed = SetCore, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/get_sys_reg",
     .measures = "KVM_GET_ONE_REG of SCTLR_EL1 (KVM API 4.69)",
     .host_loop = {.timed = GetSystem, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/set_sys_reg",
     .measures = "KVM_SET_ONE_REG of SCTLR_EL1 as it is (KVM API 4.68)",
     .host_loop = {.timed = SetSystem, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/get_reg_list",
     .measures = "KVM_GET_REG_LIST (KVM API 4.84)",
     .host_loop = {.timed = GetList, .after = RegistersDone},
     .prepare = ReadRegisters},
    {.name = "vm/vcpu_init",
     .measures = "KVM_ARM_VCPU_INIT of a vCPU that has been initialized: it is "
                 "reset (KVM API 4.82)",
     .host_loop = {.timed = InitAgain, .after = RegistersDone},
     .prepare = PreferTarget},
    {.name = "vm/create_vgic",
     .measures = "KVM_CREATE_DEVICE of a vGICv3 in a new VM (KVM API 4.79)",
     .host_loop = {.before = NewVm,
                   .timed = CreateGicDevice,
                   .after = GicCreated},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}},
     .size = {.max_events = kMostVms}},
    {.name = "vm/vm_lifecycle",
     .measures = "a VM from KVM_CREATE_VM over one slot and one vCPU to its "
                 "first exit, and closed again",
     .host_loop = {.timed = LiveAndDie, .after = Lived},
     .prepare = ReadEntry,
     .size = {.max_events = kMostVms}},
};

}  // namespace

absl::Span<const Case> VmRegisterCases() { return kCases; }

}  // namespace exitbench
