#include "results/file/proto_io.h"

#include "gtest/gtest.h"
#include "results/model/test_results.h"

namespace exitbench {
namespace {

TEST(ProtoIo, RoundTrip) {
  const Results before = TestResults();
  absl::StatusOr<Results> after = Parse(Serialize(before));
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(ToTextproto(*after), ToTextproto(before));
  EXPECT_EQ(after->cases[0].metrics[0].histogram.counts(),
            before.cases[0].metrics[0].histogram.counts());
  EXPECT_EQ(Serialize(*after), Serialize(before));
}

TEST(ProtoIo, CutAtAnyLengthIsRefused) {
  const std::string whole = Serialize(TestResults());
  for (size_t length = 0; length < whole.size(); ++length) {
    ASSERT_FALSE(Parse(whole.substr(0, length)).ok()) << length;
  }
}

TEST(ProtoIo, AnyByteChangedIsRefused) {
  const std::string whole = Serialize(TestResults());
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string corrupt = whole;
    corrupt[at] = static_cast<char>(corrupt[at] ^ 0x20);
    ASSERT_FALSE(Parse(corrupt).ok()) << at;
  }
}

TEST(ProtoIo, AnotherSchemaIsRefusedByName) {
  Results results = TestResults();
  results.schema_version = 99;
  const absl::Status status = Parse(Serialize(results)).status();
  EXPECT_NE(status.message().find("schema version 99"), std::string::npos)
      << status;
}

TEST(ProtoIo, NumbersOutOfBoundsAreRefused) {
  Results bad_run = TestResults();
  bad_run.cases[0].runs[0].session = 7;
  EXPECT_FALSE(Parse(Serialize(bad_run)).ok());

  Results bad_metric = TestResults();
  bad_metric.cases[0].metrics[0].runs[0].run = 7;
  EXPECT_FALSE(Parse(Serialize(bad_metric)).ok());

  Results not_finite = TestResults();
  not_finite.cases[0].metrics[0].runs[0].summary.mean = 0.0 / 0.0;
  EXPECT_FALSE(Parse(Serialize(not_finite)).ok());

  Results bad_outcome = TestResults();
  bad_outcome.cases[0].outcome = static_cast<Outcome>(17);
  EXPECT_FALSE(Parse(Serialize(bad_outcome)).ok());

  Results long_name = TestResults();
  long_name.cases[0].name.assign(1 << 20, 'x');
  EXPECT_FALSE(Parse(Serialize(long_name)).ok());
}

TEST(ProtoIo, NamesAreKeys) {
  Results two_cases = TestResults();
  two_cases.cases.push_back(two_cases.cases[0]);
  EXPECT_NE(Parse(Serialize(two_cases))
                .status()
                .message()
                .find("two cases of the name pio/out"),
            std::string::npos);

  Results two_metrics = TestResults();
  two_metrics.cases[0].metrics.push_back(two_metrics.cases[0].metrics[0]);
  EXPECT_FALSE(Parse(Serialize(two_metrics)).ok());
}

TEST(ProtoIo, ACaseByItself) {
  const Results results = TestResults();
  const std::string bytes = SerializeCase(results.cases[0]);
  absl::StatusOr<CaseResult> after = ParseCase(bytes);
  ASSERT_TRUE(after.ok()) << after.status();
  Results with_it = results;
  with_it.cases[0] = *after;
  EXPECT_EQ(ToTextproto(with_it), ToTextproto(results));
  // Without the host's facts.
  EXPECT_EQ(bytes.find("test CPU"), std::string::npos);
  EXPECT_NE(Serialize(results).find("test CPU"), std::string::npos);
}

TEST(ProtoIo, ACaseByItselfIsCheckedAsAFileIs) {
  const CaseResult result = TestResults().cases[0];
  const std::string whole = SerializeCase(result);
  EXPECT_FALSE(ParseCase("").ok());
  for (size_t length = 0; length < whole.size(); ++length) {
    ASSERT_FALSE(ParseCase(absl::string_view(whole).substr(0, length)).ok())
        << length;
  }
  EXPECT_FALSE(Parse(whole).ok());
  EXPECT_FALSE(ParseCase(Serialize(TestResults())).ok());

  const auto refused = [](const CaseResult& bad) {
    return std::string(ParseCase(SerializeCase(bad)).status().message());
  };
  CaseResult another_session = result;
  another_session.runs[0].session = 1;
  EXPECT_EQ(refused(another_session),
            "not a usable results file: a run names a session that isn't");
  CaseResult long_name = result;
  long_name.name.assign(257, 'x');
  EXPECT_EQ(refused(long_name),
            "not a usable results file: CaseResult.name is 257 bytes long");
  CaseResult many = result;
  many.unexpected.resize(65);
  EXPECT_EQ(refused(many),
            "not a usable results file: more than 64 of CaseResult.unexpected");
}

TEST(ProtoIo, NanosecondsFollowFromTheTsc) {
  const std::string json = ToJson(TestResults());
  // 3000 ticks at 2 GHz.
  EXPECT_NE(json.find("\"all_ns\""), std::string::npos);
  EXPECT_NE(json.find("\"iqm\": 1500"), std::string::npos);
  Results instructions = TestResults();
  instructions.host.tick = Tick::kInstruction;
  EXPECT_EQ(ToJson(instructions).find("\"all_ns\": {"), std::string::npos);
}

TEST(ProtoIo, JsonHasTheMedianThatTablesShow) {
  Results results = TestResults();
  std::vector<RunStatistics>& runs = results.cases[0].metrics[0].runs;
  ASSERT_EQ(runs.size(), 2u);
  runs[0].summary.iqm = 106195.98999999992;
  runs[1].summary.iqm = 106199;
  const std::string json = ToJson(results);
  EXPECT_NE(json.find("\"iqm\": 106195.99,"), std::string::npos) << json;
  EXPECT_NE(json.find("\"iqm\": 106199,"), std::string::npos);
  EXPECT_NE(json.find("\"median_of_runs\": 106197.495\n"), std::string::npos);
  EXPECT_EQ(json.find("99999"), std::string::npos);
  const std::string text = ToTextproto(results);
  EXPECT_NE(text.find("iqm: 106195.98999999992\n"), std::string::npos);
  EXPECT_EQ(text.find("median_of_runs"), std::string::npos);
  runs.clear();
  EXPECT_EQ(ToJson(results).find("median_of_runs"), std::string::npos);
}

TEST(ProtoIo, CountsSayHowTheyRepeat) {
  Results instructions = TestResults();
  EXPECT_EQ(ToJson(instructions).find("\"repeats\""), std::string::npos);
  instructions.host.tick = Tick::kInstruction;
  instructions.cases[0].metrics[0].runs[1].summary.iqm = 3004;
  const std::string json = ToJson(instructions);
  EXPECT_NE(json.find("\"differing\": 1"), std::string::npos) << json;
  EXPECT_NE(json.find("\"range\": 4"), std::string::npos) << json;
}

}  // namespace
}  // namespace exitbench
