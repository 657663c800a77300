// A folder for tests that stands for the root of a host's files.
#ifndef EXITBENCH_HARNESS_LIVE_FAKE_ROOT_H_
#define EXITBENCH_HARNESS_LIVE_FAKE_ROOT_H_

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace exitbench {

// Is removed with all that is in it.
class FakeRoot {
 public:
  FakeRoot() {
    const testing::TestInfo* test =
        testing::UnitTest::GetInstance()->current_test_info();
    path_ = absl::StrCat(testing::TempDir(), "/", test->test_suite_name(), ".",
                         test->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~FakeRoot() { std::filesystem::remove_all(path_); }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;

  const std::string& path() const { return path_; }

  // Makes a file, and the folders that it is in. Who reads meanwhile gets the
  // old text or the new one.
  void Write(const std::string& file, const std::string& text) const {
    static std::atomic<int> number = 0;
    const std::string fresh = absl::StrCat(path_, "/.new", ++number);
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, Made(file));
  }
  void Link(const std::string& link, const std::string& to) const {
    std::filesystem::create_symlink(to, Made(link));
  }
  void Remove(const std::string& what) const {
    std::filesystem::remove_all(path_ + what);
  }
  // Takes the right to write from everybody, as the kernel does with gauges.
  void MakeReadOnly(const std::string& file) const {
    std::filesystem::permissions(path_ + file,
                                 static_cast<std::filesystem::perms>(0444));
  }

  // Makes a thread of a process.
  void AddThread(int process, int thread) const {
    Write(absl::StrCat("/proc/", thread, "/status"),
          absl::StrCat("Name:\tvmm\nUmask:\t0022\nTgid:\t", process, "\n"));
  }
  // Makes a process of one thread that has files open: "7 kvm-vm".
  void AddProcess(int pid, const std::string& command) const {
    AddThread(pid, pid);
    Write(absl::StrCat("/proc/", pid, "/comm"), command + "\n");
    std::filesystem::create_directories(
        absl::StrCat(path_, "/proc/", pid, "/fd"));
  }
  void AddFile(int pid, int fd, const std::string& kvm_file) const {
    Link(absl::StrCat("/proc/", pid, "/fd/", fd), "anon_inode:" + kvm_file);
  }

 private:
  std::string Made(const std::string& file) const {
    const std::string path = path_ + file;
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    return path;
  }

  std::string path_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_FAKE_ROOT_H_
