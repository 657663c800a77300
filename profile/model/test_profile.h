// A small profile with every field set, for tests.
#ifndef EXITBENCH_PROFILE_MODEL_TEST_PROFILE_H_
#define EXITBENCH_PROFILE_MODEL_TEST_PROFILE_H_

#include "profile/model/profile.h"

namespace exitbench {

// Two cases: pio/out, whose two legs share a node, and one that is refused.
inline Profile TestProfile() {
  Profile p;
  p.tool_version = "1.0";
  p.host = {.kernel_release = "6.1.0-test",
            .kernel_version = "#1 SMP",
            .kvm_backend = "kvm_amd",
            .paging = "npt",
            .cpu_vendor = "AuthenticAMD",
            .cpu_model = "Test CPU",
            .emulator = "qemu-test",
            .kernel_command_line = "quiet",
            .source = ProfileSource::kTrace};
  p.modules = {"vmlinux", "kvm"};
  p.functions = {{.name = "srso_safe_ret", .thunk = true},
                 {.name = "kvm_arch_vcpu_ioctl_run",
                  .module = 1,
                  .file = "arch/x86/kvm/x86.c",
                  .line = 11000}};
  p.nodes = {
      {.function = 0, .self = 2, .calls = 1},
      {.function = 1,
       .self = 40.5,
       .calls = 0,
       .kinds = {{InstructionKind::kWrmsr, 2}, {InstructionKind::kLfence, 1}},
       .children = {0}},
      {.function = 1, .self = 7, .calls = 1, .children = {0}}};
  p.cases = {{.name = "pio/out",
              .metric = "guest",
              .figure = 50.5,
              .legs = {{Leg::kExit, {1}}, {Leg::kEntry, {2}}},
              .uncounted = 1,
              .events = 99,
              .modal_events = 97},
             {.name = "exit/hlt",
              .metric = "guest",
              .figure = 4608,
              .events = 99,
              .refused = "the host idled",
              .refused_for = RefusedFor::kIdle,
              .sampled = {.clock = "cpu-clock",
                          .period = 99991,
                          .samples = 20000,
                          .attributed = 19999,
                          .lost = 3}}};
  return p;
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_MODEL_TEST_PROFILE_H_
