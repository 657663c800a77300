#include "profile/export/profile_export.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "profile/export/paths.h"
#include "profile/model/test_profile.h"
#include "proto/pprof.pb.h"

namespace exitbench {
namespace {

int64_t SumOfFolded(const std::string& text) {
  int64_t sum = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    int64_t count = 0;
    EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(' ') + 1), &count));
    sum += count;
  }
  return sum;
}

TEST(WholeCounts, AddUpToTheRoundedSum) {
  WholeCounts whole;
  int64_t sum = 0;
  for (int i = 0; i < 10; ++i) sum += whole.Next(1.26);
  EXPECT_EQ(sum, 13);
  EXPECT_EQ(WholeCounts().Next(7), 7);
  EXPECT_EQ(WholeCounts().Next(1e300), 9'000'000'000'000'000);
}

// 40.5, 2, 7, 2: the half is given to the function that comes first.
TEST(Folded, LinePerPathWithTheSumOfTheCase) {
  const Profile profile = TestProfile();
  const std::string text = ToFoldedStacks(profile);
  EXPECT_EQ(text,
            "pio/out;exit;kvm_arch_vcpu_ioctl_run 41\n"
            "pio/out;exit;kvm_arch_vcpu_ioctl_run;srso_safe_ret 2\n"
            "pio/out;entry;kvm_arch_vcpu_ioctl_run 7\n"
            "pio/out;entry;kvm_arch_vcpu_ioctl_run;srso_safe_ret 2\n");
  EXPECT_EQ(SumOfFolded(text),
            std::llround(profile.cases[0].figure + profile.cases[0].uncounted));
}

TEST(Folded, SeparatorsAreNotInNames) {
  Profile profile = TestProfile();
  profile.cases[0].name = "a b;c\n";
  profile.functions[1].name = "f;g h";
  profile.cases[0].legs = {{Leg::kWhole, {2}}};
  EXPECT_EQ(ToFoldedStacks(profile),
            "a_b_c?;f_g_h 7\na_b_c?;f_g_h;srso_safe_ret 2\n");
}

TEST(Pprof, IsAsItsSchemaSays) {
  const Profile profile = TestProfile();
  proto::pprof::Profile pprof;
  ASSERT_TRUE(pprof.ParseFromString(ToPprof(profile)));
  const auto text = [&pprof](int64_t index) {
    return pprof.string_table(static_cast<int>(index));
  };
  EXPECT_EQ(text(0), "");
  ASSERT_EQ(pprof.sample_type_size(), 1);
  EXPECT_EQ(text(pprof.sample_type(0).type()), "instructions");
  EXPECT_EQ(text(pprof.sample_type(0).unit()), "count");
  ASSERT_EQ(pprof.mapping_size(), 2);
  EXPECT_EQ(text(pprof.mapping(1).filename()), "kvm");
  EXPECT_TRUE(pprof.mapping(1).has_functions());
  ASSERT_EQ(pprof.function_size(), 2);
  EXPECT_EQ(text(pprof.function(1).filename()), "arch/x86/kvm/x86.c");
  EXPECT_EQ(pprof.function(1).start_line(), 11000);
  std::vector<std::string> samples;
  for (const auto& sample : pprof.sample()) {
    std::vector<std::string> names;
    for (const uint64_t location : sample.location_id()) {
      const auto& at = pprof.location(static_cast<int>(location) - 1);
      EXPECT_EQ(at.id(), location);
      const auto& function =
          pprof.function(static_cast<int>(at.line(0).function_id()) - 1);
      EXPECT_EQ(function.id(), at.line(0).function_id());
      names.push_back(text(function.name()));
    }
    ASSERT_EQ(sample.value_size(), 1);
    ASSERT_EQ(sample.label_size(), 2);
    EXPECT_EQ(text(sample.label(0).key()), "case");
    EXPECT_EQ(text(sample.label(1).key()), "leg");
    samples.push_back(absl::StrCat(
        text(sample.label(0).str()), " ", text(sample.label(1).str()), " ",
        absl::StrJoin(names, "<"), " ", sample.value(0)));
  }
  EXPECT_EQ(samples,
            (std::vector<std::string>{
                "pio/out exit kvm_arch_vcpu_ioctl_run 41",
                "pio/out exit srso_safe_ret<kvm_arch_vcpu_ioctl_run 2",
                "pio/out entry kvm_arch_vcpu_ioctl_run 7",
                "pio/out entry srso_safe_ret<kvm_arch_vcpu_ioctl_run 2"}));
  EXPECT_EQ(pprof.location(1).mapping_id(), 2u);
  std::vector<std::string> comments;
  for (const int64_t comment : pprof.comment())
    comments.push_back(text(comment));
  EXPECT_EQ(comments,
            (std::vector<std::string>{"exitbench 1.0", "kernel 6.1.0-test",
                                      "kvm_amd npt, Test CPU"}));
}

// Numbers of more than seven bits, and names that are no UTF-8.
TEST(Pprof, LargeNumbersAndOddNames) {
  Profile profile = TestProfile();
  profile.nodes[0].self = 4'000'000'000;
  profile.functions[0].name = "\xff";
  proto::pprof::Profile pprof;
  ASSERT_TRUE(pprof.ParseFromString(ToPprof(profile)));
  EXPECT_EQ(pprof.sample(1).value(0), 4'000'000'000);
  EXPECT_EQ(pprof.string_table(static_cast<int>(pprof.function(0).name())),
            "?");
}

std::string WithoutBlanks(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

// tests/cli/check_speedscope.py holds a real one to the rules of the format.
TEST(Speedscope, OpensAndClosesInOrder) {
  const std::string text = WithoutBlanks(ToSpeedscope(TestProfile()));
  EXPECT_TRUE(absl::StrContains(
      text,
      "\"frames\":[{\"name\":\"srso_safe_ret\",\"file\":\"vmlinux\"},{\"name\":"
      "\"kvm_arch_vcpu_ioctl_run\",\"file\":\"arch/x86/kvm/x86.c\",\"line\":"
      "11000},{\"name\":\"[unknown]\"},{\"name\":\"[exit]\"},"));
  EXPECT_TRUE(absl::EndsWith(
      text,
      "\"profiles\":[{\"type\":\"evented\",\"name\":\"pio/outguest\",\"unit\":"
      "\"none\",\"events\":["
      "{\"type\":\"O\",\"frame\":3,\"at\":0},"
      "{\"type\":\"O\",\"frame\":1,\"at\":0},"
      "{\"type\":\"O\",\"frame\":0,\"at\":40.5},"
      "{\"type\":\"C\",\"frame\":0,\"at\":42.5},"
      "{\"type\":\"C\",\"frame\":1,\"at\":42.5},"
      "{\"type\":\"C\",\"frame\":3,\"at\":42.5},"
      "{\"type\":\"O\",\"frame\":5,\"at\":42.5},"
      "{\"type\":\"O\",\"frame\":1,\"at\":42.5},"
      "{\"type\":\"O\",\"frame\":0,\"at\":49.5},"
      "{\"type\":\"C\",\"frame\":0,\"at\":51.5},"
      "{\"type\":\"C\",\"frame\":1,\"at\":51.5},"
      "{\"type\":\"C\",\"frame\":5,\"at\":51.5}],"
      "\"startValue\":0,\"endValue\":51.5}]}"));
}

}  // namespace
}  // namespace exitbench
