#include "vmm/arm64/registers.h"

#include <cerrno>

#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

kvm_one_reg OneReg(uint64_t id, const uint64_t* value) {
  kvm_one_reg reg = {};
  reg.id = id;
  reg.addr = reinterpret_cast<uint64_t>(value);
  return reg;
}

absl::Status Checked(const absl::Status& status) {
  if (!status.ok() && errno == ENOENT) {
    return absl::UnimplementedError(status.message());
  }
  return status;
}

}  // namespace

absl::StatusOr<uint64_t> GetReg(const Vcpu& vcpu, uint64_t id) {
  uint64_t value = 0;
  kvm_one_reg reg = OneReg(id, &value);
  EB_RETURN_IF_ERROR(Checked(EB_IOCTL(vcpu.fd(), KVM_GET_ONE_REG, &reg,
                                      absl::StrFormat("register %#x", id))
                                 .status()));
  return value;
}

absl::Status SetReg(const Vcpu& vcpu, uint64_t id, uint64_t value) {
  kvm_one_reg reg = OneReg(id, &value);
  return Checked(EB_IOCTL(vcpu.fd(), KVM_SET_ONE_REG, &reg,
                          absl::StrFormat("register %#x value %#x", id, value))
                     .status());
}

}  // namespace exitbench
