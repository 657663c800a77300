#include "harness/session/session_task.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// All fields that are handed over differ from their defaults.
SessionTask FullTask() {
  SessionTask task;
  RunConfig& config = task.config;
  config.cases = "^pio/(in|out)$,-mmio %20";
  config.guest_page = "2m";
  config.host_page = "thp";
  config.backing = "file";
  config.backing_dir = "/a folder";
  config.working_set = "64m";
  config.vm = "pmu:off; exits_disabled:hlt,pause";
  config.rounds = 7;
  config.exits = 4000000000;
  config.quick = true;
  config.time_limit = absl::Milliseconds(1500);
  config.seed = 4294967295;
  config.cpu = "5,0,127";
  config.emulator = "an emulator = 100% slow,\nand more";
  config.tick = Tick::kInstruction;
  config.trace_marks = true;
  config.linearity = true;
  config.seccomp = false;
  config.native = true;
  config.strict_expectations = true;
  config.reruns = 0;
  config.profile_time = absl::Seconds(3);
  config.exit_reasons = true;
  config.kvm_device = "/dev/kvm 2";
  config.pace = "5;1.5;0.25;5;15;15;pio/out,1,2,3,4,5,6,1";
  task.part = {.session_index = 2,
               .round = 3,
               .after = "pio/out.ring3",
               .without = {"mem/hot.host_thp", "pio/in"},
               .profile = true,
               .exit_reasons = true};
  return task;
}

TEST(SessionTask, ReadsAsWritten) {
  const SessionTask task = FullTask();
  const absl::StatusOr<SessionTask> read = ReadTask(WriteTask(task));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->config == task.config) << WriteTask(*read);
  EXPECT_EQ(read->part.session_index, 2u);
  EXPECT_EQ(read->part.round, 3u);
  EXPECT_EQ(read->part.after, "pio/out.ring3");
  EXPECT_EQ(read->part.without, task.part.without);
  EXPECT_TRUE(read->part.profile);
  EXPECT_TRUE(read->part.exit_reasons);
}

TEST(SessionTask, TheDefaultReadsAsWritten) {
  const absl::StatusOr<SessionTask> read = ReadTask(WriteTask({}));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->config == RunConfig());
  EXPECT_TRUE(read->part.without.empty());
  EXPECT_FALSE(read->part.profile);
  EXPECT_FALSE(read->part.exit_reasons);
}

// Only the parent needs them, and each process chooses its CPUs.
TEST(SessionTask, WhatIsTheParentsIsNotHandedOver) {
  SessionTask task;
  task.config.sessions = 9;
  task.config.cpus = {1};
  task.config.deadline = absl::UnixEpoch();
  task.config.silence_slack = absl::Seconds(1);
  const absl::StatusOr<SessionTask> read = ReadTask(WriteTask(task));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->config == RunConfig());
}

TEST(SessionTask, IsOneWordForAShell) {
  EXPECT_EQ(WriteTask(FullTask()).find('\n'), std::string::npos);
}

TEST(SessionTask, RefusesWhatItDidNotWrite) {
  const std::string good = WriteTask({});
  ASSERT_TRUE(ReadTask(good).ok());
  const std::string missing = absl::StrReplaceAll(good, {{"exits=10000 ", ""}});
  EXPECT_EQ(ReadTask(missing).status().message(),
            "a session's task without exits");
  EXPECT_EQ(ReadTask(absl::StrCat(good, " more=1")).status().message(),
            "a session's task with an unknown more");
  for (const auto& [field, bad] :
       std::vector<std::pair<std::string, std::string>>{
           {"exits=10000", "exits=-1"},
           {"quick=false", "quick=no"},
           {"time_limit=10000000000", "time_limit=10s"},
           {"tick=1", "tick=0"}}) {
    EXPECT_EQ(
        ReadTask(absl::StrReplaceAll(good, {{field, bad}})).status().message(),
        absl::StrCat("a session's task with ", bad));
  }
}

}  // namespace
}  // namespace exitbench
