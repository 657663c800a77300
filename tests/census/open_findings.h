// What the census finds and is known: by host and case, with the reason.
#ifndef EXITBENCH_TESTS_CENSUS_OPEN_FINDINGS_H_
#define EXITBENCH_TESTS_CENSUS_OPEN_FINDINGS_H_

#include <vector>

namespace exitbench {

struct OpenFindings {
  const char* host;  // SimulatedHost::name.
  const char* why;
  std::vector<const char*> cases;  // With ".ring3" in ring 3.
};

// Cases that would be FAILED or hang there though the host does nothing wrong:
// to be empty.
const std::vector<OpenFindings>& KnownOpen();

// Cases that do another thing than their rows expect there, where the host says
// which features it has.
const std::vector<OpenFindings>& KnownUnexpected();

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_CENSUS_OPEN_FINDINGS_H_
