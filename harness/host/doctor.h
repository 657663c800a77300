// What about a host makes its figures unreliable, and what would mend it.
// Works on recorded facts alone: it changes nothing, and tests need no host.
#ifndef EXITBENCH_HARNESS_HOST_DOCTOR_H_
#define EXITBENCH_HARNESS_HOST_DOCTOR_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

struct Finding {
  enum Level { kGood, kNote, kWarning };
  Level level = kGood;
  std::string subject;  // "frequency governor"
  std::string found;    // "powersave"
  std::string effect;   // What it does to the figures; empty if good.
  std::string fix;      // What would mend it; empty if nothing is to do.
};

absl::string_view Name(Finding::Level level);  // good, note, warning

// Each subject once, in a fixed order, good ones included.
std::vector<Finding> Diagnose(const Host& host,
                              const std::vector<Fact>& session_facts);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_DOCTOR_H_
