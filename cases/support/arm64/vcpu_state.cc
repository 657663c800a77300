#include "cases/support/arm64/vcpu_state.h"

#include <cerrno>
#include <cstring>

#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/support/arm64/one_reg.h"

namespace exitbench {
namespace {

size_t SizeOf(uint64_t id) {
  return size_t{1} << ((id & KVM_REG_SIZE_MASK) >> KVM_REG_SIZE_SHIFT);
}

template <typename T>
bool Call(Machine& machine, const char* name, unsigned long request, T* data) {
  return sys::Ioctl(machine.vcpu().fd(), name, request,
                    reinterpret_cast<unsigned long>(data)) >= 0;
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> RegisterIds(const Vcpu& vcpu) {
  // With no room, the ioctl fails and says how many there are.
  std::vector<uint64_t> list(1, 0);
  (void)sys::Ioctl(vcpu.fd(), "KVM_GET_REG_LIST", KVM_GET_REG_LIST,
                   reinterpret_cast<unsigned long>(list.data()));
  list.resize(1 + list[0]);
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vcpu.fd(), KVM_GET_REG_LIST, list.data(), "").status());
  list.erase(list.begin());
  return list;
}

absl::Status VcpuState::Prepare(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const std::vector<uint64_t> ids,
                      RegisterIds(machine.vcpu()));
  size_t at = 0;
  for (uint64_t id : ids) {
    registers_.push_back({id, at, false});
    at += SizeOf(id);
  }
  values_.assign(at, 0);
  for (Register& reg : registers_) {
    uint8_t* value = values_.data() + reg.at;
    if (ReadOneReg(machine.vcpu(), reg.id, value) != 0) {
      return ErrnoStatus("KVM_GET_ONE_REG", "of a register that is listed");
    }
    reg.is_writable = WriteOneReg(machine.vcpu(), reg.id, value) == 0;
  }
  return absl::OkStatus();
}

int VcpuState::Save(Machine& machine) {
  for (const Register& reg : registers_) {
    if (ReadOneReg(machine.vcpu(), reg.id, values_.data() + reg.at) != 0) {
      return -1;
    }
  }
  const bool saved =
      Call(machine, "KVM_GET_VCPU_EVENTS", KVM_GET_VCPU_EVENTS, &events_) &&
      Call(machine, "KVM_GET_MP_STATE", KVM_GET_MP_STATE, &mp_);
  return saved ? 0 : -1;
}

int VcpuState::Restore(Machine& machine) {
  for (const Register& reg : registers_) {
    if (reg.is_writable &&
        WriteOneReg(machine.vcpu(), reg.id, values_.data() + reg.at) != 0) {
      return -1;
    }
  }
  const bool restored =
      Call(machine, "KVM_SET_VCPU_EVENTS", KVM_SET_VCPU_EVENTS, &events_) &&
      Call(machine, "KVM_SET_MP_STATE", KVM_SET_MP_STATE, &mp_);
  return restored ? 0 : -1;
}

bool VcpuState::SameRegisters(const VcpuState& other) const {
  if (registers_.size() != other.registers_.size()) return false;
  for (size_t i = 0; i < registers_.size(); ++i) {
    const Register& reg = registers_[i];
    if (reg.id != other.registers_[i].id) return false;
    // These count.
    if (reg.id == KVM_REG_ARM_TIMER_CNT || reg.id == KVM_REG_ARM_PTIMER_CNT) {
      continue;
    }
    if (std::memcmp(values_.data() + reg.at, other.values_.data() + reg.at,
                    SizeOf(reg.id)) != 0) {
      return false;
    }
  }
  return true;
}

size_t VcpuState::bytes() const {
  return values_.size() + sizeof(events_) + sizeof(mp_);
}

}  // namespace exitbench
