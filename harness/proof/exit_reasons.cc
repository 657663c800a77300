#include "harness/proof/exit_reasons.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace exitbench {
namespace {

constexpr char kExits[] = "exits";
constexpr CounterClaim kOneExitEach = {.counter = kExits};

std::vector<uint32_t> NumbersOn(const ExitReasons& reasons, Backend backend) {
  std::vector<uint32_t> numbers;
  for (const ExitReason& reason : reasons) {
    if (reason.backends & backend) numbers.push_back(reason.number);
  }
  return numbers;
}

bool ClaimsSome(const CounterClaim& claim) {
  return claim.per_event > 0 || claim.per_event_most > 0;
}

// Returns how many exits the row claims of an event there.
std::optional<CounterClaim> ExitsClaimed(const Case& row,
                                         const ProofInput& input) {
  bool claims_any = false;
  for (const CounterClaim& claim : row.expect.claims) {
    if (claim.of_vm || absl::string_view(claim.counter) != kExits) continue;
    claims_any = claims_any || (claim.backends & input.backend) != 0;
    const std::optional<CounterClaim> here = OnThisHost(claim, input);
    if (here.has_value()) return here;
  }
  // A claim that holds elsewhere only says nothing of this host.
  if (claims_any) return std::nullopt;
  return kOneExitEach;
}

std::optional<ReasonClaim> StatedClaim(const Case& row,
                                       const ProofInput& input) {
  const std::vector<uint32_t> numbers =
      NumbersOn(row.expect.exit_reasons, input.backend);
  if (numbers.empty()) return std::nullopt;
  const std::optional<CounterClaim> exits = ExitsClaimed(row, input);
  if (!exits.has_value() || !ClaimsSome(*exits)) return std::nullopt;
  return ReasonClaim{numbers, *exits};
}

// Returns the claim on the first counter that one reason moves.
std::optional<ReasonClaim> ClaimByCounter(const Case& row,
                                          const ProofInput& input) {
  for (const CounterClaim& claim : row.expect.claims) {
    if (claim.of_vm) continue;
    const std::vector<uint32_t> numbers =
        NumbersOn(ReasonsOfCounter(claim.counter), input.backend);
    const std::optional<CounterClaim> here = OnThisHost(claim, input);
    if (!numbers.empty() && here.has_value() && ClaimsSome(*here)) {
      return ReasonClaim{numbers, *here};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<ReasonClaim> ReasonClaimOf(const Case& row,
                                         const ProofInput& input) {
  const bool alone =
      row.place == Place::kNowhere && row.service.serve == nullptr;
  if (!alone || (row.expect.never_exits & input.backend) != 0 ||
      ExitReasonFilter(input.backend, 0).empty()) {
    return std::nullopt;
  }
  const std::optional<ReasonClaim> stated = StatedClaim(row, input);
  if (stated.has_value() || !row.expect.exit_reasons.empty()) return stated;
  return ClaimByCounter(row, input);
}

std::string FilterOf(const ReasonClaim& claim, Backend backend) {
  return absl::StrJoin(
      claim.numbers, " || ", [backend](std::string* out, uint32_t number) {
        absl::StrAppend(out, "(", ExitReasonFilter(backend, number), ")");
      });
}

std::string ReasonNames(const ReasonClaim& claim, Backend backend) {
  return absl::StrJoin(claim.numbers, " or ",
                       [backend](std::string* out, uint32_t number) {
                         absl::StrAppend(out, ExitReasonName(backend, number));
                       });
}

bool LacksReason(const Case& row, const CaseResult& result) {
  if (result.outcome != Outcome::kOk || !result.unexpected.empty()) {
    return false;
  }
  if (result.verdict != Verdict::kProven) return true;
  // What a row does not state follows from a counter, which has told it.
  return !row.expect.exit_reasons.empty() &&
         row.expect.exit.reason == ExpectedExit::kNone;
}

void AddReasons(const Case& row, const CaseResult& counted,
                CaseResult& result) {
  result.exit_reasons = counted.exit_reasons;
  if (counted.verdict == Verdict::kContradicted) {
    result.verdict = Verdict::kContradicted;
    result.outcome = Outcome::kFailed;
    result.proof = counted.proof;
    result.reason = absl::StrCat("contradicted: ", counted.proof);
    result.metrics.clear();
    result.linearity.clear();
    return;
  }
  absl::StrAppend(&result.proof, "; ", counted.proof);
  const bool lacks_its_point =
      row.finish != nullptr ||
      std::any_of(row.expect.claims.begin(), row.expect.claims.end(),
                  [](const CounterClaim& claim) {
                    return claim.required &&
                           ReasonsOfCounter(claim.counter).empty();
                  });
  if (counted.verdict == Verdict::kProven && !lacks_its_point) {
    result.verdict = Verdict::kProven;
  }
}

}  // namespace exitbench
