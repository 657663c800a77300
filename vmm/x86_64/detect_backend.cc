#include "vmm/x86_64/detect_backend.h"

#include <sys/stat.h>

#include <fstream>
#include <vector>

namespace exitbench {
namespace {

bool IsFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool IsFile(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool IsOn(const std::string& path) {
  std::ifstream file(path);
  char first = 0;
  file >> first;
  return first == 'Y' || first == '1';
}

}  // namespace

BackendInfo DetectBackend(const HostCpuid& cpuid,
                          const std::string& sys_module) {
  struct Known {
    const char* module;
    bool can_run;
    Backend two_dimensional;
    Backend shadow;
    const char* paging_parameter;
  };
  // The bit decides and not the vendor: Zhaoxin's and Centaur's processors have
  // VMX too.
  const Known known[] = {
      {"kvm_intel", cpuid.vmx, kBackendVmxEpt, kBackendVmxShadow,
       "/parameters/ept"},
      {"kvm_amd", cpuid.svm, kBackendSvmNpt, kBackendSvmShadow,
       "/parameters/npt"},
      {"kvm_pvm", true, kBackendPvm, kBackendPvm, nullptr},
  };
  std::vector<const Known*> there, loaded, able;
  for (const Known& k : known) {
    const std::string folder = sys_module + "/" + k.module;
    if (!IsFolder(folder)) continue;
    there.push_back(&k);
    // A module that was loaded has a state. One that is built in has none.
    if (IsFile(folder + "/initstate")) loaded.push_back(&k);
    if (k.can_run) able.push_back(&k);
  }
  BackendInfo info;
  info.module = "unknown";
  if (there.empty() && !cpuid.vmx && !cpuid.svm) {
    info.module = "kvm_pvm";
    info.backend = kBackendPvm;
    return info;
  }
  // A single module runs even if the hypervisor of this host hides the CPUID
  // bit.
  const std::vector<const Known*>& running = loaded.size() == 1  ? loaded
                                             : there.size() == 1 ? there
                                                                 : able;
  if (running.size() != 1) return info;
  const Known& one = *running[0];
  info.module = one.module;
  info.two_dimensional_paging =
      one.paging_parameter != nullptr &&
      IsOn(sys_module + "/" + one.module + one.paging_parameter);
  info.backend = info.two_dimensional_paging ? one.two_dimensional : one.shadow;
  return info;
}

}  // namespace exitbench
