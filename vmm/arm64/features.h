// Detects the features of this host.
#ifndef EXITBENCH_VMM_ARM64_FEATURES_H_
#define EXITBENCH_VMM_ARM64_FEATURES_H_

#include "vmm/arm64/host_texts.h"
#include "vmm/host/feature_set.h"

namespace exitbench {

// Where features are read from.
struct FeatureSources {
  HostTexts texts;
  // What KVM_CHECK_EXTENSION answers.
  int pmu = 0;             // KVM_CAP_ARM_PMU_V3
  int nested = 0;          // KVM_CAP_ARM_EL2
  int counter_offset = 0;  // KVM_CAP_COUNTER_OFFSET
};

// Reads the sources of this host. `kvm_fd` is the descriptor of /dev/kvm.
FeatureSources ThisHost(int kvm_fd);

// Returns the features that `sources` show.
FeatureSet DetectFeatures(const FeatureSources& sources);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_FEATURES_H_
