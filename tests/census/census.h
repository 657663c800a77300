// One row of the catalogue on one simulated host: whether it runs there, and
// what the proof says of what the kernel would have counted.
#ifndef EXITBENCH_TESTS_CENSUS_CENSUS_H_
#define EXITBENCH_TESTS_CENSUS_CENSUS_H_

#include <vector>

#include "cases/catalogue/catalogue.h"
#include "harness/proof/proof.h"
#include "tests/census/behaviour.h"

namespace exitbench {

inline constexpr uint64_t kCensusEvents = 1000;

// False: skipped there, by a limit of the row, or since the host lacks what it
// needs.
bool RunsOn(const CaseInstance& instance, const SimulatedHost& host);

// Whether a child process tries a few events first (harness/settings/probe.h),
// so that one that can't be made there is skipped.
bool IsProbed(const Case& row, const SimulatedHost& host);

// Whether the simulated kernels, or some of them, have the counter. What a row
// claims of others nobody judges here.
bool IsSimulated(const CounterClaim& claim);

// The evidence on `row`, which is the instance's or a changed copy, when each
// event of it does what `behaviour` says.
std::vector<Evidence> JudgeOn(const Case& row, GuestMode mode,
                              const SimulatedHost& host,
                              const Behaviour& behaviour);

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_CENSUS_CENSUS_H_
