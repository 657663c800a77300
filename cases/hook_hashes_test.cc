// Holds the code of hooks against hook_hashes.txt. No case's code hash covers
// hooks, so somebody has to say, by Case::revision, that results from before a
// change no longer compare.
//
// Each source in rows/ and support/ has a hash of its text, without what can't
// change what a hook does: comments, white space, includes, string literals,
// and the rows themselves with the functions that make them.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/fnv1a.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr char kKept[] = "cases/hook_hashes.txt";

// Returns the size of the literal that `text` begins with, with both quotes.
size_t LiteralSize(absl::string_view text) {
  size_t at = 1;
  while (at < text.size() && text[at] != text[0]) {
    at += text[at] == '\\' ? 2 : 1;
  }
  return std::min(at + 1, text.size());
}

bool IsWordEnd(const std::string& code) {
  return !code.empty() && std::isalnum(static_cast<unsigned char>(code.back()));
}

// Returns `source` without comments, white space, includes and the texts of
// string literals.
std::string Squeezed(absl::string_view source) {
  std::string code;
  while (!source.empty()) {
    size_t taken = 1;
    if (absl::StartsWith(source, "//") ||
        absl::StartsWith(source, "#include")) {
      taken = std::min(source.find('\n'), source.size());
    } else if (source[0] == '"') {
      taken = LiteralSize(source);
      code += "\"\"";
    } else if (source[0] == '\'' && !IsWordEnd(code)) {
      taken = LiteralSize(source);
      absl::StrAppend(&code, source.substr(0, taken));
    } else if (!std::isspace(static_cast<unsigned char>(source[0]))) {
      code += source[0];
    }
    source.remove_prefix(taken);
  }
  return code;
}

// Returns where the braces end that are the first to open from `at` on, outside
// of parentheses.
size_t EndOfBraces(absl::string_view code, size_t at) {
  int parentheses = 0;
  int braces = 0;
  for (; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == '{' && (braces > 0 || parentheses == 0)) ++braces;
    if (c == '}' && braces > 0 && --braces == 0) return at + 1;
  }
  return at;
}

// Returns what is hashed of a source.
std::string HookCode(absl::string_view source) {
  constexpr char kRow[] = "constexprCase";
  std::string code = Squeezed(source);
  size_t at = 0;
  while ((at = code.find(kRow, at)) != std::string::npos) {
    code.erase(at, EndOfBraces(code, at) - at);
  }
  return code;
}

std::string HashOf(absl::string_view source) {
  const std::string code = HookCode(source);
  Fnv1a hash;
  hash.Add(code.data(), code.size());
  return absl::StrFormat("%016x", hash.value());
}

std::map<std::string, std::string> HashesNow() {
  std::map<std::string, std::string> hashes;
  for (const char* folder :
       {"cases/rows", "cases/rows/arm64", "cases/rows/x86_64", "cases/support",
        "cases/support/arm64", "cases/support/x86_64"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_directory()) continue;
      std::ifstream file(entry.path());
      std::stringstream source;
      source << file.rdbuf();
      hashes[entry.path().string()] = HashOf(source.str());
    }
  }
  return hashes;
}

TEST(HookHashes, AreThoseThatRevisionsStandFor) {
  std::map<std::string, std::string> now = HashesNow();
  EXPECT_GT(now.size(), 30u);
  std::ifstream file(kKept);
  ASSERT_TRUE(file.good()) << kKept;
  std::string path, hash;
  while (file >> path >> hash) {
    const auto it = now.find(path);
    if (it == now.end()) {
      ADD_FAILURE() << path << " is in " << kKept << " and no source";
      continue;
    }
    EXPECT_EQ(it->second, hash)
        << "hooks in " << path << " changed. If figures may come out otherwise "
        << "by that, raise .revision of the cases that use them. Then update "
        << "the line in " << kKept << ":\n"
        << path << " " << it->second;
    now.erase(it);
  }
  for (const auto& [new_path, new_hash] : now) {
    ADD_FAILURE() << "a new source: add to " << kKept << "\n"
                  << new_path << " " << new_hash;
  }
}

constexpr absl::string_view kSource = R"(
// A hook.
#include "vmm/machine.h"
absl::Status Prepare(Machine& machine) {
  machine.parameters(0).args[0] = 1'000;
  if (failed) return absl::InternalError("it failed");  // Here.
  return absl::OkStatus();
}
constexpr Case Row(absl::string_view name) {
  return {.name = name, .prepare = Prepare};
}
constexpr Case kCases[] = {
    {.name = "a/b", .prepare = Prepare},
};
absl::Span<const Case> Cases() { return kCases; }
)";

std::string With(absl::string_view from, absl::string_view to) {
  std::string source(kSource);
  const size_t at = source.find(std::string(from));
  EXPECT_NE(at, std::string::npos) << from;
  return source.replace(at, from.size(), std::string(to));
}

TEST(HookHashes, StayWhereNoHookChanges) {
  const std::string hash = HashOf(kSource);
  EXPECT_EQ(HashOf(With("// A hook.", "// Sets { the argument.")), hash);
  EXPECT_EQ(HashOf(With("vmm/machine.h", "vmm/other.h")), hash);
  EXPECT_EQ(HashOf(With("  machine.", "\n      machine.")), hash);
  EXPECT_EQ(HashOf(With("it failed", "it \\\" } // failed")), hash);
  EXPECT_EQ(HashOf(With("    {.name", "    {.name = \"a/a\"},\n    {.name")),
            hash);
  EXPECT_EQ(HashOf(With(".name = name", ".name = name, .modes = kUserMode")),
            hash);
}

TEST(HookHashes, ChangeWithAHook) {
  const std::string hash = HashOf(kSource);
  EXPECT_NE(HashOf(With("1'000", "1'001")), hash);
  EXPECT_NE(HashOf(With("args[0]", "args[1]")), hash);
  EXPECT_NE(HashOf(With("if (failed)", "if (!failed)")), hash);
  EXPECT_NE(HashOf(With("absl::Span", "int after = 0;\nabsl::Span")), hash);
}

}  // namespace
}  // namespace exitbench
