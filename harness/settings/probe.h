// Finds out by trying which cases this host can't run, where neither a
// capability nor a CPUID bit tells: debug exits that an emulated processor
// never makes, an MSR that takes a write its CPUID bit does not announce.
#ifndef EXITBENCH_HARNESS_SETTINGS_PROBE_H_
#define EXITBENCH_HARNESS_SETTINGS_PROBE_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "vmm/kvm.h"

namespace exitbench {

// By instance name: why it can't run. Those that can are not in it.
using ProbeFindings = std::map<std::string, std::string>;

// Runs a few events of each of `cases` whose row says `probe`, or, on an
// unknown backend, names a limit, and that Supported() does not rule out; and,
// if any wants one, of a VM with a local APIC in the kernel. Each is run in a
// child process of its own, which is killed if it takes too long. To be called
// before anything is measured: a fork() has every page of this process fault
// again. `after_each`, unless null, is called after each of them. The children
// close `own_fd`, unless negative: one that is stuck in the kernel must not
// hold it open.
ProbeFindings ProbeCases(const Kvm& kvm, const std::vector<CaseInstance>& cases,
                         const std::function<void()>& after_each = nullptr,
                         int own_fd = -1);

// OK, or kUnimplemented with the reason: what Supported() and `findings` say;
// kUnavailable where the host has too little memory now.
absl::Status CanRun(const CaseInstance& instance, const Kvm& kvm,
                    const ProbeFindings& findings);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_PROBE_H_
