#include "cases/support/userfault.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
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
#include "base/sys.h"
#include "vmm/guest_memory.h"

namespace exitbench {
namespace {

constexpr size_t kMostMessages = 16;

// What the three kinds of faults are to userfaultfd.
struct Kind {
  uint64_t register_mode;
  uint64_t message_flag;  // Set in each message; missing pages have none.
  uint64_t features;      // On private memory, and on shared memory.
  uint64_t shared_features;
  const char* name;
  const char* since;
};

Kind KindOf(Answer answer) {
  switch (answer) {
    case Answer::kCopy:
      return {UFFDIO_REGISTER_MODE_MISSING,
              0,
              0,
              UFFD_FEATURE_MISSING_SHMEM,
              "missing pages",
              "on memfd and shmem: Linux 4.11"};
    case Answer::kContinue:
      return {UFFDIO_REGISTER_MODE_MINOR,
              UFFD_PAGEFAULT_FLAG_MINOR,
              UFFD_FEATURE_MINOR_SHMEM,
              UFFD_FEATURE_MINOR_SHMEM,
              "minor faults",
              "on memfd and shmem: Linux 5.14"};
    case Answer::kUnprotect:
      return {UFFDIO_REGISTER_MODE_WP,
              UFFD_PAGEFAULT_FLAG_WP,
              UFFD_FEATURE_PAGEFAULT_FLAG_WP,
              UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
              "write-protect faults",
              "on anon: Linux 5.7; on memfd and shmem: Linux 5.19"};
  }
  return {};
}

constexpr uint64_t kMessageFlags =
    UFFD_PAGEFAULT_FLAG_MINOR | UFFD_PAGEFAULT_FLAG_WP;

// Returns a new userfaultfd. Those whom the system call refuses may have the
// device of Linux 6.1.
absl::StatusOr<UniqueFd> NewUserfaultfd() {
  UniqueFd fd(
      static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)));
  if (fd.valid()) return fd;
  const int error = errno;
  const UniqueFd device(sys::Open("/dev/userfaultfd", O_RDONLY));
  if (device.valid()) {
    UniqueFd made(
        ioctl(device.get(), USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK));
    if (made.valid()) return made;
  }
  return absl::UnimplementedError(absl::StrCat(
      "userfaultfd: ", strerror(error),
      error == EPERM ? " (root, sysctl vm.unprivileged_userfaultfd=1, or "
                       "access to /dev/userfaultfd)"
                     : ""));
}

class Resolver {
 public:
  absl::Status Start(GuestMemory& memory, Answer answer, uint64_t block_bytes) {
    answer_ = answer;
    begin_ = reinterpret_cast<uint64_t>(memory.host());
    bytes_ = memory.bytes();
    block_bytes_ = WholeHostPages(std::max<uint64_t>(block_bytes, 1));
    // To have hugetlb pages mapped takes no copy.
    const bool whole = memory.backing() == Backing::kHugetlb &&
                       answer == Answer::kContinue &&
                       block_bytes_ % kHugePageBytes == 0;
    if (memory.backing() != Backing::k4K && !whole) {
      return absl::UnimplementedError(absl::StrCat(
          "userfaultfd answers faults by small pages: none of --host_page=",
          Name(memory.backing()), " would be left"));
    }
    page_.assign(answer == Answer::kCopy ? block_bytes_ : 0, 0x5a);
    EB_ASSIGN_OR_RETURN(fd_, NewUserfaultfd());
    EB_RETURN_IF_ERROR(Register(memory.source()));
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

  absl::Status MakeFaults(GuestMemory& memory) {
    // What another batch left uncounted is not this one's.
    TakeResolved();
    switch (answer_) {
      case Answer::kCopy:
        return memory.Discard();
      case Answer::kContinue:
        return memory.Unmap();
      case Answer::kUnprotect:
        return Protect(begin_, bytes_, true)
                   ? absl::OkStatus()
                   : ErrnoStatus("UFFDIO_WRITEPROTECT", "case memory");
    }
    return absl::OkStatus();
  }

  // Returns how many pages of the host's so many answers have brought in.
  uint64_t PagesOf(uint64_t answers) const {
    return answers * (block_bytes_ / HostPageBytes());
  }
  bool copies() const { return answer_ == Answer::kCopy; }

  uint64_t TakeResolved() { return resolved_.exchange(0); }
  int error() const { return error_.load(); }

 private:
  absl::Status Register(MemorySource source) {
    const Kind kind = KindOf(answer_);
    uffdio_api api = {};
    api.api = UFFD_API;
    api.features =
        source == MemorySource::kAnon ? kind.features : kind.shared_features;
    if (answer_ == Answer::kContinue && block_bytes_ % kHugePageBytes == 0) {
      api.features = UFFD_FEATURE_MINOR_HUGETLBFS;
    }
    if (ioctl(fd_.get(), UFFDIO_API, &api) != 0) {
      return errno == EINVAL ? Lacks(source) : ErrnoStatus("UFFDIO_API", "");
    }
    uffdio_register area = {};
    area.range = {begin_, bytes_};
    area.mode = kind.register_mode;
    if (ioctl(fd_.get(), UFFDIO_REGISTER, &area) == 0) return absl::OkStatus();
    return errno == EINVAL ? Lacks(source)
                           : ErrnoStatus("UFFDIO_REGISTER", "case memory");
  }

  absl::Status Lacks(MemorySource source) {
    const Kind kind = KindOf(answer_);
    return absl::UnimplementedError(
        absl::StrCat("this kernel's userfaultfd has no ", kind.name, " on ",
                     Name(source), " memory (", kind.since, ")"));
  }

  // Answers faults until it is to stop. Returns 0, or the errno of what failed.
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
        const auto& fault = messages[i].arg.pagefault;
        if ((fault.flags & kMessageFlags) != KindOf(answer_).message_flag) {
          return EPROTO;
        }
        if (!Provide(fault.address)) return errno;
      }
    }
    return 0;
  }

  // Counts before it answers: once the page is there, the batch may end and
  // ask.
  bool Provide(uint64_t address) {
    const uint64_t block =
        begin_ + (address - begin_) / block_bytes_ * block_bytes_;
    resolved_.fetch_add(1);
    switch (answer_) {
      case Answer::kCopy: {
        uffdio_copy copy = {};
        copy.dst = block;
        copy.src = reinterpret_cast<uint64_t>(page_.data());
        copy.len = block_bytes_;
        return ioctl(fd_.get(), UFFDIO_COPY, &copy) == 0;
      }
      case Answer::kContinue: {
        uffdio_continue go_on = {};
        go_on.range = {block, block_bytes_};
        return ioctl(fd_.get(), UFFDIO_CONTINUE, &go_on) == 0;
      }
      case Answer::kUnprotect:
        return Protect(block, block_bytes_, false);
    }
    return false;
  }

  bool Protect(uint64_t begin, uint64_t bytes, bool protect) {
    uffdio_writeprotect wp = {};
    wp.range = {begin, bytes};
    wp.mode = protect ? UFFDIO_WRITEPROTECT_MODE_WP : 0;
    return ioctl(fd_.get(), UFFDIO_WRITEPROTECT, &wp) == 0;
  }

  // Has the kernel answer all faults from now on, and wakes all that wait.
  void GiveBack() {
    uffdio_range range = {begin_, bytes_};
    ioctl(fd_.get(), UFFDIO_UNREGISTER, &range);
  }

  Answer answer_ = Answer::kCopy;
  uint64_t begin_ = 0;
  uint64_t bytes_ = 0;
  uint64_t block_bytes_ = 0;
  std::vector<uint8_t> page_;  // A block, to be copied.
  UniqueFd fd_;
  std::atomic<uint64_t> resolved_ = 0;
  std::atomic<int> error_ = 0;
  KickedThread thread_;
};

}  // namespace

absl::Status StartResolver(Machine& machine, Answer answer,
                           uint64_t block_bytes) {
  return machine.case_state<Resolver>().Start(machine.data(), answer,
                                              block_bytes);
}

absl::Status MakeFaults(Machine& machine) {
  return machine.case_state<Resolver>().MakeFaults(machine.data());
}

absl::Status ExpectResolved(Machine& machine, uint32_t count) {
  Resolver& resolver = machine.case_state<Resolver>();
  if (resolver.error() != 0) {
    return absl::InternalError(
        resolver.error() == EPROTO
            ? "userfaultfd: a fault of another kind"
            : absl::StrCat("userfaultfd: ", strerror(resolver.error())));
  }
  const uint64_t resolved = resolver.TakeResolved();
  if (resolved != count) {
    return absl::InternalError(
        absl::StrCat(count, " touches made ", resolved, " userfaultfd events"));
  }
  if (!resolver.copies()) return absl::OkStatus();
  EB_ASSIGN_OR_RETURN(const uint64_t pages,
                      machine.data().ResidentPages(HostPageBytes()));
  if (pages == resolver.PagesOf(count)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(count, " copies left ", pages,
                                          " pages with the host, not ",
                                          resolver.PagesOf(count)));
}

}  // namespace exitbench
