// Writes JSON for data that has no protobuf message.
#ifndef EXITBENCH_RESULTS_TEXT_JSON_WRITER_H_
#define EXITBENCH_RESULTS_TEXT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace exitbench {

enum class JsonLayout {
  kIndented,  // A line for each value.
  kCompact,   // No white space, for large data that only programs read.
};

// Begin and End calls must match, Key() comes before every value in an object.
class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout = JsonLayout::kIndented)
      : layout_(layout) {}

  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(absl::string_view key);

  // Writes '?' for each byte that is not UTF-8.
  void String(absl::string_view value);
  // Writes the Digits() of `value`; null if not finite.
  void Number(double value);
  // Writes all digits. Number() does so below 2^53 only.
  void Integer(uint64_t value);
  void Bool(bool value);
  void Null();

  // Writes a key and its value.
  void Field(absl::string_view key, absl::string_view value);
  void Field(absl::string_view key, const char* value);
  void Field(absl::string_view key, double value);
  void Field(absl::string_view key, bool value);

  // Returns all that was written, with a newline at the end.
  std::string Take();

 private:
  void BeforeValue();
  void Begin(char bracket);
  void End(char bracket);
  void NewLine();

  const JsonLayout layout_;
  std::string out_;
  std::vector<bool> has_members_;  // Of each open object or array.
  bool after_key_ = false;
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_JSON_WRITER_H_
