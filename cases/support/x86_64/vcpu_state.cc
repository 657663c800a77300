#include "cases/support/x86_64/vcpu_state.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/ioctl.h"
#include "base/status_macros.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostMsrs = 4096;

// Makes one ioctl on the vCPU. Returns whether it succeeded.
template <typename T>
bool Call(Machine& machine, const char* name, unsigned long request, T* data) {
  return sys::Ioctl(machine.vcpu().fd(), name, request,
                    reinterpret_cast<unsigned long>(data)) >= 0;
}

// Returns the MSRs that KVM_GET_MSR_INDEX_LIST (KVM API 4.3) names.
absl::StatusOr<std::vector<uint32_t>> MsrIndices(const Kvm& kvm) {
  std::vector<uint8_t> buffer(sizeof(kvm_msr_list) +
                              kMostMsrs * sizeof(uint32_t));
  auto* list = reinterpret_cast<kvm_msr_list*>(buffer.data());
  list->nmsrs = kMostMsrs;
  EB_RETURN_IF_ERROR(
      EB_IOCTL(kvm.fd(), KVM_GET_MSR_INDEX_LIST, list, "").status());
  const auto* first =
      reinterpret_cast<const uint32_t*>(buffer.data() + sizeof(kvm_msr_list));
  return std::vector<uint32_t>(first, first + std::min(list->nmsrs, kMostMsrs));
}

}  // namespace

absl::Status VcpuState::Prepare(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const std::vector<uint32_t> indices,
                      MsrIndices(machine.kvm()));
  std::vector<kvm_msr_entry> usable;
  for (uint32_t index : indices) {
    absl::StatusOr<uint64_t> value = GetMsr(machine.vcpu(), index);
    // The list is the host's; a vCPU of another model lacks some.
    if (!value.ok() || !SetMsr(machine.vcpu(), index, *value).ok()) continue;
    kvm_msr_entry entry = {};
    entry.index = index;
    usable.push_back(entry);
  }
  msr_block_.assign(sizeof(kvm_msrs) + usable.size() * sizeof(kvm_msr_entry),
                    0);
  MsrBlock().nmsrs = static_cast<uint32_t>(usable.size());
  std::memcpy(msr_block_.data() + sizeof(kvm_msrs), usable.data(),
              usable.size() * sizeof(kvm_msr_entry));

  const int bytes = machine.kvm().Extension(KVM_CAP_XSAVE2);
  const bool large = bytes > static_cast<int>(sizeof(kvm_xsave));
  get_xsave_ = large ? KVM_GET_XSAVE2 : KVM_GET_XSAVE;
  xsave_.assign(large ? static_cast<size_t>(bytes) : sizeof(kvm_xsave), 0);
  return absl::OkStatus();
}

int VcpuState::Save(Machine& machine) {
  const bool saved =
      Call(machine, "KVM_GET_REGS", KVM_GET_REGS, &regs_) &&
      Call(machine, "KVM_GET_SREGS", KVM_GET_SREGS, &sregs_) &&
      Call(machine, "KVM_GET_XSAVE", get_xsave_, xsave_.data()) &&
      Call(machine, "KVM_GET_XCRS", KVM_GET_XCRS, &xcrs_) &&
      Call(machine, "KVM_GET_LAPIC", KVM_GET_LAPIC, &lapic_) &&
      Call(machine, "KVM_GET_VCPU_EVENTS", KVM_GET_VCPU_EVENTS, &events_) &&
      Call(machine, "KVM_GET_DEBUGREGS", KVM_GET_DEBUGREGS, &debug_) &&
      Call(machine, "KVM_GET_MP_STATE", KVM_GET_MP_STATE, &mp_) &&
      Call(machine, "KVM_GET_MSRS", KVM_GET_MSRS, &MsrBlock());
  return saved ? 0 : -1;
}

int VcpuState::Restore(Machine& machine) {
  const bool restored =
      Call(machine, "KVM_SET_SREGS", KVM_SET_SREGS, &sregs_) &&
      Call(machine, "KVM_SET_REGS", KVM_SET_REGS, &regs_) &&
      Call(machine, "KVM_SET_XSAVE", KVM_SET_XSAVE, xsave_.data()) &&
      Call(machine, "KVM_SET_XCRS", KVM_SET_XCRS, &xcrs_) &&
      Call(machine, "KVM_SET_MSRS", KVM_SET_MSRS, &MsrBlock()) &&
      Call(machine, "KVM_SET_LAPIC", KVM_SET_LAPIC, &lapic_) &&
      Call(machine, "KVM_SET_VCPU_EVENTS", KVM_SET_VCPU_EVENTS, &events_) &&
      Call(machine, "KVM_SET_DEBUGREGS", KVM_SET_DEBUGREGS, &debug_) &&
      Call(machine, "KVM_SET_MP_STATE", KVM_SET_MP_STATE, &mp_);
  return restored ? 0 : -1;
}

bool VcpuState::SameRegisters(const VcpuState& other) const {
  return std::memcmp(&regs_, &other.regs_, sizeof(regs_)) == 0 &&
         std::memcmp(&sregs_, &other.sregs_, sizeof(sregs_)) == 0 &&
         std::memcmp(&debug_, &other.debug_, sizeof(debug_)) == 0 &&
         xsave_ == other.xsave_;
}

size_t VcpuState::bytes() const {
  return sizeof(regs_) + sizeof(sregs_) + xsave_.size() + sizeof(xcrs_) +
         sizeof(lapic_) + sizeof(events_) + sizeof(debug_) + sizeof(mp_) +
         msr_block_.size();
}

size_t VcpuState::msrs() const {
  return (msr_block_.size() - sizeof(kvm_msrs)) / sizeof(kvm_msr_entry);
}

}  // namespace exitbench
