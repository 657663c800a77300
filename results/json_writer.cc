#include "results/json_writer.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"

namespace exitbench {
namespace {

// Length of the valid UTF-8 character at the start of `text`; 0 if there is
// none. Overlong forms, surrogates and what is above U+10FFFF are not valid.
size_t CharacterLength(absl::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return length;
}

}  // namespace

void JsonWriter::BeforeValue() {
  if (std::exchange(after_key_, false)) return;
  if (has_members_.empty()) return;
  if (has_members_.back()) out_ += ',';
  has_members_.back() = true;
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
  if (had_members) {
    absl::StrAppend(&out_, "\n", std::string(2 * has_members_.size(), ' '));
  }
  out_ += bracket;
}

void JsonWriter::BeginObject() { Begin('{'); }
void JsonWriter::EndObject() { End('}'); }
void JsonWriter::BeginArray() { Begin('['); }
void JsonWriter::EndArray() { End(']'); }

void JsonWriter::Key(absl::string_view key) {
  String(key);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::String(absl::string_view value) {
  BeforeValue();
  out_ += '"';
  while (!value.empty()) {
    const size_t length = CharacterLength(value);
    const char c = value[0];
    if (length == 0) {
      out_ += '?';
    } else if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (length == 1 && (c < ' ' || c == 0x7f)) {
      absl::StrAppendFormat(&out_, "\\u%04x", c);
    } else {
      absl::StrAppend(&out_, value.substr(0, length));
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
}

void JsonWriter::Number(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  char digits[64];
  const auto [end, error] =
      std::to_chars(digits, digits + sizeof(digits), value);
  EB_CHECK(error == std::errc());
  out_.append(digits, end);
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
