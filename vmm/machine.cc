#include "vmm/machine.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "vmm/arch_guest.h"
#include "vmm/guest_clock.h"

namespace exitbench {
namespace {

// Where a payload is entered and which exceptions it handles, by its header.
// The blob is part of this binary, so a wrong header is a bug of ours.
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
  idle_vcpus_.clear();
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
  EB_RETURN_IF_ERROR(m.FillLowMemory(payload));
  EB_RETURN_IF_ERROR(m.CreateVm());
  for (int i = 0; i < shape.vcpus; ++i) EB_RETURN_IF_ERROR(m.AddVcpu(i));
  EB_RETURN_IF_ERROR(m.AddIdleVcpus());
  EB_RETURN_IF_ERROR(StartDevices(*m.vm_, shape, m.vcpus_));
  return m;
}

absl::Status Machine::FillLowMemory(const BlobImage& payload) {
  EB_ASSIGN_OR_RETURN(
      GuestMemory low,
      GuestMemory::Create(
          0, WholeHostPages(EB_PAGE_TABLES_GPA + PageTableBytes(shape_)),
          Backing::k4K));
  low_.emplace(std::move(low));
  LoadedPayload loaded;
  if (payload.begin != nullptr) loaded = Load(*low_, payload);
  entry_gpa_ = loaded.entry_gpa;
  tables_ = WriteTables(*low_, shape_, loaded.handlers);
  return absl::OkStatus();
}

absl::Status Machine::CreateVm() {
  EB_ASSIGN_OR_RETURN(Vm vm, Vm::Create(*kvm_));
  vm_.emplace(std::move(vm));
  EB_RETURN_IF_ERROR(CreateDevices(*vm_, shape_));
  if (shape_.dirty_ring_bytes > 0) {
    // The first is for processors that keep stores in order.
    const uint32_t ring = kvm_->Extension(KVM_CAP_DIRTY_LOG_RING) > 0
                              ? KVM_CAP_DIRTY_LOG_RING
                              : KVM_CAP_DIRTY_LOG_RING_ACQ_REL;
    EB_RETURN_IF_ERROR(vm_->EnableCap(ring, shape_.dirty_ring_bytes));
  }
  EB_RETURN_IF_ERROR(vm_->SetSlot(kLowSlot, 0, low_->bytes(), low_->host(), 0));
  if (shape_.data_bytes > 0) {
    EB_RETURN_IF_ERROR(MapData());
    if (shape_.data_slot) EB_RETURN_IF_ERROR(AddDataSlot(shape_.data_flags));
  }
  EB_RETURN_IF_ERROR(AddIdleSlots());
  absl::StatusOr<KvmStats> stats = KvmStats::Open(vm_->fd());
  if (absl::IsUnimplemented(stats.status())) return absl::OkStatus();
  EB_RETURN_IF_ERROR(stats.status());
  vm_stats_.emplace(*std::move(stats));
  return absl::OkStatus();
}

absl::Status Machine::MapData() {
  EB_RETURN_IF_ERROR(CanBack(*kvm_, shape_));
  const uint64_t bytes = WholeHostPages(shape_.data_bytes);
  if (shape_.data_source != MemorySource::kGuestMemfd) {
    EB_ASSIGN_OR_RETURN(
        GuestMemory data,
        GuestMemory::Create(EB_DATA_GPA, bytes, shape_.data_backing,
                            shape_.data_source));
    data_.emplace(std::move(data));
    return absl::OkStatus();
  }
  EB_ASSIGN_OR_RETURN(UniqueFd fd, vm_->CreateGuestMemfd(bytes));
  EB_ASSIGN_OR_RETURN(GuestMemory data, GuestMemory::OfGuestMemfd(
                                            EB_DATA_GPA, bytes, std::move(fd)));
  data_.emplace(std::move(data));
  return absl::OkStatus();
}

absl::Status Machine::CanBack(const Kvm& kvm, const VmShape& shape) {
  switch (shape.data_source) {
    case MemorySource::kAnon:
    case MemorySource::kFile:
      return absl::OkStatus();
    case MemorySource::kMemfd:
    case MemorySource::kShmem:
      return shape.data_backing == Backing::kThp ? CheckShmemHugePages()
                                                 : absl::OkStatus();
    case MemorySource::kGuestMemfd:
      break;
  }
  constexpr int kFlags = GUEST_MEMFD_FLAG_MMAP | GUEST_MEMFD_FLAG_INIT_SHARED;
  if (kvm.Extension(KVM_CAP_GUEST_MEMFD) == 0) {
    return absl::UnimplementedError(
        "needs KVM_CAP_GUEST_MEMFD (Linux 6.8), and its mmap (Linux 6.18)");
  }
  if ((kvm.Extension(KVM_CAP_GUEST_MEMFD_FLAGS) & kFlags) != kFlags) {
    return absl::UnimplementedError(
        "needs GUEST_MEMFD_FLAG_MMAP and GUEST_MEMFD_FLAG_INIT_SHARED of "
        "KVM_CAP_GUEST_MEMFD_FLAGS (Linux 6.18)");
  }
  if (shape.data_flags & KVM_MEM_LOG_DIRTY_PAGES) {
    return absl::UnimplementedError("KVM keeps no dirty log of a guest_memfd");
  }
  return absl::OkStatus();
}

absl::Status Machine::AddVcpu(int index) {
  EB_ASSIGN_OR_RETURN(Vcpu vcpu, Vcpu::Create(*kvm_, *vm_, index));
  if (const uint32_t khz = shape_.configuration.tsc_khz; khz > 0) {
    EB_ASSIGN_OR_RETURN(const int64_t host_khz, GuestClockKhz(vcpu));
    host_ticks_ = HostTicksPerGuestTick(host_khz, khz);
  }
  EB_RETURN_IF_ERROR(InitVcpu(*kvm_, *vm_, shape_, vcpu, index));
  if (vm_stats_.has_value()) {
    EB_ASSIGN_OR_RETURN(KvmStats stats, KvmStats::Open(vcpu.fd()));
    vcpu_stats_.push_back(std::move(stats));
  }
  vcpus_.push_back(std::move(vcpu));
  ParameterBlock& block = parameters(index);
  block = {};
  block.abi_version = EB_ABI_VERSION;
  block.cpu = static_cast<uint32_t>(index);
  block.stamps_gpa =
      EB_STAMPS_GPA + static_cast<uint64_t>(index) * EB_STAMPS_STRIDE;
  // Touched now, so that the first stamps cause no fault on the host.
  std::memset(low_->At(block.stamps_gpa, EB_STAMPS_STRIDE), 0,
              EB_STAMPS_STRIDE);
  return EnterPayload(this->vcpu(index), ModeOf(index), index, tables_,
                      entry_gpa_);
}

absl::Status Machine::AddIdleVcpus() {
  const int wanted = static_cast<int>(shape_.configuration.vcpus);
  for (int i = shape_.vcpus; i < wanted; ++i) {
    EB_ASSIGN_OR_RETURN(Vcpu vcpu, Vcpu::Create(*kvm_, *vm_, i));
    EB_RETURN_IF_ERROR(InitVcpu(*kvm_, *vm_, shape_, vcpu, i));
    idle_vcpus_.push_back(std::move(vcpu));
  }
  return absl::OkStatus();
}

absl::Status Machine::AddIdleSlots() {
  // Above all that guests map. Slots next to each other would be one to them.
  constexpr uint64_t kIdleGpa = 1ull << 32;
  const uint32_t wanted = shape_.configuration.slots;
  const uint32_t own = shape_.data_bytes > 0 ? 2 : 1;
  if (wanted <= own) return absl::OkStatus();
  EB_ASSIGN_OR_RETURN(
      GuestMemory page,
      GuestMemory::Create(kIdleGpa, WholeHostPages(1), Backing::k4K));
  idle_.emplace(std::move(page));
  // Cases that add slots of their own count from the lowest number.
  const uint32_t last =
      static_cast<uint32_t>(kvm_->Extension(KVM_CAP_NR_MEMSLOTS)) - 1;
  for (uint32_t i = 0; i < wanted - own; ++i) {
    EB_RETURN_IF_ERROR(vm_->SetSlot(last - i, kIdleGpa + 2 * i * idle_->bytes(),
                                    idle_->bytes(), idle_->host(), 0));
  }
  return absl::OkStatus();
}

absl::Status Machine::RemoveDataSlot() {
  return vm_->SetSlot(kDataSlot, data_->gpa(), 0, data_->host(), 0);
}

absl::Status Machine::AddDataSlot(uint32_t flags) {
  if (data_->source() == MemorySource::kGuestMemfd) {
    return vm_->SetGuestMemfdSlot(kDataSlot, data_->gpa(), data_->bytes(),
                                  data_->host(), flags, data_->fd());
  }
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
