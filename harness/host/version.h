// The version that results files carry and --version prints.
#ifndef EXITBENCH_HARNESS_HOST_VERSION_H_
#define EXITBENCH_HARNESS_HOST_VERSION_H_

namespace exitbench {

inline constexpr char kVersion[] = "0.2.0";

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_VERSION_H_
