// Converts digests of fleets to and from bytes (proto/fleet.proto). Only this
// uses fleet.pb.h.
//
// Files are untrusted. Every size, index and number is bounded before it
// decides how much memory is allocated.
#ifndef EXITBENCH_RESULTS_FLEET_DIGEST_IO_H_
#define EXITBENCH_RESULTS_FLEET_DIGEST_IO_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/fleet/digest.h"

namespace exitbench {

// Files of another version are refused.
inline constexpr uint32_t kDigestVersion = 1;

// Returns the bytes of a digest, with a checksum as results files have.
// `tool_version` is the exitbench that writes it.
std::string SerializeDigest(const FleetDigest& digest,
                            absl::string_view tool_version);

// Returns whether `bytes` begin as those of a digest do.
bool IsDigest(absl::string_view bytes);

// Parses a digest. kInvalidArgument: it is not one, or is corrupt.
// kUnimplemented: it has another version, which the message names.
absl::StatusOr<FleetDigest> ParseDigest(absl::string_view bytes);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_DIGEST_IO_H_
