#include "vmm/backend.h"

#include <sys/stat.h>

#include <fstream>

namespace exitbench {
namespace {

bool IsFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool IsOn(const std::string& path) {
  std::ifstream file(path);
  char first = 0;
  file >> first;
  return first == 'Y' || first == '1';
}

}  // namespace

absl::string_view BackendInfo::paging() const {
  if (!two_dimensional_paging) return "shadow";
  return backend == kBackendSvm ? "npt" : "ept";
}

BackendInfo DetectBackend(const std::string& sys_module) {
  struct Known {
    const char* module;
    Backend backend;
    const char* paging_parameter;
  };
  constexpr Known kKnown[] = {
      {"kvm_intel", kBackendVmx, "/parameters/ept"},
      {"kvm_amd", kBackendSvm, "/parameters/npt"},
      {"kvm_pvm", kBackendPvm, nullptr},
  };
  BackendInfo info;
  info.module = "unknown";
  for (const Known& known : kKnown) {
    const std::string folder = sys_module + "/" + known.module;
    if (!IsFolder(folder)) continue;
    info.backend = known.backend;
    info.module = known.module;
    info.two_dimensional_paging = known.paging_parameter != nullptr &&
                                  IsOn(folder + known.paging_parameter);
    break;
  }
  return info;
}

}  // namespace exitbench
