// Texts that occur many times, written once.
#ifndef EXITBENCH_REPORT_STRING_TABLE_H_
#define EXITBENCH_REPORT_STRING_TABLE_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/text/json_writer.h"

namespace exitbench {

class StringTable {
 public:
  // Returns the index of `text`, which is added if it is new.
  size_t IndexOf(absl::string_view text) {
    const auto [at, is_new] =
        indices_.try_emplace(std::string(text), texts_.size());
    if (is_new) texts_.push_back(at->first);
    return at->second;
  }

  // Writes the index of `text` as a number.
  void Write(absl::string_view text, JsonWriter& json) {
    json.Integer(IndexOf(text));
  }

  // Writes all texts as an array, in the order of their indices.
  void WriteAll(JsonWriter& json) const {
    json.BeginArray();
    for (const std::string& text : texts_) json.String(text);
    json.EndArray();
  }

 private:
  std::map<std::string, size_t> indices_;
  std::vector<std::string> texts_;
};

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_STRING_TABLE_H_
