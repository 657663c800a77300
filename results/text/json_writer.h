// Writes JSON by hand, for what has no protobuf message. Indented, keys in the
// order given.
#ifndef EXITBENCH_RESULTS_TEXT_JSON_WRITER_H_
#define EXITBENCH_RESULTS_TEXT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace exitbench {

// Begin and End calls must match, Key() comes before every value in an object.
class JsonWriter {
 public:
  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(absl::string_view key);

  void String(absl::string_view value);  // Not UTF-8: '?' for each such byte.
  void Number(double value);     // As short as reads back the same; not finite:
                                 // null.
  void Integer(uint64_t value);  // In digits, where Number() has 1e+06.
  void Bool(bool value);
  void Null();

  // Key and value at once.
  void Field(absl::string_view key, absl::string_view value);
  void Field(absl::string_view key, const char* value);
  void Field(absl::string_view key, double value);
  void Field(absl::string_view key, bool value);

  // All that was written, with a newline at its end.
  std::string Take();

 private:
  void BeforeValue();
  void Begin(char bracket);
  void End(char bracket);

  std::string out_;
  std::vector<bool> has_members_;  // Of each open object or array.
  bool after_key_ = false;
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_JSON_WRITER_H_
