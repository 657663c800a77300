#include "harness/session/seccomp.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <vector>

#include "harness/session/arch/system_calls.h"

namespace exitbench {
namespace {

// The calls that a session needs to run guests, read /proc and /sys, write to
// its pipe, start threads, and probe cases in child processes.
constexpr int kAllowed[] = {
    // Reading and writing open files, and looking up others.
    SYS_read,
    SYS_pread64,
    SYS_readv,
    SYS_write,
    SYS_pwrite64,
    SYS_writev,
    SYS_close,
    SYS_lseek,
    SYS_newfstatat,
    SYS_fstat,
    SYS_statx,
    SYS_getdents64,
    SYS_readlinkat,
    SYS_faccessat,
    SYS_fcntl,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_ppoll,
    // KVM, and what cases give to it.
    SYS_ioctl,
    SYS_eventfd2,
    SYS_userfaultfd,
    SYS_memfd_create,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fstatfs,
    // Memory.
    SYS_brk,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_mlock,
    SYS_mlock2,
    SYS_munlock,
    SYS_mlockall,
    SYS_munlockall,
    SYS_mincore,
    // Time and signals.
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_delete,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigtimedwait,
    SYS_rt_sigpending,
    SYS_sigaltstack,
    SYS_tgkill,
    SYS_kill,
    SYS_restart_syscall,
    // Threads, and the child of a probe.
    SYS_clone,
    SYS_clone3,
    SYS_futex,
    SYS_set_robust_list,
    SYS_set_tid_address,
    SYS_rseq,
    SYS_sched_yield,
    SYS_sched_setaffinity,
    SYS_sched_getaffinity,
    SYS_sched_getscheduler,
    SYS_sched_setscheduler,
    SYS_sched_getparam,
    SYS_getcpu,
    SYS_wait4,
    SYS_waitid,
    SYS_exit,
    SYS_exit_group,
    SYS_membarrier,
    // About ourselves.
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getrusage,
    SYS_prlimit64,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrandom,
};

constexpr uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

std::vector<sock_filter> Program() {
  constexpr uint32_t kArchitecture = offsetof(seccomp_data, arch);
  constexpr uint32_t kNumber = offsetof(seccomp_data, nr);
  // The low half of openat's third argument.
  constexpr uint32_t kOpenFlags = offsetof(seccomp_data, args) + 2 * 8;
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kArchitecture),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kAuditArchitecture, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),
      // ioctl comes first, since KVM_RUN is one. Before Linux 5.11, which
      // caches the answer, the filter runs at every call.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // Files are opened for reading only.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kOpenFlags),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE | O_CREAT | O_TRUNC, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, kRefuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  auto allow = [&program](int number) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                               static_cast<uint32_t>(number), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  };
  for (int number : kAllowed) allow(number);
  for (int number : kArchAllowed) allow(number);
  program.push_back(BPF_STMT(BPF_RET | BPF_K, kRefuse));
  return program;
}

}  // namespace

bool KernelHasSeccomp() {
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0 || errno != EINVAL;
}

absl::Status InstallSeccompFilter() {
  std::vector<sock_filter> program = Program();
  sock_fprog filter = {static_cast<unsigned short>(program.size()),  // NOLINT
                       program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::ErrnoToStatus(errno, "prctl(PR_SET_NO_NEW_PRIVS)");
  }
  // Without the flag, kernels before 5.16 restrict the speculation of a process
  // under a filter. KVM then writes SPEC_CTRL around each entry, and the filter
  // would look like a change between kernels.
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
              SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) == 0) {
    return absl::OkStatus();
  }
  // Linux 4.17 added the flag.
  if (errno == EINVAL &&
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0) {
    return absl::OkStatus();
  }
  return errno == EINVAL || errno == ENOSYS
             ? absl::UnimplementedError("this kernel has no seccomp filters")
             : absl::ErrnoToStatus(errno, "seccomp");
}

}  // namespace exitbench
