#include "results/text/suggest.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr absl::string_view kCommands[] = {"run", "list", "show", "diff",
                                           "doctor"};
constexpr absl::string_view kCases[] = {"pio/out", "pio/out.ring3", "pio/in",
                                        "mmio/write"};

TEST(Suggest, FindsWhatWasMeant) {
  EXPECT_EQ(Nearest("lsit", kCommands), "list");
  EXPECT_EQ(Nearest("docter", kCommands), "doctor");
  EXPECT_EQ(Nearest("pio/otu", kCases), "pio/out");
  EXPECT_EQ(Nearest("PIO/OUT", kCases), "pio/out");
  EXPECT_EQ(Nearest("mmio/wrte", kCases), "mmio/write");
}

TEST(Suggest, SaysNothingOfWordsUnlikeAny) {
  EXPECT_EQ(Nearest("", kCommands), "");
  EXPECT_EQ(Nearest("x", kCommands), "");
  EXPECT_EQ(Nearest("measure", kCommands), "");
  EXPECT_EQ(Nearest("pio/o", kCases), "");
}

TEST(Suggest, IsAPartOfAMessage) {
  EXPECT_EQ(DidYouMean("lsit", kCommands), "; did you mean 'list'?");
  EXPECT_EQ(DidYouMean("measure", kCommands), "");
}

}  // namespace
}  // namespace exitbench
