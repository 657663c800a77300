// Finds out by trying which cases this host can't run, where neither a
// capability nor a feature bit tells. An emulated processor may never make
// debug exits, for example.
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

// Why an instance can't run, by its name. Those that can are not in it.
using ProbeFindings = std::map<std::string, std::string>;

// Probes those of `cases` that Supported() does not rule out: each whose row
// has `probe` set and, on an unknown backend, each whose row has limits. If a
// case needs an in-kernel interrupt controller, that is probed first.
//
// A probe runs a few events in a child process, which is killed if it takes too
// long. Call this before anything is measured: after a fork() every page of
// this process faults again. `after_each`, unless null, is called after each
// probe. The children close `own_fd`, unless negative, since a child that is
// stuck in the kernel must not hold it open.
ProbeFindings ProbeCases(const Kvm& kvm, const std::vector<CaseInstance>& cases,
                         const std::function<void()>& after_each = nullptr,
                         int own_fd = -1);

// Returns whether `instance` can run here. kUnimplemented, with the reason, by
// Supported() or `findings`. kUnavailable: the host has too little memory now.
absl::Status CanRun(const CaseInstance& instance, const Kvm& kvm,
                    const ProbeFindings& findings);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_PROBE_H_
