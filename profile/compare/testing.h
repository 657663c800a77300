// Small profiles to compare, for tests.
#ifndef EXITBENCH_PROFILE_COMPARE_TESTING_H_
#define EXITBENCH_PROFILE_COMPARE_TESTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "profile/model/profile.h"

namespace exitbench {

// pio/out: run calls helper, old_name and a thunk. 116 executed, 115 counted.
inline Profile OldProfile() {
  Profile p;
  p.tool_version = "1.0";
  p.host.kernel_release = "6.1.0-test";
  p.host.source = ProfileSource::kTrace;
  p.modules = {"kvm", "vmlinux"};
  p.functions = {{.name = "run"},
                 {.name = "helper"},
                 {.name = "old_name"},
                 {.name = "srso_safe_ret", .module = 1, .thunk = true},
                 {.name = "entry", .module = 1}};
  p.nodes = {
      {.function = 1, .self = 10, .calls = 1},
      {.function = 2, .self = 5, .calls = 1},
      {.function = 3, .self = 6, .calls = 3},
      {.function = 0,
       .self = 80,
       .calls = 1,
       .kinds = {{InstructionKind::kWrmsr, 1}, {InstructionKind::kLfence, 2}},
       .children = {0, 1, 2}},
      {.function = 4, .self = 15, .calls = 1, .children = {3}}};
  p.cases = {{.name = "pio/out",
              .metric = "guest",
              .figure = 115,
              .legs = {{Leg::kWhole, {4}}},
              .uncounted = 1,
              .events = 10,
              .modal_events = 10}};
  return p;
}

// The same of another kernel: 110 executed, 108 counted. old_name is now
// new_name, helper calls itself, and the thunk is another. Functions are in
// another order.
inline Profile NewProfile() {
  Profile p;
  p.tool_version = "1.0";
  p.host.kernel_release = "6.12.0-test";
  p.host.source = ProfileSource::kTrace;
  p.modules = {"vmlinux", "kvm"};
  p.functions = {{.name = "retbleed_return_thunk", .thunk = true},
                 {.name = "new_name", .module = 1},
                 {.name = "helper", .module = 1},
                 {.name = "run", .module = 1},
                 {.name = "entry"}};
  p.nodes = {
      {.function = 0, .self = 3, .calls = 3},
      {.function = 1, .self = 7, .calls = 1},
      {.function = 2, .self = 2, .calls = 1},
      {.function = 2, .self = 3, .calls = 1, .children = {2}},
      {.function = 3,
       .self = 80,
       .calls = 1,
       .kinds = {{InstructionKind::kWrmsr, 2}, {InstructionKind::kLfence, 2}},
       .children = {0, 1, 3}},
      {.function = 4, .self = 15, .calls = 1, .children = {4}}};
  p.cases = {{.name = "pio/out",
              .metric = "guest",
              .figure = 108,
              .legs = {{Leg::kWhole, {5}}},
              .uncounted = 2,
              .events = 10,
              .modal_events = 10}};
  return p;
}

// vm/get_regs: run calls f0, f1 and so on, with so many samples each.
inline Profile SampledProfile(const std::vector<double>& samples) {
  Profile p;
  p.host.kernel_release = "6.18-test";
  p.host.source = ProfileSource::kClock;
  p.modules = {"vmlinux"};
  p.functions = {{.name = "run"}};
  ProfileNode run = {.function = 0, .self = 0};
  double sum = 0;
  for (const double hits : samples) {
    const uint32_t function = static_cast<uint32_t>(p.functions.size());
    p.functions.push_back({.name = "f" + std::to_string(function - 1)});
    if (hits == 0) continue;
    run.children.push_back(static_cast<uint32_t>(p.nodes.size()));
    p.nodes.push_back({.function = function, .self = hits});
    sum += hits;
  }
  p.nodes.push_back(run);
  const uint32_t root = static_cast<uint32_t>(p.nodes.size() - 1);
  p.cases = {{.name = "vm/get_regs",
              .metric = "samples",
              .figure = sum,
              .legs = {{Leg::kWhole, {root}}},
              .events = 10,
              .sampled = {.clock = "cpu-clock", .samples = sum}}};
  return p;
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_COMPARE_TESTING_H_
