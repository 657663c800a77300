// Between protobuf messages and the results model. Inside of proto_io only.
//
// Messages of a file are untrusted. CheckWire() has bounded how long each list
// and text is; what is taken from here on is checked for what the schema does
// not say: numbers are finite, enums known, names differ, indices are in range.
#ifndef EXITBENCH_RESULTS_FILE_CONVERT_H_
#define EXITBENCH_RESULTS_FILE_CONVERT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "proto/results.pb.h"
#include "results/model/detail.h"
#include "results/model/model.h"

namespace exitbench {

// All fields but the checksum. `to` is empty.
void Put(const Results& from, proto::ResultsFile& to);

// kInvalidArgument, with what is wrong; `to` is then incomplete.
absl::Status Take(const proto::ResultsFile& from, Detail detail, Results& to);

// `host`: where the case ran, which decides what follows from its samples
// (Metric.all_ns, Metric.repeats).
void Put(const CaseResult& from, const Host& host, proto::CaseResult& to);

// `sessions`: how many there are for its runs to name.
absl::Status Take(const proto::CaseResult& from, size_t sessions, Detail detail,
                  CaseResult& to);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_CONVERT_H_
