// What exitbench prints as JSON, as a JSON Schema: docs/results.schema.json.
#ifndef EXITBENCH_RESULTS_FILE_JSON_SCHEMA_H_
#define EXITBENCH_RESULTS_FILE_JSON_SCHEMA_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// `descriptors`: a FileDescriptorSet of results.proto and its imports, as
// protoc writes it; comments become descriptions if they are in it.
// kInvalidArgument where it is none, or has a field of a type that results have
// none of.
absl::StatusOr<std::string> JsonSchema(absl::string_view descriptors);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_JSON_SCHEMA_H_
