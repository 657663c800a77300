#include "harness/live/watched_vm.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "harness/live/bounded_files.h"
#include "harness/live/debugfs.h"
#include "harness/live/taken_files.h"

namespace exitbench {
namespace {

// Of a reading's time that is waited until the next one.
constexpr int kRest = 200;

// From here on no time in the guest means that none is accounted.
constexpr double kMuchCpuNs = 500e6;

std::vector<uint64_t> FolderIds(const std::vector<std::string>& folders) {
  std::vector<uint64_t> ids;
  for (const std::string& folder : folders) ids.push_back(FolderId(folder));
  return ids;
}

}  // namespace

absl::Duration MonotonicNow() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

WatchedVm::WatchedVm(const LiveVm& vm, const StatisticTypes& types,
                     const std::string& root)
    : vm_(vm),
      root_(root),
      process_(OpenProcess(vm.pid).value_or(UniqueFd())),
      files_(ListKvmFiles(root, vm.pid)),
      folder_ids_(FolderIds(vm.folders)),
      statistics_(
          StatisticsReader::Open(vm, process_.get(), files_, types, root)) {}

absl::Status WatchedVm::Read() {
  const absl::Duration begin = MonotonicNow();
  EB_ASSIGN_OR_RETURN(ThreadReading threads, ReadThreads(root_, vm_.pid));
  EB_ASSIGN_OR_RETURN(StatisticValues values, statistics_.Read());
  const absl::Duration end = MonotonicNow();
  reading_took_ = end - begin;
  last_at_ = begin + reading_took_ / 2;
  if (threads_.has_value()) {
    AddFallen(last_, values, fallen_);
    threads_->Add(threads);
  } else {
    threads_.emplace(std::move(threads));
  }
  last_ = std::move(values);
  // A thread may run another vCPU by now. Those that did stay in the set.
  for (const std::string& folder : vm_.folders) {
    for (const pid_t thread : VcpuThreadsOfFolder(folder)) {
      if (!std::count(vcpu_threads_.begin(), vcpu_threads_.end(), thread)) {
        vcpu_threads_.push_back(thread);
      }
    }
  }
  return absl::OkStatus();
}

// A VM ends with its process, or when the process closes its files.
bool WatchedVm::IsOver() {
  pollfd process = {process_.get(), POLLIN, 0};
  if (process_.valid() && poll(&process, 1, 0) == 1) return true;
  if (FolderIds(vm_.folders) != folder_ids_) return true;
  if (std::count(folder_ids_.begin(), folder_ids_.end(), 0u) > 0) return true;
  const TakenFiles& taken = statistics_.files();
  if (!taken.taken.empty()) return !IsOneStillOpen(process_.get(), taken);
  if (!vm_.folders.empty() || !files_.ok()) return false;
  // It was found by files. With none it ended before these were listed.
  return !HasOneStill(root_, vm_.pid, *files_);
}

absl::Status WatchedVm::Begin() {
  absl::Status read = absl::NotFoundError("it ended before it was watched");
  if (!IsOver()) read = Read();
  if (!read.ok()) {
    ended_ = absl::IsNotFound(read);
    vm_.missing.emplace_back(read.message());
    return read;
  }
  first_ = last_;
  first_at_ = last_at_;
  return absl::OkStatus();
}

void WatchedVm::Poll() {
  if (ended_ || !threads_.has_value()) return;
  ended_ = IsOver();
  if (ended_ || MonotonicNow() - last_at_ < kRest * reading_took_) return;
  ended_ = absl::IsNotFound(Read());
}

void WatchedVm::End() {
  if (ended_ || !threads_.has_value()) return;
  ended_ = IsOver() || absl::IsNotFound(Read());
}

ThreadWatch::VcpuThreads WatchedVm::FindVcpuThreads() const {
  if (!threads_.has_value()) return {};
  ThreadWatch::VcpuThreads found =
      threads_->FindVcpuThreads(vcpu_threads_, vm_.vcpus);
  // What all threads of a process have in common tells no VM's apart.
  if (vm_.shares_process && found.known != ThreadWatch::Known::kByKvm) {
    found.threads.clear();
  }
  return found;
}

void WatchedVm::SetThreads(const std::set<pid_t>& vcpu_threads_of_others,
                           LiveCounts& counts) const {
  const ThreadWatch::VcpuThreads vcpus = FindVcpuThreads();
  if (vm_.shares_process && vcpus.known != ThreadWatch::Known::kByKvm) {
    counts.missing.emplace_back(
        "time of its threads: its process has other VMs, and KVM does not say "
        "which threads run its vCPUs (on x86 Linux 6.1 does, once they ran)");
    return;
  }
  counts.vcpu_threads = threads_->TimeOf(vcpus.threads);
  counts.other_threads =
      threads_->TimeOfOthers(vcpus.threads, vcpu_threads_of_others);
  if (vm_.shares_process) {
    counts.missing.emplace_back(
        "time of other threads is that of its process, which has other VMs "
        "too");
  }
  if (vcpus.known == ThreadWatch::Known::kNot) {
    counts.missing.push_back(absl::StrCat(
        "which threads run ",
        vcpus.found == 0 ? "vCPUs"
                         : absl::StrCat(vm_.vcpus - vcpus.found, " of ",
                                        vm_.vcpus, " vCPUs"),
        " is not known, so all ", vcpus.threads.size(),
        " are taken for them: root can tell by debugfs (x86), as can "
        "QEMU's -name debug-threads=on"));
  }
  if (!threads_->has_wait()) {
    counts.missing.emplace_back(
        "time of waiting for a CPU: this kernel does not account it "
        "(CONFIG_SCHED_INFO)");
  }
  if (counts.vcpu_threads.guest_ns == 0 &&
      counts.vcpu_threads.cpu_ns > kMuchCpuNs) {
    counts.missing.emplace_back(
        "time in the guest: this kernel accounted none");
  }
}

LiveCounts WatchedVm::Counts(
    const std::set<pid_t>& vcpu_threads_of_others) const {
  LiveCounts counts;
  counts.pid = vm_.pid;
  counts.vmm = vm_.command;
  counts.vm = vm_.number;
  counts.vcpus = vm_.vcpus;
  counts.source = statistics_.source();
  counts.watched_ns = absl::ToDoubleNanoseconds(last_at_ - first_at_);
  counts.ended = ended_;
  counts.missing = vm_.missing;
  for (const std::string& line : statistics_.missing()) {
    counts.missing.push_back(line);
  }
  if (!threads_.has_value()) return counts;
  SetGrowth(first_, last_, fallen_, counts);
  SetThreads(vcpu_threads_of_others, counts);
  return counts;
}

}  // namespace exitbench
