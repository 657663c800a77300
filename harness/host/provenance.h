// The facts about this host that figures depend on. Reading them changes
// nothing. A fact that the host does not show is recorded as "absent".
#ifndef EXITBENCH_HARNESS_HOST_PROVENANCE_H_
#define EXITBENCH_HARNESS_HOST_PROVENANCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Reads the facts that stay the same until the next boot. Makes a VM meanwhile,
// because kernels say more while there is one. `root` is put before all paths.
// It is empty except in tests.
Host HostFacts(const Kvm& kvm, const std::string& root = "");

// Returns the compiler in `version`, the text of /proc/version:
// "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0". "absent" if there is none.
std::string CompilerOf(absl::string_view version);

// Reads the facts that may change between sessions: load, pressure, uptime,
// and the process's control group (harness/host/cgroup.h).
std::vector<Fact> SessionFacts(const std::string& root = "");
// Reads the kernel's identifier of this boot.
std::string BootId(const std::string& root = "");

// Returns the frequency of the host's clock in kHz, as the kernel reports it of
// a fresh vCPU. Where it reports none, the clock is measured for 50 ms against
// CLOCK_MONOTONIC_RAW.
absl::StatusOr<double> HostClockKhz(const Kvm& kvm);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_PROVENANCE_H_
