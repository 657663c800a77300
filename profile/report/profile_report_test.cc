#include "profile/report/profile_report.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "profile/model/test_profile.h"

namespace exitbench {
namespace {

TEST(ProfileToText, TableOfEachCaseAndTheRefusedLast) {
  EXPECT_EQ(
      ProfileToText(TestProfile(), {}),
      "pio/out  guest 50.5 instructions, 1 uncounted  modal 97 of 99 events  "
      "6.1.0-test\n"
      "inclusive  self  exit  entry  calls  function                 module\n"
      "     51.5  47.5  42.5      9      1  kvm_arch_vcpu_ioctl_run  kvm\n"
      "      4     4     2        2      2  [thunks]\n"
      "costly instructions: WRMSR 2, LFENCE 1\n"
      "\n"
      "no profile of exit/hlt: the host idled\n");
}

TEST(ProfileToText, TopLeavesOutAndSaysHowMuch) {
  const std::string text = ProfileToText(TestProfile(), {.top = 1});
  EXPECT_TRUE(absl::StrContains(text, "kvm_arch_vcpu_ioctl_run"));
  EXPECT_FALSE(absl::StrContains(text, "[thunks]"));
  EXPECT_TRUE(
      absl::StrContains(text, "\n1 more, self 4 (--top=0 shows all)\n"));
  EXPECT_TRUE(
      absl::StrContains(ProfileToText(TestProfile(), {.top = 0}), "[thunks]"));
}

TEST(ProfileToText, MeansSamplesAndThunksByName) {
  Profile profile = TestProfile();
  profile.cases[0].modal_events = 0;
  profile.cases[0].uncounted = 0;
  profile.host.source = ProfileSource::kNmi;
  const std::string text = ProfileToText(profile, {.fold_thunks = false});
  EXPECT_TRUE(absl::StartsWith(
      text, "pio/out  guest 50.5 samples  mean of 99 events  6.1.0-test\n"));
  EXPECT_TRUE(absl::StrContains(text, "srso_safe_ret            vmlinux\n"));
}

TEST(ProfileToText, SaysWhereTheSumIsNotTheFigure) {
  Profile profile = TestProfile();
  EXPECT_FALSE(absl::StrContains(ProfileToText(profile, {}), "sum to"));
  profile.cases[0].figure = 50.75;
  EXPECT_TRUE(absl::StrContains(ProfileToText(profile, {}),
                                "\nthe functions sum to 50.5, not 50.8\n"));
}

// Three levels, whose leaves are below the share but for one.
Profile Tree() {
  Profile p = TestProfile();
  p.modules = {"vmlinux"};
  p.functions = {{.name = "top"},
                 {.name = "large"},
                 {.name = "small"},
                 {.name = "tiny"},
                 {.name = "retbleed_return_thunk", .thunk = true}};
  p.nodes = {{.function = 2, .self = 5, .calls = 1},
             {.function = 3, .self = 4, .calls = 1},
             {.function = 4, .self = 20, .calls = 7},
             {.function = 1, .self = 471, .calls = 2, .children = {0, 1, 2}},
             {.function = 0, .self = 500, .calls = 0, .children = {2, 3}}};
  p.cases = {{.name = "pio/out",
              .metric = "guest",
              .figure = 1020,
              .legs = {{Leg::kWhole, {4}}},
              .events = 1,
              .modal_events = 1}};
  return p;
}

TEST(ProfileToText, TreeFoldsShortBranches) {
  const std::string text = ProfileToText(Tree(), {.tree = true});
  EXPECT_EQ(text.substr(text.find("calls: ")),
            "calls: inclusive and self; (n below): n calls of less than 1% of "
            "the event\n"
            "whole\n"
            "     1020     500  top\n"
            "      500     471    large x2\n"
            "       20              [thunks]\n"
            "        9              (2 below)\n"
            "       20            [thunks]\n");
  const std::string singly =
      ProfileToText(Tree(), {.tree = true, .fold_thunks = false});
  EXPECT_TRUE(absl::StrContains(
      singly, "\n       20      20      retbleed_return_thunk x7\n"));
}

TEST(ProfileToText, FitsTheWidth) {
  Profile profile = Tree();
  profile.functions[1].name = std::string(100, 'x');
  profile.host.kernel_release = std::string(60, 'k');
  profile.cases.push_back({.name = "exit/hlt",
                           .refused = "a long sentence that says in many words "
                                      "why there is no profile of it",
                           .refused_for = RefusedFor::kIdle});
  for (const size_t columns : {40, 60, 80, 100}) {
    for (absl::string_view line : absl::StrSplit(
             ProfileToText(profile, {.tree = true, .columns = columns}),
             '\n')) {
      EXPECT_LE(line.size(), columns) << line;
    }
  }
}

TEST(ProfileToText, HasNoControlCharactersOfFiles) {
  Profile profile = Tree();
  profile.functions[0].name = "\x1b[2Jtop";
  profile.modules[0] = "\x9bm";
  profile.cases[0].name = "pio\x1b";
  profile.cases[0].metric = "\r";
  profile.host.kernel_release = "\x1b";
  profile.cases.push_back({.name = "\x1b", .refused = "\x1b\x1b"});
  const std::string text = ProfileToText(profile, {.tree = true});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || (c >= ' ' && c < 0x7f);
  }));
  EXPECT_TRUE(absl::StrContains(text, "?[2Jtop"));
}

std::string WithoutBlanks(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

TEST(WriteProfileJson, HasAllOfACase) {
  JsonWriter json;
  WriteProfileJson("a.pb", TestProfile(), {.tree = true, .top = 1}, json);
  const std::string text = WithoutBlanks(json.Take());
  EXPECT_TRUE(absl::StartsWith(
      text,
      "{\"file\":\"a.pb\",\"kernel\":\"6.1.0-test\",\"kvm_backend\":\"kvm_"
      "amd\","));
  EXPECT_TRUE(absl::StrContains(
      text,
      "\"name\":\"pio/out\",\"metric\":\"guest\",\"figure\":50.5,\"refused\":"
      "\"\",\"uncounted\":1,\"events\":99,\"modal_events\":97,\"legs\":{"
      "\"exit\":42.5,\"entry\":9},\"costly_instructions\":{\"WRMSR\":2,"
      "\"LFENCE\":1},"));
  EXPECT_TRUE(absl::StrContains(
      text,
      "{\"name\":\"[thunks]\",\"module\":\"\",\"inclusive\":4,\"self\":4,"
      "\"inclusive_by_leg\":{\"exit\":2,\"entry\":2},\"self_by_leg\":{\"exit\":"
      "2,\"entry\":2},\"calls\":2,\"costly_instructions\":{}}"));
  EXPECT_TRUE(absl::StrContains(
      text,
      "\"tree\":{\"exit\":[{\"name\":\"kvm_arch_vcpu_ioctl_run\",\"module\":"
      "\"kvm\",\"inclusive\":42.5,\"self\":40.5,\"calls\":0,\"children\":[{"
      "\"name\":\"srso_safe_ret\","));
  EXPECT_TRUE(absl::StrContains(
      text,
      "{\"name\":\"exit/hlt\",\"metric\":\"guest\",\"figure\":4608,\"refused\":"
      "\"thehostidled\"}"));
}

}  // namespace
}  // namespace exitbench
