#include "harness/loop/describe_vcpus.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

std::string MpStateName(uint32_t state) {
  switch (state) {
    case KVM_MP_STATE_RUNNABLE:
      return "runnable";
    case KVM_MP_STATE_HALTED:
      return "halted";
    case KVM_MP_STATE_UNINITIALIZED:
      return "not started";
    case KVM_MP_STATE_STOPPED:
      return "off";
    default:
      return absl::StrCat("MP state ", state);
  }
}

std::string DescribeVcpu(Machine& machine, int index) {
  std::string text =
      absl::StrCat("vCPU ", index, ": ", DescribeRegisters(machine, index));
  const Vcpu& vcpu = machine.vcpu(index);
  if (absl::StatusOr<uint32_t> state = vcpu.GetMpState(); state.ok()) {
    absl::StrAppend(&text, ", ", MpStateName(*state));
  }
  if (std::string events = DescribePending(machine, index); !events.empty()) {
    absl::StrAppend(&text, ", ", events);
  }
  const ParameterBlock block = machine.parameters(index);
  absl::StrAppend(&text, ", counted ", block.results[0], " and ",
                  block.results[1]);
  return text;
}

}  // namespace

std::string DescribeVcpus(Machine& machine) {
  std::vector<std::string> all;
  for (int i = 0; i < machine.vcpus(); ++i) {
    all.push_back(DescribeVcpu(machine, i));
  }
  return absl::StrJoin(all, "; ");
}

}  // namespace exitbench
