#include "harness/live/find_vms.h"

#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "harness/live/fake_root.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kKvm[] = "/sys/kernel/debug/kvm/";

// A VM in debugfs, with vCPU 0 run by `vcpu_thread`.
void AddFolder(const FakeRoot& root, const std::string& name, int vcpu_thread) {
  root.Write(absl::StrCat(kKvm, name, "/exits"), "1\n");
  root.Write(absl::StrCat(kKvm, name, "/vcpu0/pid"),
             absl::StrCat(vcpu_thread, "\n"));
}

std::string Error(const absl::StatusOr<FoundVms>& found) {
  return std::string(found.status().message());
}

TEST(FindVmsTest, FindsAVmByTheThreadOfItsFolder) {
  FakeRoot root;
  root.AddProcess(100, "qemu");
  root.AddThread(100, 103);
  root.AddFile(100, 9, "kvm-vm");
  AddFolder(root, "100-9", 103);
  // The PID may be a thread's.
  for (const pid_t pid : {100, 103}) {
    const absl::StatusOr<FoundVms> found = FindVmsOf(pid, root.path());
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_EQ(found->vms.size(), 1u);
    const LiveVm& vm = found->vms[0];
    EXPECT_EQ(vm.pid, 100);
    EXPECT_EQ(vm.command, "qemu");
    EXPECT_EQ(vm.number, "9");
    EXPECT_EQ(vm.vms, 1u);
    EXPECT_EQ(vm.vcpus, 1u);
    EXPECT_FALSE(vm.shares_process);
    EXPECT_THAT(vm.folders, ElementsAre(EndsWith("/kvm/100-9")));
    EXPECT_THAT(found->missing, IsEmpty());
  }
}

TEST(FindVmsTest, TellsTheVmsOfAProcessApart) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddFile(100, 5, "kvm-vm");
  root.AddFile(100, 12, "kvm-vm");
  AddFolder(root, "100-12", 0);
  AddFolder(root, "100-5", 0);
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 2u);
  EXPECT_EQ(found->vms[0].number, "5");
  EXPECT_EQ(found->vms[1].number, "12");
  EXPECT_TRUE(found->vms[0].shares_process);
  EXPECT_TRUE(found->vms[1].shares_process);
}

// Not all architectures have folders of vCPUs.
TEST(FindVmsTest, CountsVcpusByFilesWhereDebugfsDoesNotSay) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddFile(100, 5, "kvm-vm");
  root.AddFile(100, 6, "kvm-vcpu:0");
  root.AddFile(100, 7, "kvm-vcpu:1");
  root.Write(absl::StrCat(kKvm, "100-5/exits"), "1\n");
  const absl::StatusOr<FoundVms> one = FindVmsOf(100, root.path());
  ASSERT_TRUE(one.ok()) << one.status();
  ASSERT_EQ(one->vms.size(), 1u);
  EXPECT_EQ(one->vms[0].vcpus, 2u);
  // Whose they are is not known.
  root.Write(absl::StrCat(kKvm, "100-8/exits"), "1\n");
  const absl::StatusOr<FoundVms> two = FindVmsOf(100, root.path());
  ASSERT_TRUE(two.ok()) << two.status();
  ASSERT_EQ(two->vms.size(), 2u);
  EXPECT_EQ(two->vms[0].vcpus, 0u);
  EXPECT_EQ(two->vms[1].vcpus, 0u);
}

// The thread that made the VM has ended, but one runs its vCPU.
TEST(FindVmsTest, FindsTheProcessByTheThreadOfAVcpu) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddThread(100, 104);
  root.AddFile(100, 5, "kvm-vcpu:0");
  AddFolder(root, "101-5", 104);
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 1u);
  EXPECT_EQ(found->vms[0].number, "5");
}

TEST(FindVmsTest, SaysThatAFolderHasNoProcess) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddFile(100, 5, "kvm-vm");
  root.AddFile(100, 6, "kvm-vcpu:0");
  root.AddFile(100, 7, "kvm-vcpu:1");
  AddFolder(root, "101-5", 0);
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 1u);
  EXPECT_THAT(found->vms[0].folders, IsEmpty());
  EXPECT_EQ(found->vms[0].number, "");
  EXPECT_EQ(found->vms[0].vcpus, 2u);
  EXPECT_EQ(found->vms[0].no_folder,
            "the thread that made it has ended, so its folder in debugfs is "
            "not known");
  EXPECT_THAT(found->missing,
              ElementsAre("debugfs has 1 VM whose process is not known, since "
                          "the thread that made it has ended: 101-5"));
}

// The number is that of another process by now.
TEST(FindVmsTest, DoesNotGiveAVmToAProcessWithoutKvm) {
  FakeRoot root;
  root.AddProcess(101, "bash");
  AddFolder(root, "101-5", 0);
  const absl::StatusOr<FoundVms> found = FindVmsOf(101, root.path());
  EXPECT_TRUE(absl::IsNotFound(found.status()));
  EXPECT_EQ(Error(found),
            "process 101 (bash) has no VM: give the PID of a VMM, or --vm=all "
            "for all that there are");
}

TEST(FindVmsTest, TakesTogetherWhatOnlyFilesShow) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddFile(100, 5, "kvm-vm");
  root.AddFile(100, 6, "kvm-vcpu:0");
  root.AddFile(100, 7, "kvm-vm");
  root.AddFile(100, 8, "kvm-vcpu:0");
  root.AddFile(100, 9, "[eventfd]");
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 1u);
  EXPECT_EQ(found->vms[0].vms, 2u);
  EXPECT_EQ(found->vms[0].vcpus, 2u);
  EXPECT_EQ(found->vms[0].no_folder,
            "debugfs is not mounted: mount -t debugfs debugfs "
            "/sys/kernel/debug");
  EXPECT_THAT(found->vms[0].missing,
              ElementsAre("the process has 2 VMs, which are taken together: "
                          "only counters in debugfs tell them apart"));
}

TEST(FindVmsTest, SaysThatThereIsNoProcess) {
  FakeRoot root;
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  EXPECT_TRUE(absl::IsNotFound(found.status()));
  EXPECT_EQ(Error(found),
            "there is no process 100: `pgrep -a qemu` lists those of QEMU");
}

TEST(FindVmsTest, SaysThatAProcessHasNoVm) {
  FakeRoot root;
  root.AddProcess(100, "ba\x1bsh");
  root.Link("/proc/100/fd/3", "/dev/kvm");
  root.Link("/proc/100/fd/4", "/tmp/anon_inode:kvm-vm");
  EXPECT_EQ(Error(FindVmsOf(100, root.path())),
            "process 100 (ba?sh) has no VM: give the PID of a VMM, or "
            "--vm=all for all that there are");
}

TEST(FindVmsTest, IgnoresFoldersWithOtherNames) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddFile(100, 5, "kvm-vm");
  for (const char* name :
       {"100-5-6", "-5", "100-", "x-5", "100-x", "99999999999999999999-5",
        "4294967396-5", "0-5", "exits", "100"}) {
    root.Write(absl::StrCat(kKvm, name, "/exits"), "1\n");
  }
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 1u);
  EXPECT_THAT(found->vms[0].folders, IsEmpty());
  EXPECT_EQ(found->vms[0].no_folder, "it has no folder in debugfs");
  EXPECT_THAT(found->missing, IsEmpty());
}

TEST(FindVmsTest, DoesNotBelieveNumbersInAContainer) {
  FakeRoot root;
  root.AddProcess(100, "vmm");
  root.AddFile(100, 5, "kvm-vm");
  root.Link("/proc/self/ns/pid", "pid:[4026532999]");
  AddFolder(root, "100-5", 0);
  const absl::StatusOr<FoundVms> found = FindVmsOf(100, root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(found->vms[0].folders, IsEmpty());
  EXPECT_THAT(found->vms[0].no_folder, HasSubstr("outside of the container"));
}

TEST(FindVmsTest, FindsAllButItsOwn) {
  FakeRoot root;
  root.AddProcess(getpid(), "exitbench");
  root.AddFile(getpid(), 3, "kvm-vm");
  root.AddProcess(100, "qemu");
  root.AddFile(100, 5, "kvm-vm");
  root.AddProcess(20, "fire");
  root.AddFile(20, 7, "kvm-vm");
  AddFolder(root, "20-7", 0);
  root.AddProcess(30, "bash");
  const absl::StatusOr<FoundVms> found = FindAllVms(root.path());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->vms.size(), 2u);
  EXPECT_EQ(found->vms[0].pid, 20);
  EXPECT_EQ(found->vms[0].number, "7");
  EXPECT_EQ(found->vms[1].pid, 100);
  EXPECT_EQ(found->vms[1].number, "");
}

TEST(FindVmsTest, SaysThatThereIsNone) {
  FakeRoot root;
  root.AddProcess(30, "bash");
  const absl::StatusOr<FoundVms> found = FindAllVms(root.path());
  EXPECT_TRUE(absl::IsNotFound(found.status()));
  EXPECT_EQ(Error(found), "there is no VM that this process can see");
}

}  // namespace
}  // namespace exitbench
