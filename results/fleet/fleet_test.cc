#include "results/fleet/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/fleet/fleet_report.h"
#include "results/fleet/kernel_order.h"
#include "results/fleet/testing.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::string> OddNames(const FleetGroupReport& group) {
  std::vector<std::string> names;
  for (const OddHost& host : group.odd) names.push_back(host.host);
  return names;
}

TEST(Fleet, FindsTheFourOddOf200AndNoOther) {
  FleetMaker maker;
  maker.hosts = 200;
  maker.factor = [](int host, int c) {
    if (host == 17) return 1.15;                // As a whole.
    if (host == 80 && c % 10 == 3) return 1.4;  // In three cases.
    if (host == 81 && c == 5) return .5;        // Faster in one.
    return 1.0;
  };
  maker.change = [](int host, Results& r) {
    if (host == 17) r.host.facts[0].value = "powersave";
    if (host == 120) {
      for (RunStatistics& run : r.cases[7].metrics[1].runs) {
        run.summary = MakeSummary(2);
      }
    }
  };
  const FleetReport report = AnalyzeFleet(maker.Digest());
  ASSERT_THAT(report.groups, SizeIs(1));
  const FleetGroupReport& group = report.groups[0];
  EXPECT_EQ(group.hosts, 200u);
  EXPECT_EQ(report.tests, 200u * 30);
  EXPECT_TRUE(report.any_odd);
  EXPECT_THAT(OddNames(group), ElementsAre("h017", "h080", "h081", "h120"));

  const OddHost& whole = group.odd[0];
  EXPECT_TRUE(whole.shifted);
  EXPECT_NEAR(whole.shift, 1.15, .01);
  ASSERT_THAT(whole.facts, SizeIs(1));
  EXPECT_EQ(whole.facts[0].key, "cpufreq.governor");
  EXPECT_EQ(whole.facts[0].value, "powersave");
  EXPECT_EQ(whole.facts[0].usual, "performance");

  const OddHost& some = group.odd[1];
  EXPECT_FALSE(some.shifted);
  EXPECT_THAT(some.facts, IsEmpty());
  ASSERT_THAT(some.figures, SizeIs(3));
  for (const OddFigure& figure : some.figures) {
    EXPECT_THAT(figure.series.case_name, ::testing::EndsWith("3"));
    EXPECT_NEAR(figure.value / figure.usual, 1.4, .06);
    EXPECT_LE(figure.p_adjusted, .05);
  }

  ASSERT_THAT(group.odd[2].figures, SizeIs(1));
  EXPECT_EQ(group.odd[2].figures[0].series.case_name, "case/005");
  EXPECT_NEAR(group.odd[2].figures[0].value, 500, 30);

  ASSERT_THAT(group.odd[3].figures, SizeIs(1));
  EXPECT_EQ(group.odd[3].figures[0].series.metric, "exits");
  EXPECT_EQ(group.odd[3].figures[0].value, 2);
  EXPECT_EQ(group.odd[3].figures[0].usual, 1);

  // The first is that of exits.
  const Spread& spread = group.spreads[1];
  EXPECT_EQ(spread.series.case_name, "case/000");
  EXPECT_EQ(spread.hosts, 200u);
  EXPECT_NEAR(spread.median, 1000, 3);
  EXPECT_NEAR(spread.deviation, .01, .002);
  EXPECT_LT(spread.p5, spread.median);
  EXPECT_LT(spread.median, spread.p95);
}

TEST(Fleet, FewHostsAreNotTested) {
  FleetMaker maker;
  maker.hosts = 7;
  maker.factor = [](int host, int) { return host == 3 ? 2.0 : 1.0; };
  const FleetReport report = AnalyzeFleet(maker.Digest());
  EXPECT_FALSE(report.groups[0].tested);
  EXPECT_FALSE(report.any_odd);
  EXPECT_THAT(FleetToText(report, {}), HasSubstr("too few to tell"));
}

TEST(Fleet, OneHostHasNoSpread) {
  FleetMaker maker;
  maker.hosts = 1;
  const std::string one = FleetToText(AnalyzeFleet(maker.Digest()), {});
  EXPECT_THAT(one, HasSubstr("1 host, 1 file, 1 group\n"));
  EXPECT_THAT(one, ContainsRegex("case/000 +kvm_run +1 +[0-9.]+( +-){5}\n"));
  maker.hosts = 2;
  const std::string two = FleetToText(AnalyzeFleet(maker.Digest()), {});
  EXPECT_THAT(two, HasSubstr("2 hosts, 2 files, 1 group\n"));
  EXPECT_THAT(two, Not(ContainsRegex(" -\n")));
}

TEST(Fleet, AHostOf8ThatIsSlowerAsAWholeStandsOut) {
  FleetMaker maker;
  maker.hosts = 8;
  maker.factor = [](int host, int) { return host == 3 ? 1.2 : 1.0; };
  const FleetReport report = AnalyzeFleet(maker.Digest());
  ASSERT_THAT(OddNames(report.groups[0]), ElementsAre("h003"));
  EXPECT_TRUE(report.groups[0].odd[0].shifted);
}

TEST(Fleet, GroupsByKernelMitigationsAndBackend) {
  FleetMaker maker;
  maker.hosts = 8;
  maker.change = [](int host, Results& r) {
    if (host == 1) r.host.facts[1].value = "quiet mitigations=off";
    if (host == 2) r.host.kvm_backend = "kvm_intel";
    if (host == 3) r.host.architecture = "aarch64";
    if (host == 4) r.host.cpu_model = "Another CPU";
    if (host == 5) {
      r.host.facts.push_back({"cpu.vulnerabilities.mds", "Vulnerable"});
    }
    if (host == 6) r.host.facts[0].value = "powersave";  // Not a group's.
  };
  const FleetReport report = AnalyzeFleet(maker.Digest());
  std::vector<std::string> labels;
  for (const FleetGroupReport& group : report.groups) {
    labels.push_back(group.label);
  }
  EXPECT_THAT(
      labels,
      ::testing::UnorderedElementsAre(
          "6.1.0-test, kvm_amd (npt), Test CPU, mitigations=auto, architecture "
          "x86_64",
          "6.1.0-test, kvm_amd (npt), Test CPU, mitigations=auto, architecture "
          "x86_64, mds=Vulnerable",
          "6.1.0-test, kvm_amd (npt), Test CPU, mitigations=auto, architecture "
          "aarch64",
          "6.1.0-test, kvm_amd (npt), Test CPU, mitigations=off",
          "6.1.0-test, kvm_intel (npt), Test CPU, mitigations=auto",
          "6.1.0-test, kvm_amd (npt), Another CPU, mitigations=auto"));
  EXPECT_THAT(report.pairs, IsEmpty());
}

TEST(Fleet, ShardsSayTheSameAsAllAtOnce) {
  FleetMaker maker;
  maker.hosts = 60;
  maker.factor = [](int host, int) { return host == 9 ? 1.3 : 1.0; };
  // Files of different cases make different columns.
  maker.change = [](int host, Results& r) {
    if (host % 3 == 0) r.cases.erase(r.cases.begin(), r.cases.begin() + 2);
  };
  FleetMaker newer = maker;
  newer.kernel = "6.12.0-test";
  FleetDigest whole = maker.Digest();
  newer.AddTo(whole, 0, 60);
  FleetDigest shards[3];
  newer.AddTo(shards[0], 40, 60);
  maker.AddTo(shards[0], 50, 60);
  maker.AddTo(shards[1], 0, 50);
  newer.AddTo(shards[2], 0, 40);
  // Joined in another order, and in turn.
  FleetDigest half, joined;
  EXPECT_THAT(half.Merge(shards[2]), IsEmpty());
  EXPECT_THAT(half.Merge(shards[1]), IsEmpty());
  EXPECT_THAT(joined.Merge(shards[0]), IsEmpty());
  EXPECT_THAT(joined.Merge(half), IsEmpty());
  EXPECT_EQ(joined.files(), 120u);
  const std::string expected = FleetToJson(AnalyzeFleet(whole), {});
  EXPECT_THAT(expected, HasSubstr("\"host\": \"h009\""));
  EXPECT_EQ(FleetToJson(AnalyzeFleet(joined), {}), expected);
}

TEST(Fleet, ASessionCountsOnce) {
  FleetMaker maker;
  maker.hosts = 8;
  FleetDigest digest = maker.Digest();
  const absl::Status again =
      digest.Add(MakeSide(maker.Make(3), "copy.pb"), "other", "copy.pb");
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(again.message()),
              HasSubstr("copy.pb: a session of it is in h003@6.1.0-test.pb"));
  const std::vector<absl::Status> left_out = digest.Merge(maker.Digest());
  EXPECT_THAT(left_out, SizeIs(8));
  EXPECT_EQ(digest.files(), 8u);
}

TEST(Fleet, TwoFilesOfAHostAreOneHost) {
  FleetMaker maker;
  maker.hosts = 8;
  FleetDigest digest = maker.Digest();
  Results more = maker.Make(3);
  more.sessions[0].boot_id = "another boot";
  for (CaseResult& c : more.cases) {
    for (RunStatistics& run : c.metrics[0].runs)
      run.summary = MakeSummary(4000);
  }
  ASSERT_TRUE(digest.Add(MakeSide(more, "b.pb"), "h003", "b.pb").ok());
  const FleetReport report = AnalyzeFleet(digest);
  EXPECT_EQ(report.groups[0].hosts, 8u);
  EXPECT_EQ(report.groups[0].files, 9u);
  EXPECT_NEAR(report.groups[0].spreads[1].max, 2000, 100);
  ASSERT_THAT(report.groups[0].warnings, SizeIs(1));
  EXPECT_THAT(report.groups[0].warnings[0], HasSubstr("1 hosts have more"));
}

TEST(Fleet, RevisionsOfACaseAreNotMixed) {
  FleetMaker maker;
  maker.hosts = 20;
  maker.change = [](int host, Results& r) {
    if (host < 10) r.cases[4].code_hash = "another";
    if (host == 12) r.cases[5].outcome = Outcome::kFailed;
  };
  const FleetReport report = AnalyzeFleet(maker.Digest());
  const FleetGroupReport& group = report.groups[0];
  std::vector<uint32_t> hosts;
  for (const Spread& spread : group.spreads) {
    if (spread.series.case_name == "case/004" &&
        spread.series.metric == "kvm_run") {
      hosts.push_back(spread.hosts);
    }
  }
  EXPECT_THAT(hosts, ElementsAre(10u, 10u));
  EXPECT_THAT(group.warnings,
              ElementsAre("case/004 has 2 revisions, which are not compared "
                          "with each other"));
  ASSERT_THAT(group.failed, SizeIs(1));
  EXPECT_EQ(group.failed[0].case_name, "case/005");
  EXPECT_THAT(group.failed[0].hosts, ElementsAre("h012"));
}

TEST(Fleet, OnlyWantedCasesAreLookedAt) {
  FleetMaker maker;
  maker.factor = [](int host, int c) {
    return host == 3 && c == 7 ? 3.0 : 1.0;
  };
  const FleetReport report =
      AnalyzeFleet(maker.Digest(), {}, {"case/001", "case/002"});
  EXPECT_EQ(report.tests, 40u);
  EXPECT_FALSE(report.any_odd);
}

TEST(Fleet, KernelsArePairedByHost) {
  FleetMaker old_kernel, new_kernel;
  old_kernel.hosts = 20;
  // Hosts differ by far more than the kernels do.
  old_kernel.factor = [](int host, int) { return 1 + .1 * host; };
  new_kernel = old_kernel;
  new_kernel.kernel = "6.12.0-test";
  new_kernel.hosts = 25;
  new_kernel.factor = [](int host, int c) {
    return (1 + .1 * host) * (c == 5 ? 1.05 : c == 6 ? .9 : 1);
  };
  new_kernel.change = [](int, Results& r) {
    for (RunStatistics& run : r.cases[9].metrics[1].runs) {
      run.summary = MakeSummary(0);
    }
  };
  FleetDigest digest = new_kernel.Digest();
  ASSERT_THAT(digest.Merge(old_kernel.Digest()), IsEmpty());
  const FleetReport report = AnalyzeFleet(digest);
  ASSERT_THAT(report.pairs, SizeIs(1));
  const KernelPair& pair = report.pairs[0];
  EXPECT_THAT(pair.old_label, HasSubstr("6.1.0-test"));
  EXPECT_THAT(pair.new_label, HasSubstr("6.12.0-test"));
  EXPECT_EQ(pair.hosts, 20u);
  EXPECT_EQ(pair.worse, 1u);
  EXPECT_EQ(pair.better, 1u);
  EXPECT_TRUE(report.any_worse);
  for (const PairedFigure& figure : pair.figures) {
    SCOPED_TRACE(figure.series.case_name + figure.series.metric);
    const bool exits = figure.series.metric == "exits";
    if (figure.series.case_name == "case/005" && !exits) {
      EXPECT_EQ(figure.change, PairChange::kWorse);
      EXPECT_NEAR(figure.ratio, 1.05, .01);
      EXPECT_LE(figure.low, figure.ratio);
      EXPECT_GE(figure.high, figure.ratio);
    } else if (figure.series.case_name == "case/006" && !exits) {
      EXPECT_EQ(figure.change, PairChange::kBetter);
    } else if (figure.series.case_name == "case/009" && exits) {
      EXPECT_EQ(figure.change, PairChange::kChanged);
      EXPECT_EQ(figure.differing, 20u);
    } else {
      EXPECT_NE(figure.change, PairChange::kWorse);
      EXPECT_NE(figure.change, PairChange::kBetter);
    }
  }
}

TEST(Fleet, FewPairsAreUnsureAndSayHowManyItTakes) {
  FleetMaker old_kernel, new_kernel;
  old_kernel.hosts = new_kernel.hosts = 4;
  new_kernel.kernel = "6.12.0-test";
  new_kernel.factor = [](int, int) { return 1.2; };
  FleetDigest digest = new_kernel.Digest();
  ASSERT_THAT(digest.Merge(old_kernel.Digest()), IsEmpty());
  const FleetReport report = AnalyzeFleet(digest);
  ASSERT_THAT(report.pairs, SizeIs(1));
  EXPECT_EQ(report.pairs[0].worse, 0u);
  EXPECT_EQ(report.pairs[0].needed_hosts, 11u);  // 2 * 30 / .05 < 2^11.
  EXPECT_THAT(FleetToText(report, {}), HasSubstr("11 could"));
}

TEST(KernelOrder, NumbersAreNumbers) {
  EXPECT_TRUE(IsOlderRelease("6.1.0-9", "6.1.0-10"));
  EXPECT_TRUE(IsOlderRelease("6.1", "6.12"));
  EXPECT_TRUE(IsOlderRelease("6.9", "6.12"));
  EXPECT_FALSE(IsOlderRelease("6.12", "6.9"));
  EXPECT_FALSE(IsOlderRelease("6.1", "6.1"));
  EXPECT_FALSE(IsOlderRelease("6.01", "6.1"));
  EXPECT_TRUE(IsOlderRelease("6.1", "6.1-rc1"));
}

}  // namespace
}  // namespace exitbench
