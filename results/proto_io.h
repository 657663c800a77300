// Results to and from protobuf. The only place that sees results.pb.h.
//
// Files are untrusted: every size, index, name and number is bounded while
// reading, before anything is allocated by it.
#ifndef EXITBENCH_RESULTS_PROTO_IO_H_
#define EXITBENCH_RESULTS_PROTO_IO_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/model.h"

namespace exitbench {

// The bytes of a results file. The same model gives the same bytes.
std::string Serialize(const Results& results);

// kInvalidArgument where `bytes` is no results file, is damaged, or is of
// another schema version; the message says which.
absl::StatusOr<Results> Parse(absl::string_view bytes);

std::string ToJson(const Results& results);
std::string ToTextproto(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_PROTO_IO_H_
