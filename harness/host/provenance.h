// The facts about this host that a figure depends on. Read only; what the host
// does not say is recorded as "absent".
#ifndef EXITBENCH_HARNESS_HOST_PROVENANCE_H_
#define EXITBENCH_HARNESS_HOST_PROVENANCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// `root` stands before /proc and /sys; empty, but for tests.
Host HostFacts(const Kvm& kvm, const std::string& root = "");

// The compiler that `version`, the text of /proc/version, names: "gcc-12
// (Debian 12.2.0-14+deb12u1) 12.2.0"; "absent" if it names none.
std::string CompilerOf(absl::string_view version);

// What may change between sessions: boot, load, pressure.
std::vector<Fact> SessionFacts(const std::string& root = "");
std::string BootId(const std::string& root = "");

// The host's TSC frequency: the kernel's own figure, as a fresh vCPU reports
// it; measured against CLOCK_MONOTONIC_RAW where the kernel gives none.
absl::StatusOr<double> HostClockKhz(const Kvm& kvm);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_PROVENANCE_H_
