#include "vmm/x86_64/features.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

enum class Presence { kNo, kYes, kUnknown };

Presence YesIf(bool yes) { return yes ? Presence::kYes : Presence::kNo; }

// Reads a boolean or numeric parameter of a module. Returns `absent` where this
// kernel has no such parameter.
Presence Parameter(const FeatureSources& s, absl::string_view module,
                   absl::string_view name, Presence absent) {
  std::ifstream file(
      absl::StrCat(s.sys_module, "/", module, "/parameters/", name));
  std::string value;
  if (!(file >> value)) return absent;
  return YesIf(value != "N" && value != "0");
}

bool HasFlag(const FeatureSources& s, absl::string_view flag) {
  for (absl::string_view word : absl::StrSplit(s.cpu_flags, ' ')) {
    if (word == flag) return true;
  }
  return false;
}

bool SvmBit(const FeatureSources& s, int bit) {
  return s.cpuid.svm_features >> bit & 1;
}

bool OnVmx(const FeatureSources& s) { return s.backend.module == "kvm_intel"; }
bool OnSvm(const FeatureSources& s) { return s.backend.module == "kvm_amd"; }

// Detects a feature of VMX by the parameter that turns it off. A kernel without
// the parameter does not know the feature.
Presence Vmx(const FeatureSources& s, absl::string_view parameter) {
  if (!OnVmx(s)) return Presence::kNo;
  return Parameter(s, "kvm_intel", parameter, Presence::kNo);
}
Presence Svm(const FeatureSources& s, absl::string_view parameter) {
  if (!OnSvm(s)) return Presence::kNo;
  return Parameter(s, "kvm_amd", parameter, Presence::kNo);
}

Presence Flag(const FeatureSources& s, absl::string_view flag) {
  return s.cpu_flags.empty() ? Presence::kUnknown : YesIf(HasFlag(s, flag));
}

Presence CpuidFaulting(const FeatureSources& s) {
  return Flag(s, "cpuid_fault");
}
Presence Umip(const FeatureSources& s) { return Flag(s, "umip"); }
Presence Apicv(const FeatureSources& s) { return Vmx(s, "enable_apicv"); }
Presence Avic(const FeatureSources& s) { return Svm(s, "avic"); }
Presence X2avic(const FeatureSources& s) {
  return SvmBit(s, 18) ? Avic(s) : Presence::kNo;
}
Presence IpiVirtualization(const FeatureSources& s) {
  if (!OnSvm(s)) return Vmx(s, "enable_ipiv");
  // Kernels without the parameter (before 6.16) always had it with AVIC.
  return Avic(s) == Presence::kYes
             ? Parameter(s, "kvm_amd", "enable_ipiv", Presence::kYes)
             : Presence::kNo;
}
Presence Pml(const FeatureSources& s) { return Vmx(s, "pml"); }
Presence SecondLevelAccessed(const FeatureSources& s) {
  if (!s.backend.two_dimensional_paging) return Presence::kNo;
  return OnSvm(s) ? Presence::kYes : Vmx(s, "eptad");
}
Presence Nrips(const FeatureSources& s) {
  // The parameter came with Linux 5.3; before, the bit alone decided.
  if (!OnSvm(s) || !SvmBit(s, 3)) return Presence::kNo;
  return Parameter(s, "kvm_amd", "nrips", Presence::kYes);
}
Presence VirtualNmi(const FeatureSources& s) {
  if (OnVmx(s)) return Parameter(s, "kvm_intel", "vnmi", Presence::kUnknown);
  return Svm(s, "vnmi");
}
Presence VirtualGif(const FeatureSources& s) { return Svm(s, "vgif"); }
// KVM uses it since Linux 6.15, and does not show whether it does.
Presence IdleHlt(const FeatureSources& s) {
  if (!OnSvm(s) || !SvmBit(s, 30)) return Presence::kNo;
  return Presence::kUnknown;
}
Presence PauseLoopExits(const FeatureSources& s) {
  if (OnVmx(s)) return Vmx(s, "ple_gap");
  return Svm(s, "pause_filter_count");
}
Presence PreemptionTimer(const FeatureSources& s) {
  return Vmx(s, "preemption_timer");
}
// Kernels without the parameter (before 5.19) cached wherever they could.
Presence MmioCaching(const FeatureSources& s) {
  return Parameter(s, "kvm", "mmio_caching", Presence::kUnknown);
}
Presence GuestPmu(const FeatureSources& s) {
  return Parameter(s, "kvm", "enable_pmu", Presence::kUnknown);
}
Presence ShadowVmcs(const FeatureSources& s) {
  return Vmx(s, "enable_shadow_vmcs");
}
Presence VirtualVmload(const FeatureSources& s) { return Svm(s, "vls"); }
Presence Nested(const FeatureSources& s) {
  return YesIf(!s.hypervisor.empty());
}

struct Known {
  FeatureName name;
  Presence (*detect)(const FeatureSources&);
  // Detected by parameters of a module, which a container may not show.
  bool by_module;
};

constexpr Known kKnown[] = {
    {{kCpuidFaulting, "cpuid_faulting"}, CpuidFaulting, false},
    {{kUmip, "umip"}, Umip, false},
    {{kApicv, "apicv"}, Apicv, true},
    {{kAvic, "avic"}, Avic, true},
    {{kX2avic, "x2avic"}, X2avic, true},
    {{kIpiVirtualization, "ipi_virtualization"}, IpiVirtualization, true},
    {{kPml, "pml"}, Pml, true},
    {{kSecondLevelAccessed, "second_level_accessed_bits"},
     SecondLevelAccessed,
     true},
    {{kNrips, "nrips"}, Nrips, true},
    {{kVirtualNmi, "virtual_nmi"}, VirtualNmi, true},
    {{kVirtualGif, "virtual_gif"}, VirtualGif, true},
    {{kIdleHlt, "idle_hlt"}, IdleHlt, true},
    {{kPauseLoopExits, "pause_loop_exits"}, PauseLoopExits, true},
    {{kPreemptionTimer, "preemption_timer"}, PreemptionTimer, true},
    {{kMmioCaching, "mmio_caching"}, MmioCaching, true},
    {{kGuestPmu, "guest_pmu"}, GuestPmu, true},
    {{kNested, "nested"}, Nested, false},
    {{kShadowVmcs, "shadow_vmcs"}, ShadowVmcs, true},
    {{kVirtualVmload, "virtual_vmload"}, VirtualVmload, true},
};

std::string CpuFlags() {
  std::ifstream file("/proc/cpuinfo");
  std::string line, flags;
  // The flags of the first processor stand for all.
  while (std::getline(file, line) && !line.empty()) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (absl::StartsWith(parts.first, "flags") ||
        absl::StartsWith(parts.first, "vmx flags")) {
      absl::StrAppend(&flags, parts.second);
    }
  }
  return flags;
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

FeatureSources ThisHost(const BackendInfo& backend) {
  return {.backend = backend,
          .cpuid = ReadHostCpuid(),
          .cpu_flags = CpuFlags(),
          .hypervisor = HypervisorSignature()};
}

FeatureSet DetectFeatures(const FeatureSources& sources) {
  FeatureSet set;
  for (const Known& known : kKnown) {
    const Presence presence =
        known.by_module && sources.backend.backend == kBackendUnknown
            ? Presence::kUnknown
            : known.detect(sources);
    if (presence == Presence::kYes) set.present |= known.name.feature;
    if (presence == Presence::kUnknown) set.unknown |= known.name.feature;
  }
  return set;
}

}  // namespace exitbench
