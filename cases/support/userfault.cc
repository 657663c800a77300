#include "cases/support/userfault.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/cpus.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

constexpr size_t kMostMessages = 16;

class Resolver {
 public:
  Resolver() = default;
  ~Resolver() {
    if (!thread_.joinable()) return;
    const uint64_t one = 1;
    // An eventfd takes one number at any time; the thread polls it.
    if (write(stop_.get(), &one, sizeof(one)) != sizeof(one)) GiveBack();
    thread_.join();
  }

  absl::Status Start(GuestMemory& memory) {
    begin_ = reinterpret_cast<uint64_t>(memory.host());
    bytes_ = memory.bytes();
    page_.assign(kPageBytes, 0x5a);
    fd_ = UniqueFd(
        static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)));
    if (!fd_.valid()) {
      return absl::UnimplementedError(absl::StrCat(
          "userfaultfd: ", strerror(errno),
          errno == EPERM ? " (root, or sysctl vm.unprivileged_userfaultfd=1)"
                         : ""));
    }
    stop_ = UniqueFd(eventfd(0, EFD_CLOEXEC));
    if (!stop_.valid()) return ErrnoStatus("eventfd", "userfault resolver");
    uffdio_api api = {};
    api.api = UFFD_API;
    EB_RETURN_IF_ERROR(EB_IOCTL(fd_.get(), UFFDIO_API, &api, "").status());
    uffdio_register area = {};
    area.range = {begin_, bytes_};
    area.mode = UFFDIO_REGISTER_MODE_MISSING;
    EB_RETURN_IF_ERROR(
        EB_IOCTL(fd_.get(), UFFDIO_REGISTER, &area, "case memory").status());
    const int vcpu_cpu = CurrentCpu();
    thread_ = std::thread([this, vcpu_cpu] {
      MoveOffCpu(vcpu_cpu);
      Serve();
    });
    return absl::OkStatus();
  }

  uint64_t TakeResolved() { return resolved_.exchange(0); }
  int error() const { return error_.load(); }

 private:
  void Serve() {
    for (;;) {
      pollfd waiting[] = {{fd_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
      if (poll(waiting, 2, -1) < 0) {
        if (errno == EINTR) continue;
        return Fail(errno);
      }
      if (waiting[1].revents != 0) return GiveBack();
      uffd_msg messages[kMostMessages];
      const ssize_t n = read(fd_.get(), messages, sizeof(messages));
      if (n < 0) {
        if (errno == EAGAIN || errno == EINTR) continue;
        return Fail(errno);
      }
      for (size_t i = 0; i < static_cast<size_t>(n) / sizeof(uffd_msg); ++i) {
        if (messages[i].event != UFFD_EVENT_PAGEFAULT) continue;
        if (!Provide(messages[i].arg.pagefault.address)) return Fail(errno);
      }
    }
  }

  bool Provide(uint64_t address) {
    uffdio_copy copy = {};
    copy.dst = address / kPageBytes * kPageBytes;
    copy.src = reinterpret_cast<uint64_t>(page_.data());
    copy.len = kPageBytes;
    // Counted first: once the page is there the vCPU may be done and asked.
    resolved_.fetch_add(1);
    return ioctl(fd_.get(), UFFDIO_COPY, &copy) == 0;
  }

  void Fail(int error) {
    error_ = error;
    GiveBack();
  }

  // From now on the kernel provides missing pages; wakes all that wait.
  void GiveBack() {
    uffdio_range range = {begin_, bytes_};
    ioctl(fd_.get(), UFFDIO_UNREGISTER, &range);
  }

  uint64_t begin_ = 0;
  uint64_t bytes_ = 0;
  std::vector<uint8_t> page_;
  UniqueFd fd_;
  UniqueFd stop_;
  std::atomic<uint64_t> resolved_ = 0;
  std::atomic<int> error_ = 0;
  std::thread thread_;
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
