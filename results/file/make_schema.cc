// Writes the JSON Schema of results to standard output:
//
//   bazel run //results/file:make_schema > docs/results.schema.json
#include <cstdio>
#include <iostream>

#include "results/file/file.h"
#include "results/file/json_schema.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "make_schema DESCRIPTORS\n";
    return 2;
  }
  absl::StatusOr<std::string> schema = exitbench::ReadFile(argv[1]);
  if (schema.ok()) schema = exitbench::JsonSchema(*schema);
  if (!schema.ok()) {
    std::cerr << schema.status().message() << "\n";
    return 1;
  }
  std::cout << *schema << std::flush;
  return std::cout ? 0 : 1;
}
