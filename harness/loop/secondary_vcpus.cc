#include "harness/loop/secondary_vcpus.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "harness/loop/describe_vcpus.h"
#include "harness/loop/exit_match.h"
#include "vmm/arch/doorbell.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

void RunUntilStopped(Machine& machine, int index, HelperThread& thread) {
  Vcpu& vcpu = machine.vcpu(index);
  while (!thread.stopping()) {
    if (vcpu.Run() == 0) {
      thread.Fail(
          IsGuestFault(vcpu.run())
              ? DescribeGuestFault(machine, index)
              : absl::StrCat("unexpected exit: ", DescribeExit(vcpu.run())));
      return;
    }
    if (errno == EINTR || errno == EAGAIN) continue;
    thread.Fail(absl::StrCat("KVM_RUN: ", strerror(errno)));
    return;
  }
}

}  // namespace

SecondaryVcpus::SecondaryVcpus(Machine& machine, const std::vector<int>& cpus)
    : machine_(machine) {
  for (int i = 1; i < machine.vcpus(); ++i) {
    threads_.push_back(std::make_unique<HelperThread>(
        absl::StrCat("vCPU ", i), cpus[static_cast<size_t>(i - 1)],
        [&machine, i](HelperThread& thread) {
          RunUntilStopped(machine, i, thread);
        }));
  }
}

void SecondaryVcpus::Stop() {
  for (int i = 1; i < machine_.vcpus(); ++i) {
    machine_.vcpu(i).run().immediate_exit = 1;
  }
  for (const auto& thread : threads_) thread->Stop();
  for (int i = 1; i < machine_.vcpus(); ++i) {
    machine_.vcpu(i).run().immediate_exit = 0;
  }
}

std::string SecondaryVcpus::failure() const {
  for (const auto& thread : threads_) {
    if (std::string failure = thread->failure(); !failure.empty()) {
      return failure;
    }
  }
  return "";
}

}  // namespace exitbench
