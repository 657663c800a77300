#include "vmm/machine.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "vmm/arch_guest.h"

namespace exitbench {
namespace {

// Where a payload is entered and what it handles, out of its own header. The
// blob is ours, so a header that is wrong is a bug of ours.
struct LoadedPayload {
  uint64_t entry_gpa = 0;
  absl::Span<const PayloadHandler> handlers;
};

LoadedPayload Load(const GuestMemory& low, const BlobImage& payload) {
  PayloadHeader header;
  EB_CHECK(payload.bytes() >= sizeof(header));
  EB_CHECK(payload.bytes() <= EB_CODE_BYTES);
  std::memcpy(&header, payload.begin, sizeof(header));
  EB_CHECK(header.magic == EB_PAYLOAD_MAGIC);
  EB_CHECK(header.abi_version == EB_ABI_VERSION);
  EB_CHECK(sizeof(header) + header.handler_count * sizeof(PayloadHandler) <=
           payload.bytes());
  std::memcpy(low.At(EB_CODE_GPA, payload.bytes()), payload.begin,
              payload.bytes());
  return {
      header.entry_gpa,
      {reinterpret_cast<const PayloadHandler*>(payload.begin + sizeof(header)),
       header.handler_count}};
}

}  // namespace

Machine::~Machine() {
  case_state_.reset();
  vcpu_stats_.clear();
  vcpus_.clear();
  vm_stats_.reset();
  vm_.reset();
}

absl::StatusOr<Machine> Machine::Create(const Kvm& kvm, const VmShape& shape,
                                        GuestMode mode,
                                        const BlobImage& payload) {
  EB_CHECK(shape.vcpus >= 1 && shape.vcpus <= EB_MAX_VCPUS);
  Machine m;
  m.kvm_ = &kvm;
  m.shape_ = shape;
  m.mode_ = mode;

  const size_t low_bytes = EB_PAGE_TABLES_GPA + PageTableBytes(shape);
  EB_ASSIGN_OR_RETURN(GuestMemory low,
                      GuestMemory::Create(0, low_bytes, Backing::k4K));
  m.low_.emplace(std::move(low));
  LoadedPayload loaded;
  if (payload.begin != nullptr) loaded = Load(*m.low_, payload);
  m.entry_gpa_ = loaded.entry_gpa;
  m.tables_ = WriteTables(*m.low_, shape, loaded.handlers);

  EB_ASSIGN_OR_RETURN(Vm vm, Vm::Create(kvm));
  m.vm_.emplace(std::move(vm));
  EB_RETURN_IF_ERROR(CreateDevices(*m.vm_, shape));
  if (shape.dirty_ring_bytes > 0) {
    EB_RETURN_IF_ERROR(
        m.vm_->EnableCap(KVM_CAP_DIRTY_LOG_RING, shape.dirty_ring_bytes));
  }
  EB_RETURN_IF_ERROR(m.vm_->SetSlot(kLowSlot, 0, low_bytes, m.low_->host(), 0));
  if (shape.data_bytes > 0) {
    EB_ASSIGN_OR_RETURN(
        GuestMemory data,
        GuestMemory::Create(EB_DATA_GPA, shape.data_bytes, shape.data_backing));
    m.data_.emplace(std::move(data));
    if (shape.data_slot) {
      EB_RETURN_IF_ERROR(m.AddDataSlot(shape.data_flags));
    }
  }

  if (absl::StatusOr<KvmStats> stats = KvmStats::Open(m.vm_->fd());
      stats.ok()) {
    m.vm_stats_.emplace(*std::move(stats));
  } else if (!absl::IsUnimplemented(stats.status())) {
    return stats.status();
  }
  for (int i = 0; i < shape.vcpus; ++i) {
    EB_ASSIGN_OR_RETURN(Vcpu vcpu, Vcpu::Create(kvm, *m.vm_, i));
    EB_RETURN_IF_ERROR(InitVcpu(kvm, vcpu, i));
    if (m.vm_stats_.has_value()) {
      EB_ASSIGN_OR_RETURN(KvmStats stats, KvmStats::Open(vcpu.fd()));
      m.vcpu_stats_.push_back(std::move(stats));
    }
    m.vcpus_.push_back(std::move(vcpu));
    ParameterBlock& block = m.parameters(i);
    block = {};
    block.abi_version = EB_ABI_VERSION;
    block.cpu = static_cast<uint32_t>(i);
    block.stamps_gpa =
        EB_STAMPS_GPA + static_cast<uint64_t>(i) * EB_STAMPS_STRIDE;
    // Touched now, so that the first stamps meet no fault of the host's.
    std::memset(m.low_->At(block.stamps_gpa, EB_STAMPS_STRIDE), 0,
                EB_STAMPS_STRIDE);
    EB_RETURN_IF_ERROR(
        EnterPayload(m.vcpu(i), m.ModeOf(i), i, m.tables_, m.entry_gpa_));
  }
  return m;
}

absl::Status Machine::RemoveDataSlot() {
  return vm_->SetSlot(kDataSlot, data_->gpa(), 0, data_->host(), 0);
}

absl::Status Machine::AddDataSlot(uint32_t flags) {
  return vm_->SetSlot(kDataSlot, data_->gpa(), data_->bytes(), data_->host(),
                      flags);
}

ParameterBlock& Machine::parameters(int index) {
  uint8_t* at =
      low_->At(EB_PARAMS_GPA + static_cast<uint64_t>(index) * EB_PARAMS_STRIDE,
               sizeof(ParameterBlock));
  EB_CHECK(at != nullptr);
  return *reinterpret_cast<ParameterBlock*>(at);
}

const GuestStamp* Machine::stamps(int index) const {
  const uint8_t* at =
      low_->At(EB_STAMPS_GPA + static_cast<uint64_t>(index) * EB_STAMPS_STRIDE,
               EB_STAMPS_STRIDE);
  EB_CHECK(at != nullptr);
  return reinterpret_cast<const GuestStamp*>(at);
}

const KvmStats* Machine::vcpu_stats(int index) const {
  if (vcpu_stats_.empty()) return nullptr;
  return &vcpu_stats_[static_cast<size_t>(index)];
}

}  // namespace exitbench
