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

TEST(ProfileToText, MeansAndThunksByName) {
  Profile profile = TestProfile();
  profile.cases[0].modal_events = 0;
  profile.cases[0].uncounted = 0;
  const std::string text = ProfileToText(profile, {.fold_thunks = false});
  EXPECT_TRUE(absl::StartsWith(
      text,
      "pio/out  guest 50.5 instructions  mean of 99 events  6.1.0-test\n"));
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

// The same as samples: 5 of 1,020 are in the least function.
Profile SampledTree() {
  Profile p = Tree();
  p.host.source = ProfileSource::kClock;
  for (ProfileNode& node : p.nodes) node.calls = 0;
  p.cases[0].metric = "samples";
  p.cases[0].events = 3000;
  p.cases[0].modal_events = 0;
  p.cases[0].sampled = {.clock = "cpu-clock",
                        .period = 99991,
                        .samples = 1020,
                        .attributed = 1019,
                        .lost = 2};
  return p;
}

TEST(ProfileToText, SharesOfSamplesWithTheirIntervals) {
  EXPECT_EQ(
      ProfileToText(SampledTree(), {.top = 4}),
      "pio/out  1020 samples in 3000 events, 99.7% attributed, 2 lost, "
      "cpu-clock: with interrupts on only\n"
      "         6.1.0-test\n"
      "inclusive %           95%  self %           95%  function  module\n"
      "    100.00   99.62-100.00  49.02   45.96-52.09   top       vmlinux\n"
      "     49.02   45.96-52.09   46.18   43.14-49.24   large     vmlinux\n"
      "      3.92    2.89-5.30     3.92    2.89-5.30    [thunks]\n"
      "      0.490   0.210-1.142   0.490   0.210-1.142  small     vmlinux\n"
      "1 more, self 0.392% (--top=0 shows all)\n");
  Profile profile = SampledTree();
  profile.host.source = ProfileSource::kNmi;
  profile.cases[0].sampled.clock = "cycles";
  profile.cases[0].sampled.lost = 0;
  EXPECT_TRUE(absl::StartsWith(ProfileToText(profile, {}),
                               "pio/out  1020 samples in 3000 events, 99.9% "
                               "attributed, cycles by NMI  6.1.0-test\n"));
}

TEST(ProfileToText, TreeOfSamplesIsInPercent) {
  const std::string text = ProfileToText(SampledTree(), {.tree = true});
  EXPECT_EQ(text.substr(text.find("calls: ")),
            "calls: inclusive and self in percent; (n below): n calls of less "
            "than 1% of the samples\n"
            "   100.00   49.02  top\n"
            "    49.02   46.18    large\n"
            "     1.96              [thunks]\n"
            "     0.88              (2 below)\n"
            "     1.96            [thunks]\n");
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

TEST(WriteProfileJson, SharesOfSamples) {
  JsonWriter json;
  WriteProfileJson("a.pb", SampledTree(), {}, json);
  const std::string text = WithoutBlanks(json.Take());
  EXPECT_TRUE(absl::StrContains(
      text,
      "\"counted_by\":\"samples\",\"cases\":[{\"name\":\"pio/out\","
      "\"metric\":\"samples\",\"figure\":1020,\"refused\":\"\",\"events\":"
      "3000,\"clock\":\"cpu-clock\",\"period\":99991,\"samples\":1020,"
      "\"attributed\":1019,\"lost\":2,\"functions\":[{\"name\":\"top\","
      "\"module\":\"vmlinux\",\"inclusive\":{\"samples\":1020,\"share\":1,"
      "\"low\":0.996"))
      << text;
  EXPECT_TRUE(
      absl::StrContains(text, "\"self\":{\"samples\":471,\"share\":0.4617"))
      << text;
  EXPECT_FALSE(absl::StrContains(text, "calls"));
}

}  // namespace
}  // namespace exitbench
