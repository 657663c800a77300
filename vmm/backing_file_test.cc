#include "vmm/backing_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

// Its own folder, so that nothing else is made there.
std::string Folder() {
  const std::string folder = testing::TempDir() + "/backing_file_test";
  std::filesystem::create_directories(folder);
  return folder;
}

uint64_t BlocksOf(int fd) {
  struct stat info = {};
  EXPECT_EQ(fstat(fd, &info), 0);
  return static_cast<uint64_t>(info.st_blocks);
}

TEST(BackingFile, WithoutOneThereAreNoRanges) {
  EXPECT_TRUE(absl::IsUnimplemented(FileRange::Take(4096).status()));
}

TEST(BackingFile, AFolderThatIsNoneIsNamed) {
  const absl::Status status = OpenBackingFile("/no/such/folder");
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find("/no/such/folder"), std::string::npos)
      << status;
}

TEST(BackingFile, HasNoName) {
  ASSERT_TRUE(OpenBackingFile(Folder()).ok());
  EXPECT_TRUE(std::filesystem::is_empty(Folder()));
}

TEST(BackingFile, RangesAreApartAndTheLastLeavesNothing) {
  ASSERT_TRUE(OpenBackingFile(Folder()).ok());
  auto first = FileRange::Take(4096);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->offset(), 0);
  const int fd = first->fd();
  {
    auto second = FileRange::Take(8 << 20);
    ASSERT_TRUE(second.ok()) << second.status();
    EXPECT_EQ(second->offset(), 2 << 20);
    ASSERT_EQ(pwrite(fd, "x", 1, second->offset()), 1);
  }
  EXPECT_GT(BlocksOf(fd), 0u);
  { const FileRange gone = std::move(*first); }
  EXPECT_EQ(BlocksOf(fd), 0u);
  EXPECT_EQ(FileRange::Take(4096)->offset(), 0);
}

TEST(BackingFile, TooLittleRoomIsUnavailableWithTheFigures) {
  ASSERT_TRUE(OpenBackingFile(Folder()).ok());
  const absl::Status status = FileRange::Take(size_t{1} << 60).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_NE(status.message().find("needs 1099511627776 MiB"), std::string::npos)
      << status;
}

TEST(FileSystem, HasAName) {
  EXPECT_EQ(*FileSystemOf("/proc"), "0x9fa0");
  EXPECT_EQ(*FileSystemOf("/dev/shm"), "tmpfs");
  EXPECT_FALSE(FileSystemOf("/no/such/folder").ok());
}

}  // namespace
}  // namespace exitbench
