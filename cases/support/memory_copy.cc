#include "cases/support/memory_copy.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "cases/support/dirty_log.h"
#include "cases/support/touch.h"
#include "vmm/arch/doorbell.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

struct Copy {
  std::vector<uint8_t> target;
  std::vector<uint64_t> bitmap;
};

}  // namespace

absl::Status MakeCopy(Machine& machine, uint64_t each) {
  TouchEvery(machine, each * kPageBytes);
  machine.data().Populate();
  Copy& copy = machine.case_state<Copy>();
  copy.target.assign(kCopiedBytes, 0);
  copy.bitmap.assign(DirtyLogWords(kCopiedBytes), 0);
  return absl::OkStatus();
}

absl::Status LetTouch(Machine& machine, uint64_t pages) {
  machine.parameters(0).events = pages;
  while (machine.vcpu().Run() != 0) {
    if (errno != EINTR || machine.vcpu().run().immediate_exit) {
      return ErrnoStatus("KVM_RUN", "the guest that dirties pages");
    }
  }
  const kvm_run& run = machine.vcpu().run();
  if (IsDoorbell(run)) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the guest that dirties pages left by ", DescribeExit(run)));
}

int TimedCopyDirty(Machine& machine) {
  Copy& copy = machine.case_state<Copy>();
  if (GetDirtyLog(machine, copy.bitmap) != 0) return -1;
  int pages = 0;
  ForEachDirtyPage(copy.bitmap, [&](size_t page) {
    const size_t at = page * kPageBytes;
    std::memcpy(copy.target.data() + at, machine.data().host() + at,
                kPageBytes);
    ++pages;
  });
  return pages;
}

int TimedCopyAll(Machine& machine) {
  std::memcpy(machine.case_state<Copy>().target.data(), machine.data().host(),
              kCopiedBytes);
  return static_cast<int>(kCopiedPages);
}

absl::Status ExpectCopied(Machine& machine, int result, int error,
                          uint64_t pages) {
  if (result < 0) {
    return absl::InternalError(
        absl::StrCat("KVM_GET_DIRTY_LOG: ", strerror(error)));
  }
  if (static_cast<uint64_t>(result) != pages) {
    return absl::InternalError(
        absl::StrCat("copied ", result, " pages, the guest wrote to ", pages));
  }
  // The other pages were copied before, or have never been written.
  Copy& copy = machine.case_state<Copy>();
  if (std::memcmp(copy.target.data(), machine.data().host(), kCopiedBytes) !=
      0) {
    return absl::InternalError("the copy is not what was copied");
  }
  return absl::OkStatus();
}

}  // namespace exitbench
