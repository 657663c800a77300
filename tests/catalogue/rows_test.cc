// What holds for every row of the catalogue, whatever the host.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "cases/catalogue/catalogue.h"
#include "gtest/gtest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

// The backends of this architecture, those first on which the kernel counts
// each exit, and the words by which its rows say what exits.
struct Architecture {
  std::vector<Backend> hardware;
  std::vector<Backend> others;
  std::vector<const char*> field_terms;
};

Architecture ThisArchitecture() {
  if (ModeSuffix(kUserMode) == ".el0") {
    return {{kBackendArmVhe, kBackendArmNvhe, kBackendArmPkvm},
            {},
            {"EC 0x", "no exit", "KVM API"}};
  }
  return {
      {kBackendVmxEpt, kBackendVmxShadow, kBackendSvmNpt, kBackendSvmShadow},
      {kBackendPvm},
      {"VMX", "SVM", "KVM API"}};
}

std::vector<Backend> AllBackends() {
  Architecture arch = ThisArchitecture();
  arch.hardware.insert(arch.hardware.end(), arch.others.begin(),
                       arch.others.end());
  return arch.hardware;
}

uint32_t RingOf(const CaseInstance& instance) {
  return instance.mode == kKernelMode ? kKernelMode : kUserMode;
}

bool IsRuledOut(const CaseInstance& instance, Backend backend) {
  for (const KnownLimitation& limitation : instance.row->host.limitations) {
    if ((limitation.backends & backend) &&
        (limitation.modes & RingOf(instance))) {
      return true;
    }
  }
  return false;
}

// Whether `claim` holds on `backend` and is one of exits.
bool IsOfExits(const CaseInstance& instance, const CounterClaim& claim,
               Backend backend) {
  return claim.counter == absl::string_view("exits") &&
         (claim.backends & backend) && (claim.modes & RingOf(instance));
}

TEST(Rows, NoneClaimsAnExitWhereThereMustBeNone) {
  for (const CaseInstance& c : AllCases()) {
    for (Backend backend : AllBackends()) {
      for (const CounterClaim& claim : c.row->expect.claims) {
        EXPECT_FALSE(IsOfExits(c, claim, backend) &&
                     (c.row->expect.never_exits & backend))
            << c.name << " on backend " << backend;
      }
    }
  }
}

// Sender and receiver each count, and the harness compares.
bool IsCountedAtBothEnds(const Case& row) {
  return row.place != Place::kNowhere || Injects(row.stamps) ||
         row.service.serve != nullptr;
}

// On hardware the kernel counts exits: a guest's event is either an exit that
// is claimed, or one that must not happen.
TEST(Rows, EveryGuestEventIsProvenOnHardware) {
  for (const CaseInstance& c : AllCases()) {
    if (c.row->blob == nullptr) continue;
    if (c.row->expect.exit.reason != ExpectedExit::kNone) continue;
    for (Backend backend : ThisArchitecture().hardware) {
      if (IsRuledOut(c, backend)) continue;
      // An effect that is counted for each event, by a hook or, where threads
      // run beside vCPU 0, by both ends, tells as much.
      bool told = (c.row->expect.never_exits & backend) != 0 ||
                  c.row->expect.verifies != nullptr ||
                  IsCountedAtBothEnds(*c.row);
      for (const CounterClaim& claim : c.row->expect.claims) {
        told = told || IsOfExits(c, claim, backend);
      }
      EXPECT_TRUE(told) << c.name << " on backend " << backend;
    }
  }
}

TEST(Rows, MeasuresIsInFieldTerms) {
  for (const CaseInstance& c : AllCases()) {
    const absl::string_view text = c.row->measures;
    EXPECT_FALSE(absl::EndsWith(text, ".")) << c.name;
    if (absl::StartsWith(c.name, "control/") || c.name == "vm/vm_lifecycle") {
      continue;
    }
    // Memory cases say what the guest or the host does, interrupt cases who
    // sends what to whom; not what traps.
    bool is_other = false;
    for (const char* group :
         {"ept/", "mem/", "shadow/", "dirty/", "checkpoint/", "ipi/", "irq/",
          "upcall/", "doorbell/", "stream/", "noise/", "timer/deadline",
          "pv/hyperv_stimer_latency"}) {
      is_other = is_other || absl::StartsWith(c.name, group);
    }
    if (is_other) continue;
    bool says_what_exits = false;
    for (const char* term : ThisArchitecture().field_terms) {
      says_what_exits = says_what_exits || absl::StrContains(text, term);
    }
    EXPECT_TRUE(says_what_exits) << c.name << ": " << text;
  }
}

TEST(Rows, WhatHooksVerifyNeedsAHook) {
  for (const CaseInstance& c : AllCases()) {
    if (c.row->expect.verifies != nullptr && !IsCountedAtBothEnds(*c.row)) {
      EXPECT_NE(c.row->verify_batch, nullptr) << c.name;
    }
  }
}

}  // namespace
}  // namespace exitbench
