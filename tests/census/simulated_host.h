// Hosts that nobody here has, as exitbench would see them and as they are: for
// the census, which judges each row of the catalogue on all of them.
#ifndef EXITBENCH_TESTS_CENSUS_SIMULATED_HOST_H_
#define EXITBENCH_TESTS_CENSUS_SIMULATED_HOST_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"

namespace exitbench {

// The version of a kernel: 601 is Linux 6.1.
using KernelVersion = int;

// When what the census tells apart came to be.
inline constexpr KernelVersion kHasStatistics = 514;  // KVM_GET_STATS_FD.
// pf_taken, pf_mmio_spte_created and their kin: mmu_internal.h,
// kvm_mmu_do_page_fault.
inline constexpr KernelVersion kCountsFaultsTaken = 519;
// svm.c: init_vmcb sets INTERCEPT_IDLE_HLT.
inline constexpr KernelVersion kUsesIdleHlt = 615;

struct SimulatedHost {
  const char* name;
  const char* source;  // What says that there are such hosts.
  Backend runs;        // What handles the guest.
  KernelVersion kernel;
  // Of Feature: what the processor has, or, where that takes the kernel, what
  // the kernel uses of it.
  uint32_t has;
  // A container that does not show what tells the backend: /sys/module, on
  // arm64 /proc/interrupts.
  bool hides_modules = false;
  // VMX: an L1 may have to do without the two.
  bool has_msr_bitmap = true;
  bool virtualizes_apic_accesses = true;
  // The guest's counters are the processor's own, RDPMC does not exit.
  bool mediates_pmu = false;

  bool Has(uint32_t features) const { return (has & features) == features; }
  bool IsVmx() const { return (runs & kBackendVmx) != 0; }
  bool IsSvm() const { return (runs & kBackendSvm) != 0; }
  bool IsPvm() const { return runs == kBackendPvm; }
  bool IsHardware() const { return (runs & kHardware) != 0; }
  // VMX or SVM with shadow paging.
  bool IsHardwareShadow() const { return (runs & kHardwareShadow) != 0; }
  bool IsTwoDimensional() const { return (runs & kTwoDimensional) != 0; }
  bool UsesIdleHlt() const { return Has(kIdleHlt) && kernel >= kUsesIdleHlt; }
};

// What follows is the architecture's own.

// What DetectBackend() and DetectFeatures() would find there.
Backend DetectedBackend(const SimulatedHost& host);
FeatureSet DetectedFeatures(const SimulatedHost& host);

// Whether the host has what a case needs (HostNeeds in cases/case.h): the
// number of a capability and its name, or -1 and the name of what else it is.
bool Offers(const SimulatedHost& host, int capability, absl::string_view name);

// What the rows' hooks and probes find out: whether the case `name` runs there.
bool HooksAllow(absl::string_view name, const SimulatedHost& host);

absl::Span<const SimulatedHost> SimulatedHosts();

// Sets what is known of an emulated host of docs/hosts.md, by the kernel's
// module and paging in its results file. False if it is none of them.
bool SetEmulatedHost(absl::string_view kvm_backend, absl::string_view paging,
                     SimulatedHost& host);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_CENSUS_SIMULATED_HOST_H_
