#include "results/text/json_string.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace exitbench {
namespace {

// Returns the length of the valid UTF-8 character at the start of `text`; 0 if
// there is none. Overlong forms, surrogates and values above U+10FFFF are
// invalid.
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

// `character` must be valid UTF-8.
uint32_t CodePoint(absl::string_view character) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(character[i]));
  };
  if (character.size() == 1) return byte(0);
  uint32_t code = byte(0) & (0x7fu >> character.size());
  for (size_t i = 1; i < character.size(); ++i) {
    code = code << 6 | (byte(i) & 0x3f);
  }
  return code;
}

void AppendEscaped(uint32_t code, std::string& out) {
  if (code > 0xffff) {
    code -= 0x10000;
    absl::StrAppendFormat(&out, "\\u%04x", 0xd800 + (code >> 10));
    code = 0xdc00 + (code & 0x3ff);
  }
  absl::StrAppendFormat(&out, "\\u%04x", code);
}

// Calls `take` with each character of `text`, and with an empty one for each
// byte that is not UTF-8.
template <typename Take>
void EachCharacter(absl::string_view text, Take take) {
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    take(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

}  // namespace

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  EachCharacter(text, [&out](absl::string_view character) {
    if (character.empty()) {
      out += '?';
    } else if (character == "\"" || character == "\\") {
      out += '\\';
      out += character[0];
    } else if (character[0] < ' ' || character[0] > '~') {
      AppendEscaped(CodePoint(character), out);
    } else {
      out += character[0];
    }
  });
  return out + "\"";
}

std::string AsciiJson(absl::string_view json) {
  std::string out;
  out.reserve(json.size());
  EachCharacter(json, [&out](absl::string_view character) {
    if (character.empty()) {
      out += '?';
    } else if (character.size() > 1 || character[0] == 0x7f) {
      AppendEscaped(CodePoint(character), out);
    } else {
      out += character[0];
    }
  });
  return out;
}

std::string ValidUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  EachCharacter(text, [&out](absl::string_view character) {
    out.append(character.empty() ? "?" : character.data(),
               character.empty() ? 1 : character.size());
  });
  return out;
}

}  // namespace exitbench
