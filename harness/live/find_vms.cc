#include "harness/live/find_vms.h"

#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "harness/live/bounded_files.h"
#include "harness/live/debugfs.h"
#include "harness/live/process_files.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Of the first PID namespace (PROC_PID_INIT_INO of the kernel). Numbers in
// debugfs are those of this namespace.
constexpr char kFirstPidNamespace[] = "pid:[4026531836]";

// More folders than this are counted, not named.
constexpr size_t kMostNamed = 4;

std::string Named(const std::string& root, pid_t pid) {
  const std::string command = CommandOf(root, pid);
  return absl::StrCat(
      "process ", pid,
      command.empty() ? "" : absl::StrCat(" (", Printable(command), ")"));
}

struct Folders {
  absl::Status status;  // Of debugfs.
  std::map<pid_t, std::vector<VmFolder>> of_process;
  std::vector<std::string> without_process;  // Names.
};

bool HoldsKvmFiles(const std::string& root, pid_t pid) {
  const absl::StatusOr<std::vector<OpenKvmFile>> files =
      ListKvmFiles(root, pid);
  // Who may not look has to believe the folder's name.
  return absl::IsPermissionDenied(files.status()) ||
         (files.ok() && !files->empty());
}

// Returns the process of a VM, or 0. The number of a thread that has ended may
// be another's by now, so a process counts only if it has files of KVM open.
pid_t OwnerOf(const std::string& root, const VmFolder& folder) {
  std::vector<pid_t> threads = VcpuThreadsOfFolder(folder.path);
  threads.push_back(folder.thread);
  for (const pid_t thread : threads) {
    const absl::StatusOr<pid_t> pid = ProcessOfThread(root, thread);
    if (pid.ok() && HoldsKvmFiles(root, *pid)) return *pid;
  }
  return 0;
}

Folders ReadFolders(const std::string& root) {
  Folders folders;
  const absl::StatusOr<std::vector<VmFolder>> all = ListVmFolders(root);
  if (!all.ok()) {
    folders.status = all.status();
    return folders;
  }
  const absl::StatusOr<std::string> name_space =
      ReadLinkBounded(absl::StrCat(root, "/proc/self/ns/pid"));
  if (name_space.ok() && *name_space != kFirstPidNamespace && !all->empty()) {
    folders.status = absl::FailedPreconditionError(
        "debugfs names threads by numbers of the host, which this container "
        "does not know: run it outside of the container");
    return folders;
  }
  for (const VmFolder& folder : *all) {
    const pid_t pid = OwnerOf(root, folder);
    if (pid == 0) {
      folders.without_process.push_back(folder.name);
    } else {
      folders.of_process[pid].push_back(folder);
    }
  }
  return folders;
}

// Sets what is known by the files that the process has open.
void CountFiles(const std::vector<OpenKvmFile>& files, LiveVm& vm) {
  vm.vms = std::max(1u, CountKind(files, KvmFile::kVm));
  vm.vcpus = CountKind(files, KvmFile::kVcpu);
}

void SayTogether(const LiveVm& vm, std::vector<std::string>& missing) {
  if (vm.vms < 2) return;
  missing.push_back(absl::StrCat("the process has ", vm.vms,
                                 " VMs, which are taken together: only "
                                 "counters in debugfs tell them apart"));
}

// Adds the VMs of a process. `files` are empty where it may not be looked into.
void AddVms(const std::vector<VmFolder>& folders,
            const std::vector<OpenKvmFile>& files, const LiveVm& process,
            std::vector<LiveVm>& vms) {
  if (folders.empty()) {
    LiveVm vm = process;
    CountFiles(files, vm);
    SayTogether(vm, vm.missing);
    vms.push_back(std::move(vm));
    return;
  }
  if (folders.size() > 1 && !MayReadCounters(folders[0].path).ok()) {
    LiveVm vm = process;
    vm.vms = static_cast<uint32_t>(folders.size());
    vm.no_folder.clear();
    for (const VmFolder& folder : folders) {
      vm.vcpus += VcpusOfFolder(folder.path);
      vm.folders.push_back(folder.path);
    }
    if (vm.vcpus == 0) vm.vcpus = CountKind(files, KvmFile::kVcpu);
    SayTogether(vm, vm.missing);
    vms.push_back(std::move(vm));
    return;
  }
  for (const VmFolder& folder : folders) {
    LiveVm vm = process;
    vm.folders = {folder.path};
    vm.no_folder.clear();
    vm.number = folder.number;
    vm.vcpus = VcpusOfFolder(folder.path);
    vm.shares_process = folders.size() > 1;
    if (vm.vcpus == 0 && !vm.shares_process) {
      vm.vcpus = CountKind(files, KvmFile::kVcpu);
    }
    vms.push_back(std::move(vm));
  }
}

void SayWithoutProcess(const std::vector<std::string>& names,
                       std::vector<std::string>& missing) {
  if (names.empty()) return;
  std::vector<std::string> some = names;
  if (some.size() > kMostNamed) some.resize(kMostNamed);
  missing.push_back(absl::StrCat(
      "debugfs has ", names.size(), names.size() == 1 ? " VM" : " VMs",
      " whose process is not known, since the thread that made it has ended: ",
      absl::StrJoin(some, ", "), names.size() > kMostNamed ? ", .." : ""));
}

// Says why it is not known by debugfs whose the VMs are.
std::string WhyNoFolder(const Folders& folders) {
  if (!folders.status.ok()) return std::string(folders.status.message());
  if (!folders.without_process.empty()) {
    return "the thread that made it has ended, so its folder in debugfs is not "
           "known";
  }
  return "it has no folder in debugfs";
}

LiveVm DescribeProcess(const std::string& root, pid_t pid,
                       const Folders& folders) {
  LiveVm vm;
  vm.no_folder = WhyNoFolder(folders);
  vm.pid = pid;
  vm.command = CommandOf(root, pid);
  return vm;
}

// What would help who may not look. `user` owns the process, if it is known.
std::string HelpToLook(int64_t user) {
  if (geteuid() == 0) {
    return "this root lacks CAP_SYS_PTRACE, or a security module forbids it";
  }
  if (user > 0 && user != geteuid()) {
    return absl::StrCat("run as root, or as its user ", user);
  }
  return "run as root";
}

absl::Status MayNotLook(const std::string& root, pid_t pid) {
  return absl::PermissionDeniedError(
      absl::StrCat(Named(root, pid),
                   " may not be looked into: ", HelpToLook(UserOf(root, pid))));
}

}  // namespace

absl::StatusOr<FoundVms> FindVmsOf(pid_t pid, const std::string& root) {
  const absl::StatusOr<pid_t> process = ProcessOfThread(root, pid);
  if (!process.ok()) {
    return absl::NotFoundError(absl::StrCat(
        "there is no process ", pid, ": `pgrep -a qemu` lists those of QEMU"));
  }
  Folders folders = ReadFolders(root);
  const std::vector<VmFolder>& own = folders.of_process[*process];
  absl::StatusOr<std::vector<OpenKvmFile>> files = ListKvmFiles(root, *process);
  if (own.empty() && absl::IsPermissionDenied(files.status())) {
    return MayNotLook(root, *process);
  }
  if (!files.ok()) files = std::vector<OpenKvmFile>();
  if (own.empty() && files->empty()) {
    return absl::NotFoundError(absl::StrCat(
        Named(root, *process),
        " has no VM: give the PID of a VMM, or --vm=all for all that there "
        "are"));
  }
  FoundVms found;
  SayWithoutProcess(folders.without_process, found.missing);
  AddVms(own, *files, DescribeProcess(root, *process, folders), found.vms);
  return found;
}

absl::StatusOr<FoundVms> FindAllVms(const std::string& root) {
  Folders folders = ReadFolders(root);
  FoundVms found;
  SayWithoutProcess(folders.without_process, found.missing);
  bool all_seen = true;
  EB_ASSIGN_OR_RETURN(const std::vector<int64_t> numbers,
                      ListNumbers(absl::StrCat(root, "/proc")));
  for (const int64_t number : numbers) {
    if (number <= 0 || number > std::numeric_limits<pid_t>::max()) continue;
    const pid_t pid = static_cast<pid_t>(number);
    if (pid == getpid()) continue;
    const std::vector<VmFolder>& own = folders.of_process[pid];
    absl::StatusOr<std::vector<OpenKvmFile>> files = ListKvmFiles(root, pid);
    if (absl::IsPermissionDenied(files.status())) all_seen = false;
    if (!files.ok()) files = std::vector<OpenKvmFile>();
    if (own.empty() && files->empty()) continue;
    AddVms(own, *files, DescribeProcess(root, pid, folders), found.vms);
  }
  if (!all_seen) {
    found.missing.push_back(absl::StrCat(
        "some processes may not be looked into: ", HelpToLook(-1)));
  }
  if (found.vms.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "there is no VM that this process can see",
        found.missing.empty() ? "" : "; ", absl::StrJoin(found.missing, "; ")));
  }
  return found;
}

}  // namespace exitbench
