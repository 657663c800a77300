#include "harness/proof.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace exitbench {
namespace {

// What a counter may be off by: a host tick or a first touch here and there,
// never a whole event in a hundred.
double Slack(const Case& row, const ProofInput& input) {
  return std::max(6.0, static_cast<double>(input.events) / 100) +
         static_cast<double>(row.batch_slack * input.batches);
}

// How far the claimed counter moved for the events' sake.
double Moved(const char* counter, const ProofInput& input,
             const CounterDeltas& counters) {
  double moved = counters.Get(counter);
  const absl::string_view name = counter;
  // The host's own interrupts end the guest's run too, and each doorbell is an
  // exit; neither is the event.
  if (name == "exits") {
    moved -= counters.Get("irq_exits") + static_cast<double>(input.batches);
  } else if (name == "io_exits") {
    moved -= static_cast<double>(input.batches);
  }
  return moved;
}

}  // namespace

ProofResult Prove(const Case& row, const ProofInput& input,
                  const CounterDeltas& counters) {
  const uint32_t ring = input.ring == 0 ? kRing0 : kRing3;
  std::vector<std::string> shown, lacking, wrong;
  const bool by_record = row.exit.reason != ExpectedExit::kNone;
  if (by_record) {
    shown.push_back(absl::StrCat(input.exit_records, " exit records checked"));
  }
  bool counted = false;
  if (!counters.available()) {
    lacking.push_back("kernel counters (Linux 5.14 added them)");
  } else {
    for (const CounterClaim& claim : row.claims) {
      if (claim.counter == nullptr) break;
      const std::string name =
          absl::StrCat(claim.of_vm ? "vm." : "", claim.counter);
      if (!(claim.backends & input.backend) || !(claim.rings & ring) ||
          !counters.Has(name)) {
        lacking.push_back(name);
        continue;
      }
      const double moved = Moved(name.c_str(), input, counters);
      const double claimed =
          claim.per_event * static_cast<double>(input.events);
      if (std::abs(moved - claimed) <= Slack(row, input)) {
        counted = true;
        shown.push_back(absl::StrFormat("%s %+.0f", name, moved));
      } else {
        wrong.push_back(absl::StrFormat("%s moved by %.0f, claimed %.0f", name,
                                        moved, claimed));
      }
    }
    if (row.never_exits != 0) {
      // PVM emulates ring 0 within an exit: its counter says nothing there.
      const bool can_tell = (row.never_exits & input.backend) &&
                            counters.Has("exits") &&
                            !(input.backend == kBackendPvm && input.ring == 0);
      if (!can_tell) {
        lacking.push_back("exits");
      } else if (const double moved = Moved("exits", input, counters);
                 std::abs(moved) <= Slack(row, input)) {
        counted = true;
        shown.push_back(absl::StrFormat("no exit (exits %+.0f)", moved));
      } else {
        wrong.push_back(
            absl::StrFormat("must not exit, but exits moved by %.0f", moved));
      }
    }
  }
  // A counter may be claimed under several conditions; it is lacking only if
  // none of them held.
  std::vector<std::string> unnamed;
  for (const std::string& name : lacking) {
    bool elsewhere = false;
    for (const std::string& s : shown) {
      elsewhere = elsewhere || s.rfind(name + " ", 0) == 0;
    }
    for (const std::string& s : unnamed) elsewhere = elsewhere || s == name;
    if (!elsewhere) unnamed.push_back(name);
  }

  ProofResult result;
  if (!wrong.empty()) {
    result.verdict = Verdict::kContradicted;
    result.text = absl::StrJoin(wrong, "; ");
    return result;
  }
  result.verdict =
      by_record || counted ? Verdict::kProven : Verdict::kConsistent;
  result.text = absl::StrJoin(shown, ", ");
  if (!unnamed.empty()) {
    absl::StrAppend(&result.text, result.text.empty() ? "" : "; ",
                    "not counted here: ", absl::StrJoin(unnamed, ", "));
  }
  if (result.text.empty()) result.text = "no counter claimed";
  return result;
}

}  // namespace exitbench
