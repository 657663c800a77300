// The census: every row of the catalogue on hosts that nobody here has. None is
// to be contradicted for behaving as that hardware does, and rows are to know
// by features what to expect.
#include "tests/census/census.h"

#include <iostream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// Cases that fail on some simulated host, and why. To be empty.
struct Open {
  const char* name;  // Of the instance.
  const char* why;
};
const std::vector<Open>& KnownOpen() {
  static const auto* const open = new std::vector<Open>{};
  return *open;
}

// Cases that do another thing than the row expects, on a host that says which
// features it has.
const std::vector<Open>& KnownUnexpected() {
  static const auto* const unexpected = new std::vector<Open>{};
  return *unexpected;
}

bool IsIn(const std::vector<Open>& list, absl::string_view name) {
  for (const Open& open : list) {
    if (name == open.name) return true;
  }
  return false;
}

// One row, in one ring, on one host, at one end of what varies.
struct Judged {
  const CaseInstance& instance;
  const SimulatedHost& host;
  End end;
  const Behaviour& behaviour;
  std::vector<Evidence> evidence;

  std::string Where() const {
    return absl::StrCat(instance.name, " on ", host.name,
                        end == End::kLeast ? " (least)" : " (most)");
  }
};

struct Tally {
  int judged = 0;
  int skipped = 0;
};

template <typename Visit>
Tally ForEachJudged(Visit visit) {
  Tally tally;
  const std::vector<CaseInstance> cases = AllCases();
  for (const SimulatedHost& host : SimulatedHosts()) {
    for (const CaseInstance& instance : cases) {
      if (!RunsOn(instance, host)) {
        ++tally.skipped;
        continue;
      }
      for (End end : {End::kLeast, End::kMost}) {
        const std::optional<Behaviour> behaviour =
            BehaviourOf({instance.row->name, instance.ring, host, end});
        if (!behaviour.has_value()) continue;
        visit(Judged{instance, host, end, *behaviour,
                     JudgeOn(*instance.row, instance.ring, host, *behaviour)});
        ++tally.judged;
      }
    }
  }
  return tally;
}

TEST(Census, HasABehaviourForEachCase) {
  const SimulatedHost& host = SimulatedHosts()[0];
  for (const CaseInstance& c : AllCases()) {
    EXPECT_TRUE(BehaviourOf({c.row->name, c.ring, host, End::kLeast}))
        << c.name << ": say in tests/census what its event does";
  }
}

TEST(Census, SimulatesEachCounterThatRowsClaim) {
  for (const CaseInstance& c : AllCases()) {
    for (const CounterClaim& claim : c.row->claims) {
      if (claim.counter == nullptr) break;
      EXPECT_TRUE(IsSimulated(claim)) << c.name << ": " << claim.counter;
    }
  }
}

TEST(Census, NoneIsContradictedForWhatItsHostDoes) {
  std::set<std::string> contradicted;
  const Tally tally = ForEachJudged([&](const Judged& j) {
    if (VerdictOf(j.evidence) != Verdict::kContradicted) return;
    contradicted.insert(j.instance.name);
    if (IsIn(KnownOpen(), j.instance.name)) return;
    ADD_FAILURE() << j.Where() << ": " << Describe(j.evidence);
  });
  for (const Open& open : KnownOpen()) {
    EXPECT_TRUE(contradicted.count(open.name))
        << open.name << " is open no more: take it from the list";
  }
  std::cout << AllCases().size() << " cases on " << SimulatedHosts().size()
            << " hosts: " << tally.judged << " judged at both ends, "
            << tally.skipped << " pairs skipped\n";
  EXPECT_GT(tally.judged, 10000);
}

TEST(Census, NoneIsUnexpectedWhereFeaturesAreKnown) {
  std::set<std::string> unexpected;
  ForEachJudged([&](const Judged& j) {
    if (j.host.hides_modules) return;
    for (const Unexpected& u : UnexpectedOf(j.evidence, kCensusEvents)) {
      unexpected.insert(j.instance.name);
      if (IsIn(KnownUnexpected(), j.instance.name)) continue;
      ADD_FAILURE() << j.Where() << ": " << u.counter << " " << u.per_event
                    << ", expected " << u.expected_least << " to "
                    << u.expected_most;
    }
  });
  for (const Open& open : KnownUnexpected()) {
    EXPECT_TRUE(unexpected.count(open.name))
        << open.name << " is unexpected no more: take it from the list";
  }
}

// Where the exits of threads beside each other are a matter of their timing, no
// row may claim how many there are.
TEST(Census, RowsClaimNoExitsThatTimingDecides) {
  ForEachJudged([](const Judged& j) {
    if (j.behaviour.exits_are_told) return;
    EXPECT_EQ(j.instance.row->never_exits, 0) << j.instance.name;
    for (const CounterClaim& claim : j.instance.row->claims) {
      if (claim.counter == nullptr) break;
      EXPECT_NE(claim.counter, absl::string_view("exits")) << j.instance.name;
    }
  });
}

// The row's own claims, each by three more than the row says.
Case WithWrongClaims(Case row) {
  for (CounterClaim& claim : row.claims) {
    if (claim.counter == nullptr) break;
    claim.per_event = std::max(claim.per_event, claim.per_event_most) + 3;
    claim.per_event_most = 0;
    claim.or_none = false;
  }
  return row;
}

bool IsTold(const std::vector<Evidence>& evidence) {
  for (const Evidence& e : evidence) {
    if (e.kind == Evidence::Kind::kClaim && e.shown != Shown::kNotCounted) {
      return true;
    }
  }
  return false;
}

// A census that lets everything pass would be none.
TEST(Census, WrongClaimsAreFoundOnEachHost) {
  std::map<std::string, int> found;
  ForEachJudged([&](const Judged& j) {
    // Where a feature is unknown a claim may as well not hold.
    if (DetectedFeatures(j.host).unknown != 0 || !IsTold(j.evidence)) return;
    const std::vector<Evidence> evidence = JudgeOn(
        WithWrongClaims(*j.instance.row), j.instance.ring, j.host, j.behaviour);
    EXPECT_TRUE(VerdictOf(evidence) == Verdict::kContradicted ||
                !UnexpectedOf(evidence, kCensusEvents).empty())
        << j.Where() << ": " << Describe(evidence);
    ++found[j.host.name];
  });
  for (const SimulatedHost& host : SimulatedHosts()) {
    if (host.kernel < kHasStatistics || DetectedFeatures(host).unknown != 0) {
      continue;
    }
    EXPECT_GT(found[host.name], 50) << host.name;
  }
}

TEST(Census, AWrongClaimIsContradictedOnEachHostThatCounts) {
  const Case wrong = {.name = "t/wrong",
                      .claims = {{.counter = "halt_exits", .per_event = 1}}};
  const Case right = {.name = "t/right",
                      .claims = {{.counter = "halt_exits", .per_event = 0}}};
  for (const SimulatedHost& host : SimulatedHosts()) {
    const auto verdict = [&](const Case& row) {
      return VerdictOf(JudgeOn(row, 3, host, Behaviour()));
    };
    EXPECT_NE(verdict(right), Verdict::kContradicted) << host.name;
    EXPECT_EQ(verdict(wrong), host.kernel < kHasStatistics
                                  ? Verdict::kConsistent
                                  : Verdict::kContradicted)
        << host.name;
  }
}

}  // namespace
}  // namespace exitbench
