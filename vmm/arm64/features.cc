#include "vmm/arm64/features.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/sys.h"
#include "vmm/arch_host.h"
#include "vmm/arm64/arm_uapi.h"

namespace exitbench {
namespace {

enum class Presence { kNo, kYes, kUnknown };

Presence YesIf(bool yes) { return yes ? Presence::kYes : Presence::kNo; }

// Detects a feature of the processor by its word in /proc/cpuinfo
// (Documentation/arch/arm64/elf_hwcaps.rst).
Presence Hwcap(const FeatureSources& s, absl::string_view word) {
  if (s.texts.cpu_features.empty()) return Presence::kUnknown;
  for (absl::string_view have : absl::StrSplit(s.texts.cpu_features, ' ')) {
    if (have == word) return Presence::kYes;
  }
  return Presence::kNo;
}

Presence Ecv(const FeatureSources& s) { return Hwcap(s, "ecv"); }
Presence Sve(const FeatureSources& s) { return Hwcap(s, "sve"); }
Presence Mte(const FeatureSources& s) { return Hwcap(s, "mte"); }
Presence Gicv3(const FeatureSources& s) {
  if (absl::StrContains(s.texts.interrupts, "GICv3")) return Presence::kYes;
  return absl::StrContains(s.texts.interrupts, "GICv2") ? Presence::kNo
                                                        : Presence::kUnknown;
}
// It is off unless asked for. Whether the controller is one nothing shows.
Presence Gicv4(const FeatureSources& s) {
  const std::string asked =
      KernelParameter(s.texts.command_line, "kvm-arm.vgic_v4_enable");
  return asked == "1" || asked == "y" || asked == "Y" || asked == "on"
             ? Presence::kUnknown
             : Presence::kNo;
}
Presence GuestPmu(const FeatureSources& s) { return YesIf(s.pmu > 0); }
Presence NestedVirt(const FeatureSources& s) { return YesIf(s.nested > 0); }
Presence CounterOffset(const FeatureSources& s) {
  return YesIf(s.counter_offset > 0);
}
Presence Nested(const FeatureSources& s) {
  return YesIf(!HypervisorName(s.texts).empty());
}
// The processor sets accessed bits of stage 2 if it can (FEAT_HAFDBS, Linux
// arch/arm64/kvm/hyp/pgtable.c), but no process may read whether it can.
Presence SecondLevelAccessed(const FeatureSources&) {
  return Presence::kUnknown;
}

struct Known {
  FeatureName name;
  Presence (*detect)(const FeatureSources&);
};

constexpr Known kKnown[] = {
    {{kSecondLevelAccessed, "second_level_accessed_bits"}, SecondLevelAccessed},
    {{kGuestPmu, "guest_pmu"}, GuestPmu},
    {{kNested, "nested"}, Nested},
    {{kArmEcv, "ecv"}, Ecv},
    {{kArmGicv3, "gicv3"}, Gicv3},
    {{kArmGicv4, "gicv4"}, Gicv4},
    {{kArmSve, "sve"}, Sve},
    {{kArmMte, "mte"}, Mte},
    {{kArmNestedVirt, "nested_virt"}, NestedVirt},
    {{kArmCounterOffset, "counter_offset"}, CounterOffset},
};

int Extension(int kvm_fd, unsigned long capability) {
  return sys::Ioctl(kvm_fd, "KVM_CHECK_EXTENSION", KVM_CHECK_EXTENSION,
                    capability);
}

}  // namespace

absl::Span<const FeatureName> AllFeatures() {
  static const auto* const names = [] {
    auto* all = new std::vector<FeatureName>;
    for (const Known& known : kKnown) all->push_back(known.name);
    return all;
  }();
  return *names;
}

FeatureSources ThisHost(int kvm_fd) {
  return {.texts = ReadHostTexts(),
          .pmu = Extension(kvm_fd, KVM_CAP_ARM_PMU_V3),
          .nested = Extension(kvm_fd, KVM_CAP_ARM_EL2),
          .counter_offset = Extension(kvm_fd, KVM_CAP_COUNTER_OFFSET)};
}

FeatureSet DetectFeatures(const FeatureSources& sources) {
  FeatureSet set;
  for (const Known& known : kKnown) {
    const Presence presence = known.detect(sources);
    if (presence == Presence::kYes) set.present |= known.name.feature;
    if (presence == Presence::kUnknown) set.unknown |= known.name.feature;
  }
  return set;
}

}  // namespace exitbench
