// exitbench doctor: reports what about this host makes figures unreliable or
// cases unavailable, and how to fix it. Changes nothing.
#ifndef EXITBENCH_CLI_DOCTOR_H_
#define EXITBENCH_CLI_DOCTOR_H_

#include <string>
#include <vector>

namespace exitbench {

// Returns the exit code.
int DoctorCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_DOCTOR_H_
