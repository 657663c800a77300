#include "base/fnv1a.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

uint64_t HashOf(const char* text, size_t bytes) {
  Fnv1a hash;
  hash.Add(text, bytes);
  return hash.value();
}

// Results files hold these hashes: the published values of FNV-1a.
TEST(Fnv1a, PublishedValues) {
  EXPECT_EQ(HashOf("", 0), 0xcbf29ce484222325u);
  EXPECT_EQ(HashOf("a", 1), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(HashOf("foobar", 6), 0x85944171f73967e8u);
}

TEST(Fnv1a, ANumberIsItsEightBytes) {
  Fnv1a hash;
  hash.Add(0x6261);
  EXPECT_EQ(hash.value(), HashOf("ab\0\0\0\0\0\0", 8));
}

}  // namespace
}  // namespace exitbench
