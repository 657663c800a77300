#include "results/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "gtest/gtest.h"
#include "results/proto_io.h"
#include "results/test_results.h"

namespace exitbench {
namespace {

class FileTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) {
    return std::string(getenv("TEST_TMPDIR")) + "/" + name;
  }
};

TEST_F(FileTest, WritesAndReads) {
  const std::string path = Path("a.pb");
  ASSERT_TRUE(WriteResults(path, TestResults()).ok());
  absl::StatusOr<Results> read = ReadResults(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(Serialize(*read), Serialize(TestResults()));
}

TEST_F(FileTest, ModeFollowsTheUmask) {
  const std::string path = Path("mode.pb");
  const mode_t old = umask(027);
  ASSERT_TRUE(WriteResults(path, TestResults()).ok());
  umask(old);
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

TEST_F(FileTest, LeavesNothingBehindWhereItCantWrite) {
  const std::string folder = Path("folder.pb");
  ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
  EXPECT_FALSE(WriteResults(folder, TestResults()).ok());
  EXPECT_FALSE(CheckWritable(folder).ok());
  EXPECT_FALSE(CheckWritable(Path("no/such/folder.pb")).ok());
  EXPECT_TRUE(CheckWritable(Path("new.pb")).ok());
  EXPECT_NE(access(Path("new.pb").c_str(), F_OK), 0);
}

TEST_F(FileTest, ErrorsNameTheFile) {
  const std::string path = Path("text.pb");
  std::ofstream(path) << "this is no results file";
  const absl::Status status = ReadResults(path).status();
  EXPECT_NE(status.message().find("text.pb: not a usable results file"),
            std::string::npos)
      << status;
}

}  // namespace
}  // namespace exitbench
