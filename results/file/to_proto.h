// The results model as protobuf messages. Inside of proto_io only.
#ifndef EXITBENCH_RESULTS_FILE_TO_PROTO_H_
#define EXITBENCH_RESULTS_FILE_TO_PROTO_H_

#include "proto/results.pb.h"
#include "results/model/model.h"

namespace exitbench {

// All fields but the checksum.
proto::ResultsFile ToProto(const Results& from);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_TO_PROTO_H_
