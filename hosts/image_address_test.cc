#include "hosts/image_address.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace {

constexpr uint64_t kClass = uint64_t{EB_TRACE_CALL} << EB_TRACE_CLASS_SHIFT;
constexpr uint64_t kText = 0x800080010000;
constexpr uint64_t kPlace = 0x7f1000210000;

// Where kText + `offset` is in the emulator's memory.
constexpr uint64_t Place(uint64_t offset) { return kPlace + offset; }

// An image whose code was executed at offsets `low` and `high`.
EbImage Image(uint64_t low, uint64_t high) {
  EbImage image = {};
  eb_image_translated(&image, kText, kPlace);
  eb_image_executed(&image, kClass | (kText + high));
  eb_image_executed(&image, kClass | (kText + low));
  return image;
}

TEST(ImageAddress, CodeOfTheImageHasItsAddress) {
  const EbImage image = Image(0x1000, 0x900000);
  EXPECT_EQ(eb_image_word(&image, kClass | 0x7123, Place(0x910123)),
            kClass | (kText + 0x910123))
      << "behind what was executed";
  EXPECT_EQ(eb_image_word(&image, kClass | 0x7123, Place(0x5000)),
            kClass | (kText + 0x5000));
}

TEST(ImageAddress, OtherCodeKeepsItsOwn) {
  const EbImage image = Image(0x1000, 0x900000);
  const uint64_t behind = 0x900000 + EB_IMAGE_MARGIN;
  EXPECT_EQ(eb_image_word(&image, kClass | 0x7000, Place(0xff0)),
            kClass | 0x7000);
  EXPECT_EQ(eb_image_word(&image, kClass | 0x7000, Place(behind + 4)),
            kClass | 0x7000);
  EXPECT_EQ(eb_image_word(&image, kClass | 0x7000, Place(behind)),
            kClass | (kText + behind));
  EXPECT_EQ(eb_image_word(&image, kClass | 0x7000, 0), kClass | 0x7000)
      << "not in memory";
}

TEST(ImageAddress, OnlyTheFirstPlaceCounts) {
  EbImage image = Image(0x1000, 0x900000);
  eb_image_translated(&image, kText + 0x40000000, kPlace - 0x1000);
  EXPECT_EQ(eb_image_word(&image, 0x7000, Place(0x2000)), kText + 0x2000);
}

TEST(ImageAddress, NothingIsKnownAtFirst) {
  EbImage image = {};
  EXPECT_EQ(eb_image_word(&image, 0x7000, kPlace), 0x7000u);
  eb_image_translated(&image, kText, 0);
  eb_image_executed(&image, kText);
  EXPECT_EQ(eb_image_word(&image, 0x7000, kPlace), 0x7000u) << "no place";
  image = {};
  eb_image_translated(&image, kText, kPlace);
  EXPECT_EQ(eb_image_word(&image, 0x7000, kPlace), 0x7000u)
      << "nothing executed";
}

}  // namespace
