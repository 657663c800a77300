// Protobuf messages as the results model, checking as it goes: names, text,
// numbers and indices of a file are untrusted. Inside of proto_io only.
#ifndef EXITBENCH_RESULTS_FILE_FROM_PROTO_H_
#define EXITBENCH_RESULTS_FILE_FROM_PROTO_H_

#include "absl/status/statusor.h"
#include "proto/results.pb.h"
#include "results/model/detail.h"
#include "results/model/model.h"

namespace exitbench {

// `from` has come through CheckWire(), which has bounded how many of each there
// are. kInvalidArgument, with what is wrong.
absl::StatusOr<Results> FromProto(const proto::ResultsFile& from,
                                  Detail detail);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_FROM_PROTO_H_
