#include "vmm/kvm.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "vmm/x86_64/host_cpuid.h"

namespace exitbench {
namespace {

absl::StatusOr<std::vector<kvm_cpuid_entry2>> SupportedCpuid(int fd) {
  for (uint32_t entries = 128; entries <= 4096; entries *= 2) {
    std::vector<uint8_t> buffer(sizeof(kvm_cpuid2) +
                                entries * sizeof(kvm_cpuid_entry2));
    auto* cpuid = reinterpret_cast<kvm_cpuid2*>(buffer.data());
    cpuid->nent = entries;
    absl::StatusOr<int> result = EB_IOCTL(fd, KVM_GET_SUPPORTED_CPUID, cpuid,
                                          absl::StrCat("nent ", entries));
    if (!result.ok() && errno == E2BIG) continue;
    EB_RETURN_IF_ERROR(result.status());
    const auto* first = reinterpret_cast<const kvm_cpuid_entry2*>(
        buffer.data() + sizeof(kvm_cpuid2));
    return std::vector<kvm_cpuid_entry2>(first, first + cpuid->nent);
  }
  return absl::InternalError("KVM_GET_SUPPORTED_CPUID wants over 4096 entries");
}

absl::Status CannotOpen(const std::string& path) {
  switch (errno) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
      return absl::NotFoundError(absl::StrCat(
          "no ", path,
          ": load kvm_intel or kvm_amd, enable virtualization in the firmware, "
          "or hand the device into this container"));
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(
          absl::StrCat("no permission to open ", path,
                       ": add this user to the group kvm, or run as root"));
    default:
      return absl::ErrnoToStatus(errno, absl::StrCat("can't open ", path));
  }
}

}  // namespace

absl::StatusOr<Kvm> Kvm::Open(const std::string& path) {
  Kvm kvm;
  kvm.fd_ = UniqueFd(sys::Open(path.c_str(), O_RDWR));
  if (!kvm.fd_.valid()) return CannotOpen(path);
  const int fd = kvm.fd_.get();
  absl::StatusOr<int> version = EB_IOCTL(fd, KVM_GET_API_VERSION, 0, "");
  if (!version.ok() || *version != KVM_API_VERSION) {
    return absl::UnimplementedError(absl::StrCat(
        path, " is no KVM device of API version ", KVM_API_VERSION, ": ",
        version.ok() ? absl::StrCat("version ", *version)
                     : std::string(version.status().message())));
  }
  EB_ASSIGN_OR_RETURN(int run_bytes,
                      EB_IOCTL(fd, KVM_GET_VCPU_MMAP_SIZE, 0, ""));
  kvm.run_bytes_ = static_cast<size_t>(run_bytes);
  if (kvm.run_bytes_ < sizeof(kvm_run)) {
    return absl::UnimplementedError(
        absl::StrCat("KVM_GET_VCPU_MMAP_SIZE: ", run_bytes,
                     " is less than a kvm_run of ", sizeof(kvm_run)));
  }
  EB_ASSIGN_OR_RETURN(kvm.cpuid_, SupportedCpuid(fd));
  kvm.backend_ = DetectBackend(ReadHostCpuid());
  kvm.features_ = DetectFeatures(ThisHost(kvm.backend_));
  return kvm;
}

int Kvm::Extension(int capability) const {
  const int result =
      sys::Ioctl(fd_.get(), "KVM_CHECK_EXTENSION", KVM_CHECK_EXTENSION,
                 static_cast<unsigned long>(capability));
  return result < 0 ? 0 : result;
}

absl::StatusOr<UniqueFd> Kvm::CreateVmFd() const {
  // It does not begin while a signal is pending (mm_take_all_locks()).
  constexpr int kMostTries = 20;
  for (int tries = 1;; ++tries) {
    absl::StatusOr<int> fd = EB_IOCTL(fd_.get(), KVM_CREATE_VM, 0, "type 0");
    if (fd.ok()) return UniqueFd(*fd);
    if (errno != EINTR || tries == kMostTries) return fd.status();
  }
}

bool Kvm::GuestHasCpuidBit(uint32_t function, int reg, int bit) const {
  for (const kvm_cpuid_entry2& entry : cpuid_) {
    if (entry.function != function || entry.index != 0) continue;
    const uint32_t registers[] = {entry.eax, entry.ebx, entry.ecx, entry.edx};
    return (registers[reg] >> bit) & 1;
  }
  return false;
}

}  // namespace exitbench
