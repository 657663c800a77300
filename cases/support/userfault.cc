#include "cases/support/userfault.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/cpus.h"
#include "base/ioctl.h"
#include "base/kicked_thread.h"
#include "base/owned.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

constexpr size_t kMostMessages = 16;

class Resolver {
 public:
  absl::Status Start(GuestMemory& memory) {
    begin_ = reinterpret_cast<uint64_t>(memory.host());
    bytes_ = memory.bytes();
    page_.assign(HostPageBytes(), 0x5a);
    fd_ = UniqueFd(
        static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)));
    if (!fd_.valid()) {
      return absl::UnimplementedError(absl::StrCat(
          "userfaultfd: ", strerror(errno),
          errno == EPERM ? " (root, or sysctl vm.unprivileged_userfaultfd=1)"
                         : ""));
    }
    uffdio_api api = {};
    api.api = UFFD_API;
    EB_RETURN_IF_ERROR(EB_IOCTL(fd_.get(), UFFDIO_API, &api, "").status());
    uffdio_register area = {};
    area.range = {begin_, bytes_};
    area.mode = UFFDIO_REGISTER_MODE_MISSING;
    EB_RETURN_IF_ERROR(
        EB_IOCTL(fd_.get(), UFFDIO_REGISTER, &area, "case memory").status());
    const int vcpu_cpu = CurrentCpu();
    absl::Status status =
        thread_.Start("the thread for userfaultfd", [this, vcpu_cpu] {
          MoveOffCpu(vcpu_cpu);
          error_ = Serve();
          GiveBack();
        });
    if (!status.ok()) GiveBack();
    return status;
  }

  uint64_t TakeResolved() { return resolved_.exchange(0); }
  int error() const { return error_.load(); }

 private:
  // Provides pages until it is to stop. Returns 0, or the errno of what failed.
  int Serve() {
    while (!thread_.stopping()) {
      pollfd waiting = {fd_.get(), POLLIN, 0};
      if (poll(&waiting, 1, -1) < 0) {
        if (errno == EINTR) continue;
        return errno;
      }
      uffd_msg messages[kMostMessages];
      const ssize_t n = read(fd_.get(), messages, sizeof(messages));
      if (n < 0) {
        if (errno == EAGAIN || errno == EINTR) continue;
        return errno;
      }
      for (size_t i = 0; i < static_cast<size_t>(n) / sizeof(uffd_msg); ++i) {
        if (messages[i].event != UFFD_EVENT_PAGEFAULT) continue;
        if (!Provide(messages[i].arg.pagefault.address)) return errno;
      }
    }
    return 0;
  }

  bool Provide(uint64_t address) {
    uffdio_copy copy = {};
    copy.dst = address / page_.size() * page_.size();
    copy.src = reinterpret_cast<uint64_t>(page_.data());
    copy.len = page_.size();
    // Counted first: once the page is there, the batch may end and ask.
    resolved_.fetch_add(1);
    return ioctl(fd_.get(), UFFDIO_COPY, &copy) == 0;
  }

  // Has the kernel provide missing pages from now on, and wakes all that wait.
  void GiveBack() {
    uffdio_range range = {begin_, bytes_};
    ioctl(fd_.get(), UFFDIO_UNREGISTER, &range);
  }

  uint64_t begin_ = 0;
  uint64_t bytes_ = 0;
  std::vector<uint8_t> page_;
  UniqueFd fd_;
  std::atomic<uint64_t> resolved_ = 0;
  std::atomic<int> error_ = 0;
  KickedThread thread_;
};

}  // namespace

absl::Status StartResolver(Machine& machine) {
  return machine.case_state<Resolver>().Start(machine.data());
}

absl::Status DropPages(Machine& machine) {
  // What another batch left uncounted is not this one's.
  machine.case_state<Resolver>().TakeResolved();
  return machine.data().Discard();
}

absl::Status ExpectResolved(Machine& machine, uint32_t count) {
  Resolver& resolver = machine.case_state<Resolver>();
  if (resolver.error() != 0) {
    return absl::InternalError(
        absl::StrCat("userfaultfd: ", strerror(resolver.error())));
  }
  const uint64_t resolved = resolver.TakeResolved();
  if (resolved == count) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(count, " touches made ", resolved, " userfaultfd events"));
}

}  // namespace exitbench
