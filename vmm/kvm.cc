#include "vmm/kvm.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

absl::Status CannotOpen(const std::string& path) {
  switch (errno) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
      return absl::NotFoundError(
          absl::StrCat("no ", path, ": ", NoKvmAdvice(),
                       ", or hand the device into this container"));
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
  EB_ASSIGN_OR_RETURN(kvm.arch_, ReadArchKvm(fd));
  kvm.backend_ = HostBackend();
  kvm.features_ = HostFeatures(kvm.backend_, fd);
  return kvm;
}

int Kvm::Extension(int capability) const {
  const int result =
      sys::Ioctl(fd_.get(), "KVM_CHECK_EXTENSION", KVM_CHECK_EXTENSION,
                 static_cast<unsigned long>(capability));
  return result < 0 ? 0 : result;
}

absl::StatusOr<UniqueFd> Kvm::CreateVmFd() const {
  const unsigned long type = VmType(*arch_);
  // The kernel refuses while a signal is pending (mm_take_all_locks()).
  constexpr int kMostTries = 20;
  for (int tries = 1;; ++tries) {
    absl::StatusOr<int> fd =
        EB_IOCTL(fd_.get(), KVM_CREATE_VM, type, absl::StrCat("type ", type));
    if (fd.ok()) return UniqueFd(*fd);
    if (errno != EINTR || tries == kMostTries) return fd.status();
  }
}

}  // namespace exitbench
