#include "vmm/arm64/devices.h"

#include "base/status_macros.h"
#include "guest_blobs/arm64/abi.h"
#include "vmm/arm64/arm_uapi.h"

namespace exitbench {
namespace {

absl::Status Place(int device, uint64_t type, uint64_t gpa) {
  return SetDeviceAttr(device, KVM_DEV_ARM_VGIC_GRP_ADDR, type, &gpa);
}

absl::Status Init(int device) {
  return SetDeviceAttr(device, KVM_DEV_ARM_VGIC_GRP_CTRL,
                       KVM_DEV_ARM_VGIC_CTRL_INIT, nullptr);
}

}  // namespace

absl::Status CreateGic(Vm& vm) {
  EB_RETURN_IF_ERROR(vm.CreateDevice(KVM_DEV_TYPE_ARM_VGIC_V3));
  const int gic = vm.device(KVM_DEV_TYPE_ARM_VGIC_V3);
  EB_RETURN_IF_ERROR(Place(gic, KVM_VGIC_V3_ADDR_TYPE_DIST, EB_GICD_GPA));
  EB_RETURN_IF_ERROR(Place(gic, KVM_VGIC_V3_ADDR_TYPE_REDIST, EB_GICR_GPA));
  EB_RETURN_IF_ERROR(vm.CreateDevice(KVM_DEV_TYPE_ARM_VGIC_ITS));
  return Place(vm.device(KVM_DEV_TYPE_ARM_VGIC_ITS), KVM_VGIC_ITS_ADDR_TYPE,
               EB_ITS_GPA);
}

absl::Status StartGic(const Vm& vm) {
  EB_RETURN_IF_ERROR(Init(vm.device(KVM_DEV_TYPE_ARM_VGIC_V3)));
  return Init(vm.device(KVM_DEV_TYPE_ARM_VGIC_ITS));
}

absl::Status StartPmu(const Vm& vm, const Vcpu& vcpu) {
  if (vm.device(KVM_DEV_TYPE_ARM_VGIC_V3) >= 0) {
    const int intid = EB_PMU_INTID;
    EB_RETURN_IF_ERROR(SetDeviceAttr(vcpu.fd(), KVM_ARM_VCPU_PMU_V3_CTRL,
                                     KVM_ARM_VCPU_PMU_V3_IRQ, &intid));
  }
  return SetDeviceAttr(vcpu.fd(), KVM_ARM_VCPU_PMU_V3_CTRL,
                       KVM_ARM_VCPU_PMU_V3_INIT, nullptr);
}

}  // namespace exitbench
