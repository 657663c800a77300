// What payloads do between their events, by their instructions.
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "cases/catalogue/catalogue.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// As guest_blobs/arm64/include/payload.inc has them.
constexpr uint32_t kStoreStamp = 0xa88102b6;         // stp x22, x0, [x21], #16
constexpr uint32_t kStoreHandlerStamp = 0xa8815eb6;  // stp x22, x23, [x21], #16
constexpr uint32_t kCountEvent = 0xf1000694;         // subs x20, x20, #1

// Returns the instructions from the last stamp to the count of events. Nothing
// if the payload has no such loop.
std::optional<std::vector<uint32_t>> Between(const BlobImage& image) {
  std::vector<uint32_t> code(image.bytes() / sizeof(uint32_t));
  std::memcpy(code.data(), image.begin, code.size() * sizeof(uint32_t));
  std::optional<std::vector<uint32_t>> between;
  std::vector<uint32_t> now;
  bool stored = false;
  for (const uint32_t instruction : code) {
    if (instruction == kStoreStamp || instruction == kStoreHandlerStamp) {
      stored = true;
      now.clear();
    } else if (stored && instruction == kCountEvent) {
      between = now;
      stored = false;
    } else if (stored) {
      now.push_back(instruction);
    }
  }
  return between;
}

TEST(UntimedWork, WhatTheControlDoesNotDoAlikeIsSaid) {
  int alike = 0, differ = 0;
  for (const CaseInstance& c : AllCases()) {
    const Case& row = *c.row;
    if (row.blob == nullptr || row.stamps != Stamps::kAroundEvent ||
        row.service.serve != nullptr) {
      continue;
    }
    const auto kind = static_cast<size_t>(StampKind::kLfence);
    const auto event = Between(row.blob->event[kind]);
    const auto control = Between(row.blob->control[kind]);
    if (!event.has_value() || !control.has_value()) continue;
    const bool same = *event == *control;
    (same ? alike : differ) += 1;
    EXPECT_TRUE(same || row.works_between_events)
        << c.name << " needs works_between_events";
  }
  // Otherwise nothing was found.
  EXPECT_GT(alike, 20);
  EXPECT_GT(differ, 0);
}

}  // namespace
}  // namespace exitbench
