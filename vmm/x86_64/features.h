// Detects the features of this host.
#ifndef EXITBENCH_VMM_X86_64_FEATURES_H_
#define EXITBENCH_VMM_X86_64_FEATURES_H_

#include <cstdint>
#include <string>

#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"
#include "vmm/x86_64/host_cpuid.h"

namespace exitbench {

// Where features are read from.
struct FeatureSources {
  BackendInfo backend;
  HostCpuid cpuid;
  // The lines "flags" and "vmx flags" of /proc/cpuinfo.
  std::string cpu_flags;
  std::string hypervisor;  // What HypervisorSignature() returns.
  std::string sys_module = "/sys/module";
};

// Reads the sources of this host, whose backend is `backend`.
FeatureSources ThisHost(const BackendInfo& backend);

// Returns the features that `sources` show.
FeatureSet DetectFeatures(const FeatureSources& sources);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_FEATURES_H_
