#include "results/text/json_writer.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "results/text/digits.h"
#include "results/text/json_string.h"

namespace exitbench {
void JsonWriter::BeforeValue() {
  if (std::exchange(after_key_, false)) return;
  if (has_members_.empty()) return;
  if (has_members_.back()) out_ += ',';
  has_members_.back() = true;
  NewLine();
}

void JsonWriter::NewLine() {
  if (layout_ == JsonLayout::kCompact) return;
  absl::StrAppend(&out_, "\n", std::string(2 * has_members_.size(), ' '));
}

void JsonWriter::Begin(char bracket) {
  BeforeValue();
  out_ += bracket;
  has_members_.push_back(false);
}

void JsonWriter::End(char bracket) {
  EB_CHECK(!has_members_.empty());
  const bool had_members = has_members_.back();
  has_members_.pop_back();
  if (had_members) NewLine();
  out_ += bracket;
}

void JsonWriter::BeginObject() { Begin('{'); }
void JsonWriter::EndObject() { End('}'); }
void JsonWriter::BeginArray() { Begin('['); }
void JsonWriter::EndArray() { End(']'); }

void JsonWriter::Key(absl::string_view key) {
  String(key);
  out_ += layout_ == JsonLayout::kCompact ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::String(absl::string_view value) {
  BeforeValue();
  out_ += JsonString(value);
}

void JsonWriter::Number(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  out_ += Digits(value);
}

void JsonWriter::Integer(uint64_t value) {
  BeforeValue();
  absl::StrAppend(&out_, value);
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  out_ += value ? "true" : "false";
}

void JsonWriter::Null() {
  BeforeValue();
  out_ += "null";
}

void JsonWriter::Field(absl::string_view key, absl::string_view value) {
  Key(key);
  String(value);
}
void JsonWriter::Field(absl::string_view key, const char* value) {
  Key(key);
  String(value);
}
void JsonWriter::Field(absl::string_view key, double value) {
  Key(key);
  Number(value);
}
void JsonWriter::Field(absl::string_view key, bool value) {
  Key(key);
  Bool(value);
}

std::string JsonWriter::Take() {
  EB_CHECK(has_members_.empty());
  out_ += '\n';
  return std::move(out_);
}

}  // namespace exitbench
