// Makes the JSON Schema of the results that exitbench prints as JSON:
// docs/results.schema.json.
#ifndef EXITBENCH_RESULTS_FILE_JSON_SCHEMA_H_
#define EXITBENCH_RESULTS_FILE_JSON_SCHEMA_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// Returns the schema. `descriptors` is a FileDescriptorSet of results.proto and
// its imports, as protoc writes it. Comments in it become descriptions.
// kInvalidArgument: it is not one, or has a field of an unexpected type.
absl::StatusOr<std::string> JsonSchema(absl::string_view descriptors);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_JSON_SCHEMA_H_
