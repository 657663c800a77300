// A VM that is ready to run one payload.
#ifndef EXITBENCH_VMM_MACHINE_H_
#define EXITBENCH_VMM_MACHINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <typeinfo>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/check.h"
#include "guest_blobs/abi.h"
#include "guest_blobs/blob.h"
#include "vmm/guest_memory.h"
#include "vmm/guest_mode.h"
#include "vmm/kvm.h"
#include "vmm/kvm_stats.h"
#include "vmm/vcpu.h"
#include "vmm/vm.h"
#include "vmm/vm_shape.h"

namespace exitbench {

// Owns the VM, its vCPUs and its memory.
class Machine {
 public:
  // Makes a VM of `shape` with `payload` loaded and all vCPUs at its entry.
  // `payload` may be empty (begin is null): then the vCPUs have nothing to run.
  // `kvm` outlives the machine.
  static absl::StatusOr<Machine> Create(const Kvm& kvm, const VmShape& shape,
                                        GuestMode mode,
                                        const BlobImage& payload);

  // Returns kUnimplemented, naming what is missing, where this host can't back
  // case memory as `shape` says.
  static absl::Status CanBack(const Kvm& kvm, const VmShape& shape);

  Machine(Machine&&) = default;
  Machine& operator=(Machine&&) = delete;
  // Destroys the vCPUs, then the VM, then the memory.
  ~Machine();

  static constexpr uint32_t kLowSlot = 0;
  static constexpr uint32_t kDataSlot = 1;

  // Remove the slot of case memory, and add it with `flags` (KVM_MEM_*).
  absl::Status RemoveDataSlot();
  absl::Status AddDataSlot(uint32_t flags);

  // Returns what the hooks of a case keep about this VM, as an eventfd. It is
  // made on first use, is always of the same type, and is destroyed before the
  // VM.
  template <typename T>
  T& case_state() {
    if (case_state_ == nullptr) {
      case_state_ = std::make_shared<T>();
      case_state_type_ = &typeid(T);
    }
    EB_CHECK(*case_state_type_ == typeid(T));
    return *static_cast<T*>(case_state_.get());
  }

  // The parameter block of vCPU `index`, in guest memory. Its OUT fields are
  // whatever the guest wrote: copy the block once, then check the copy.
  ParameterBlock& parameters(int index);
  // The EB_MAX_STAMPS stamps of vCPU `index`, written by the guest.
  const GuestStamp* stamps(int index) const;

  const Kvm& kvm() const { return *kvm_; }
  Vm& vm() { return *vm_; }
  Vcpu& vcpu(int index = 0) { return vcpus_[static_cast<size_t>(index)]; }
  int vcpus() const { return static_cast<int>(vcpus_.size()); }
  // The mode of vCPU 0, and that of any vCPU.
  GuestMode mode() const { return mode_; }
  GuestMode ModeOf(int index) const {
    return index == 0 ? mode_ : shape_.secondary_mode.value_or(mode_);
  }
  const VmShape& shape() const { return shape_; }
  // How many ticks of the host's clock one of the guest's takes: 1, unless KVM
  // scales it to the frequency that the user configured.
  double host_ticks_per_guest_tick() const { return host_ticks_; }
  // The memory of slot 0, with the payload and all tables.
  GuestMemory& low() { return *low_; }
  // Case memory. Only where the shape has any.
  GuestMemory& data() { return *data_; }

  // The kernel's counters, opened by Create(). Null before Linux 5.14.
  const KvmStats* vcpu_stats(int index = 0) const;
  const KvmStats* vm_stats() const {
    return vm_stats_.has_value() ? &*vm_stats_ : nullptr;
  }

 private:
  Machine() = default;

  // The parts of Create(), in this order.
  absl::Status FillLowMemory(const BlobImage& payload);
  absl::Status CreateVm();
  absl::Status MapData();
  absl::Status AddVcpu(int index);
  // Make the vCPUs and the slots that the user wants besides the case's.
  absl::Status AddIdleVcpus();
  absl::Status AddIdleSlots();

  const Kvm* kvm_ = nullptr;
  VmShape shape_;
  GuestMode mode_ = kKernelMode;
  uint64_t tables_ = 0;     // What WriteTables() returned.
  uint64_t entry_gpa_ = 0;  // The payload's; 0 if there is none.
  std::optional<GuestMemory> low_;
  std::optional<GuestMemory> data_;
  std::optional<GuestMemory> idle_;  // A page, which all idle slots share.
  double host_ticks_ = 1;
  std::optional<Vm> vm_;
  std::vector<Vcpu> vcpus_;
  std::vector<Vcpu> idle_vcpus_;
  std::vector<KvmStats> vcpu_stats_;
  std::optional<KvmStats> vm_stats_;
  std::shared_ptr<void> case_state_;
  const std::type_info* case_state_type_ = nullptr;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_MACHINE_H_
