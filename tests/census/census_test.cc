// The census: every row of the catalogue on hosts that nobody here has. None is
// to be contradicted for behaving as that hardware does, and rows are to know
// by features what to expect.
#include "tests/census/census.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/census/open_findings.h"

namespace exitbench {
namespace {

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
  int not_simulated = 0;
};

// How many rows may be without a rule, so that a new case needs none at once.
constexpr size_t kMostNotSimulated = 5;
// How many claims a host tells something of at least, counting both ends.
constexpr int kLeastTold = 240;

// Pairs that run, at both ends.
template <typename Visit>
Tally ForEachSituation(Visit visit) {
  Tally tally;
  const std::vector<CaseInstance> cases = AllCases();
  for (const SimulatedHost& host : SimulatedHosts()) {
    for (const CaseInstance& instance : cases) {
      if (!RunsOn(instance, host)) {
        ++tally.skipped;
        continue;
      }
      for (End end : {End::kLeast, End::kMost}) {
        visit(instance, Situation{instance.row->name, ModeNumber(instance.mode),
                                  host, end});
        ++tally.judged;
      }
    }
  }
  return tally;
}

template <typename Visit>
Tally ForEachJudged(Visit visit) {
  int not_simulated = 0;
  Tally tally =
      ForEachSituation([&](const CaseInstance& c, const Situation& s) {
        const std::optional<Behaviour> behaviour = BehaviourOf(s);
        if (!behaviour.has_value()) {
          ++not_simulated;
          return;
        }
        visit(Judged{c, s.host, s.end, *behaviour,
                     JudgeOn(*c.row, c.mode, s.host, *behaviour)});
      });
  tally.judged -= not_simulated;
  tally.not_simulated = not_simulated;
  return tally;
}

// By host and case: what was seen.
using Findings = std::map<std::pair<std::string, std::string>, std::string>;

// Whether `findings` are those of the list, all of them and no others.
void ExpectOnly(const std::vector<OpenFindings>& list, Findings findings) {
  for (const OpenFindings& open : list) {
    for (const char* name : open.cases) {
      EXPECT_EQ(findings.erase({open.host, name}), 1u)
          << name << " on " << open.host << ": no finding any more (\""
          << open.why << "\"); take it from tests/census/open_findings.cc";
    }
  }
  for (const auto& [where, what] : findings) {
    ADD_FAILURE() << where.second << " on " << where.first << ": " << what;
  }
}

// Nobody judges a row without a rule, so there may be a few only.
TEST(Census, FewRowsAreNotSimulated) {
  const SimulatedHost& host = SimulatedHosts()[0];
  std::set<std::string> not_simulated;
  for (const CaseInstance& c : AllCases()) {
    if (BehaviourOf({c.row->name, ModeNumber(c.mode), host, End::kLeast})) {
      continue;
    }
    not_simulated.emplace(c.row->name);
  }
  const std::string names = absl::StrJoin(not_simulated, ", ");
  if (!names.empty()) std::cout << "not simulated: " << names << "\n";
  EXPECT_LE(not_simulated.size(), kMostNotSimulated)
      << "say in tests/census/behaviour_*.cc what their events do: " << names;
}

TEST(Census, SimulatesEachCounterThatRowsClaim) {
  uint32_t backends = 0;
  for (const SimulatedHost& host : SimulatedHosts()) backends |= host.runs;
  for (const CaseInstance& c : AllCases()) {
    for (const CounterClaim& claim : c.row->expect.claims) {
      // Shared rows also claim what is another architecture's.
      if (!(claim.backends & backends)) continue;
      EXPECT_TRUE(IsSimulated(claim)) << c.name << ": " << claim.counter;
    }
  }
}

TEST(Census, NoneFailsForWhatItsHostDoes) {
  Findings failed;
  const Tally tally = ForEachJudged([&](const Judged& j) {
    if (VerdictOf(j.evidence) == Verdict::kContradicted) {
      failed[{j.host.name, j.instance.name}] = Describe(j.evidence);
    }
  });
  ForEachSituation([&](const CaseInstance& c, const Situation& s) {
    const char* why = WhyImpossible(s);
    if (why == nullptr || IsProbed(*c.row, s.host)) return;
    failed[{s.host.name, c.name}] = absl::StrCat("not ruled out: ", why);
  });
  std::cout << AllCases().size() << " cases on " << SimulatedHosts().size()
            << " hosts: " << tally.judged << " judged and "
            << tally.not_simulated << " not simulated, counting both ends, and "
            << tally.skipped << " pairs skipped\n";
  EXPECT_GT(tally.judged, 400 * static_cast<int>(SimulatedHosts().size()));
  ExpectOnly(KnownOpen(), std::move(failed));
}

TEST(Census, NoneIsUnexpectedWhereFeaturesAreKnown) {
  Findings unexpected;
  ForEachJudged([&](const Judged& j) {
    if (j.host.hides_modules) return;
    for (const Unexpected& u : UnexpectedOf(j.evidence, kCensusEvents)) {
      unexpected[{j.host.name, j.instance.name}] =
          absl::StrCat(u.counter, " ", u.per_event, " an event, expected ",
                       u.expected_least, " to ", u.expected_most);
    }
  });
  ExpectOnly(KnownUnexpected(), std::move(unexpected));
}

// Where the exits of threads beside each other are a matter of their timing, no
// row may claim how many there are.
TEST(Census, RowsClaimNoExitsThatTimingDecides) {
  ForEachJudged([](const Judged& j) {
    if (j.behaviour.exits_are_told) return;
    EXPECT_EQ(j.instance.row->expect.never_exits, 0u) << j.instance.name;
    for (const CounterClaim& claim : j.instance.row->expect.claims) {
      EXPECT_NE(claim.counter, absl::string_view("exits")) << j.instance.name;
    }
  });
}

// The row's own claims, each by three more than the row says.
Case WithWrongClaims(Case row) {
  for (CounterClaim& claim : row.expect.claims) {
    claim.per_event = std::max(claim.per_event, claim.per_event_most) + 3;
    claim.per_event_most = 0;
    claim.or_none = false;
  }
  return row;
}

bool HasToldClaim(const std::vector<Evidence>& evidence) {
  for (const Evidence& e : evidence) {
    if (e.kind == Evidence::Kind::kClaim && e.shown != Shown::kNotCounted) {
      return true;
    }
  }
  return false;
}

// Whether all is known there that any claim depends on.
bool TellsAll(const SimulatedHost& host) {
  uint32_t decisive = 0;
  for (const CaseInstance& c : AllCases()) {
    for (const CounterClaim& claim : c.row->expect.claims) {
      decisive |= claim.with | claim.without;
    }
  }
  return host.kernel >= kHasStatistics && !host.hides_modules &&
         (DetectedFeatures(host).unknown & decisive) == 0;
}

// A census that lets everything pass would be none. Where a feature is unknown
// a claim may as well not hold, so those hosts tell nothing here.
TEST(Census, WrongClaimsAreFoundOnEachHost) {
  std::map<std::string, int> found;
  ForEachJudged([&](const Judged& j) {
    if (!TellsAll(j.host) || !HasToldClaim(j.evidence)) return;
    const std::vector<Evidence> evidence = JudgeOn(
        WithWrongClaims(*j.instance.row), j.instance.mode, j.host, j.behaviour);
    EXPECT_TRUE(VerdictOf(evidence) == Verdict::kContradicted ||
                !UnexpectedOf(evidence, kCensusEvents).empty())
        << j.Where() << ": " << Describe(evidence);
    ++found[j.host.name];
  });
  for (const SimulatedHost& host : SimulatedHosts()) {
    if (!TellsAll(host)) continue;
    EXPECT_GT(found[host.name], kLeastTold) << host.name;
  }
}

TEST(Census, AWrongClaimFailsOnEachHostThatCounts) {
  const Case wrong = {
      .name = "t/wrong",
      .expect = {.claims = {{.counter = "signal_exits", .per_event = 1}}}};
  const Case right = {
      .name = "t/right",
      .expect = {.claims = {{.counter = "signal_exits", .per_event = 0}}}};
  for (const SimulatedHost& host : SimulatedHosts()) {
    const auto fails = [&](const Case& row) {
      return VerdictOf(JudgeOn(row, kUserMode, host, Behaviour())) ==
             Verdict::kContradicted;
    };
    EXPECT_FALSE(fails(right)) << host.name;
    EXPECT_EQ(fails(wrong), host.kernel >= kHasStatistics) << host.name;
  }
}

}  // namespace
}  // namespace exitbench
