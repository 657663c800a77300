#include "cli/parse.h"

#include "absl/flags/flag.h"
#include "gtest/gtest.h"

ABSL_FLAG(int, test_number, 1, "");
ABSL_FLAG(bool, test_switch, false, "");

namespace exitbench {
namespace {

constexpr absl::string_view kAllowed[] = {"test_number", "test_switch"};

absl::StatusOr<ParsedLine> Parse(const std::vector<std::string>& words) {
  return ParseLine(words, kAllowed);
}

TEST(ParseLine, SetsFlagsAndKeepsArguments) {
  auto line = Parse({"a", "--test_number=7", "--test_switch", "--", "-b"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->arguments, (std::vector<std::string>{"a", "-b"}));
  EXPECT_EQ(absl::GetFlag(FLAGS_test_number), 7);
  EXPECT_TRUE(absl::GetFlag(FLAGS_test_switch));
  ASSERT_TRUE(Parse({"--notest_switch"}).ok());
  EXPECT_FALSE(absl::GetFlag(FLAGS_test_switch));
}

TEST(ParseLine, RefusesWhatIsWrong) {
  EXPECT_FALSE(Parse({"--unknown"}).ok());
  EXPECT_FALSE(Parse({"--test_number"}).ok());
  EXPECT_FALSE(Parse({"--test_number=x"}).ok());
  // Abseil's own flags are not ours.
  EXPECT_FALSE(Parse({"--flagfile=/etc/passwd"}).ok());
}

std::string ErrorOf(const std::vector<std::string>& words) {
  return std::string(Parse(words).status().message());
}

TEST(ParseLine, SaysWhatWasMeant) {
  EXPECT_EQ(ErrorOf({"--test_nubmer=7"}),
            "unknown flag --test_nubmer; did you mean 'test_number'?; see "
            "--help");
  EXPECT_EQ(ErrorOf({"-v"}), "unknown flag -v; see --help");
  EXPECT_EQ(ErrorOf({"--test_number", "7"}),
            "--test_number wants a value: --test_number=7");
  EXPECT_EQ(ErrorOf({"--test_number", "--test_switch"}),
            "--test_number wants a value: --test_number=...");
  EXPECT_EQ(ErrorOf({"--test_number=x"}),
            "--test_number=x: give a value such as 1");
  EXPECT_EQ(ErrorOf({"--test_switch=x"}),
            "--test_switch=x: give true or false");
}

}  // namespace
}  // namespace exitbench
