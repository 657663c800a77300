// Converts between protobuf messages and the results model. For proto_io only.
//
// Messages from a file are untrusted. CheckWire() has already bounded all lists
// and texts. Take() checks what the schema can't say: numbers are finite, enum
// values are known, names are distinct, indices are in range.
#ifndef EXITBENCH_RESULTS_FILE_CONVERT_H_
#define EXITBENCH_RESULTS_FILE_CONVERT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "proto/results.pb.h"
#include "results/model/detail.h"
#include "results/model/model.h"

namespace exitbench {

// Fills in all fields but the checksum. `to` must be empty.
void Put(const Results& from, proto::ResultsFile& to);

// Converts a whole file. kInvalidArgument says what is wrong; `to` is then
// incomplete.
absl::Status Take(const proto::ResultsFile& from, Detail detail, Results& to);

// Fills in one case. `host` is where it ran: it decides which fields are
// computed from the samples (Metric.all_ns, Metric.repeats).
void Put(const CaseResult& from, const Host& host, proto::CaseResult& to);

// Converts one case. `sessions` is the number of sessions that runs may refer
// to.
absl::Status Take(const proto::CaseResult& from, size_t sessions, Detail detail,
                  CaseResult& to);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_CONVERT_H_
