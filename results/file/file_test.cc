#include "results/file/file.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "results/file/proto_io.h"
#include "results/model/test_results.h"

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

// Returns the names in the tests' folder that begin with `prefix`.
std::vector<std::string> Named(const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(getenv("TEST_TMPDIR"))) {
    const std::string name = entry.path().filename();
    if (name.rfind(prefix, 0) == 0) names.push_back(name);
  }
  return names;
}

TEST_F(FileTest, ReplacesInOneStepAndLeavesNothingBeside) {
  const std::string path = Path("twice.pb");
  Results results = TestResults();
  ASSERT_TRUE(WriteResults(path, results).ok());
  results.tool_version = "another";
  ASSERT_TRUE(WriteResults(path, results).ok());
  EXPECT_EQ(ReadResults(path)->tool_version, "another");
  EXPECT_EQ(Named("twice.pb"), std::vector<std::string>{"twice.pb"});
}

TEST_F(FileTest, ALinkIsNeitherFollowedNorReplaced) {
  const std::string target = Path("target.txt"), link = Path("link.pb");
  std::ofstream(target) << "mine";
  for (const std::string& to : {target, Path("nowhere")}) {
    ASSERT_EQ(symlink(to.c_str(), link.c_str()), 0);
    for (const absl::Status& status :
         {CheckWritable(link), WriteResults(link, TestResults())}) {
      EXPECT_NE(status.message().find("link.pb is a symbolic link"),
                std::string::npos)
          << status;
    }
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    ASSERT_EQ(unlink(link.c_str()), 0);
  }
  EXPECT_EQ(*ReadFile(target), "mine");
  EXPECT_FALSE(std::filesystem::exists(Path("nowhere")));
}

TEST_F(FileTest, WhatIsNoFileIsNotReplaced) {
  const std::string fifo = Path("fifo.pb");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_FALSE(WriteFile(fifo, "x").ok());
  EXPECT_FALSE(CheckWritable(fifo).ok());
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));
  EXPECT_FALSE(WriteFile("/dev/null", "x").ok());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

// In a child, since there is no way back from the limit.
TEST_F(FileTest, WhereTheRestDoesNotFitTheOldFileStays) {
  const std::string path = Path("limit.pb");
  ASSERT_TRUE(WriteResults(path, TestResults()).ok());
  const std::string before = *ReadFile(path);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {100, 100};
    setrlimit(RLIMIT_FSIZE, &limit);
    const absl::Status status = WriteFile(path, std::string(1000, 'x'));
    _exit(status.message().find("can't write " + path + ": File too large") ==
                  std::string::npos
              ? 1
              : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*ReadFile(path), before);
  EXPECT_EQ(Named("limit.pb"), std::vector<std::string>{"limit.pb"});
}

TEST_F(FileTest, WhatWouldNotOpenAgainIsNotWritten) {
  const std::string path = Path("full.pb");
  Results results = TestResults();
  ASSERT_TRUE(WriteResults(path, results).ok());
  results.sessions.resize(10001);
  const absl::Status status = WriteResults(path, results);
  EXPECT_NE(status.message().find("more than 10000 of ResultsFile.sessions"),
            std::string::npos)
      << status;
  EXPECT_EQ(ReadResults(path)->sessions.size(), 1u);
}

TEST_F(FileTest, TooLargeIsRefusedUnread) {
  const std::string path = Path("large.pb");
  std::ofstream(path).close();
  // A hole: to read it would take time and memory.
  ASSERT_EQ(truncate(path.c_str(), off_t{1} << 40), 0);
  EXPECT_NE(ReadResults(path).status().message().find("larger than 256 MiB"),
            std::string::npos);
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
