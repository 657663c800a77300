#include "cli/live/model_flags.h"

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "gtest/gtest.h"

ABSL_DECLARE_FLAG(absl::Duration, for);
ABSL_DECLARE_FLAG(std::string, vm);
ABSL_DECLARE_FLAG(std::string, what_if);

namespace exitbench {
namespace {

class ModelFlagsTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::SetFlag(&FLAGS_vm, "4711");
    absl::SetFlag(&FLAGS_for, absl::Seconds(10));
    absl::SetFlag(&FLAGS_what_if, "");
  }

  static bool IsRefused(const std::vector<std::string>& arguments) {
    return absl::IsInvalidArgument(ModelFlagsOf(arguments).status());
  }
};

TEST_F(ModelFlagsTest, TakesAFileAndAVm) {
  const absl::StatusOr<ModelFlags> flags = ModelFlagsOf({"costs.pb"});
  ASSERT_TRUE(flags.ok());
  EXPECT_EQ(flags->costs, "costs.pb");
  EXPECT_EQ(flags->pid, 4711);
  absl::SetFlag(&FLAGS_vm, "all");
  EXPECT_EQ(ModelFlagsOf({"costs.pb"})->pid, std::nullopt);
}

TEST_F(ModelFlagsTest, RefusesWhatIsNoVm) {
  for (const char* vm : {"", "0", "-1", "12x", "pmu:off", "99999999999"}) {
    absl::SetFlag(&FLAGS_vm, vm);
    EXPECT_TRUE(IsRefused({"costs.pb"})) << vm;
  }
}

TEST_F(ModelFlagsTest, RefusesOtherArgumentsAndTimes) {
  EXPECT_TRUE(IsRefused({}));
  EXPECT_TRUE(IsRefused({"a.pb", "b.pb"}));
  for (const absl::Duration time :
       {absl::ZeroDuration(), -absl::Seconds(1), absl::Hours(1000)}) {
    absl::SetFlag(&FLAGS_for, time);
    EXPECT_TRUE(IsRefused({"costs.pb"}));
  }
}

TEST(ParseQuestionsTest, TellsFilesFromTheRest) {
  const absl::StatusOr<Questions> questions =
      ParseQuestions("b.pb,ioeventfd,halt_poll_ns:0,halt_poll_ns:200000");
  ASSERT_TRUE(questions.ok());
  EXPECT_EQ(questions->files, std::vector<std::string>{"b.pb"});
  EXPECT_TRUE(questions->ioeventfd);
  EXPECT_EQ(questions->halt_poll_ns, (std::vector<double>{0, 200000}));
}

TEST(ParseQuestionsTest, RefusesBadParts) {
  for (const char* text :
       {",", "a.pb,", "halt_poll_ns:", "halt_poll_ns:x", "halt_poll_ns:-1",
        "halt_poll_ns:nan", "halt_poll_ns:inf"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseQuestions(text).status())) << text;
  }
}

}  // namespace
}  // namespace exitbench
