// The build rule's numbers against the ABI header's: the rule can't read it.
#include <cstring>
#include <set>

#include "cases/catalogue/catalogue.h"
#include "gtest/gtest.h"
#include "guest_blobs/abi.h"

namespace exitbench {
namespace {

TEST(Payloads, AreLinkedWhereTheyAreLoadedAndFit) {
  int payloads = 0;
  for (const CaseInstance& instance : AllCases()) {
    const GuestBlob* blob = instance.row->blob != nullptr
                                ? instance.row->blob
                                : instance.row->host_loop.guest;
    if (blob == nullptr) continue;
    ++payloads;
    for (const auto* images : {blob->event, blob->control}) {
      for (int kind = 0; kind < kStampKinds; ++kind) {
        PayloadHeader header;
        ASSERT_GE(images[kind].bytes(), sizeof(header));
        ASSERT_LE(images[kind].bytes(), size_t{EB_CODE_BYTES});
        std::memcpy(&header, images[kind].begin, sizeof(header));
        EXPECT_EQ(header.magic, uint32_t{EB_PAYLOAD_MAGIC});
        EXPECT_EQ(header.abi_version, uint32_t{EB_ABI_VERSION});
        EXPECT_GE(header.entry_gpa, uint32_t{EB_CODE_GPA}) << instance.name;
        EXPECT_LT(header.entry_gpa, EB_CODE_GPA + images[kind].bytes());
      }
    }
  }
  EXPECT_GT(payloads, 0);
}

TEST(Catalogue, NamesAreUniqueAndDescribed) {
  std::set<std::string> names;
  for (const CaseInstance& instance : AllCases()) {
    EXPECT_TRUE(names.insert(instance.name).second) << instance.name;
    EXPECT_FALSE(instance.row->measures.empty()) << instance.name;
    EXPECT_TRUE(instance.row->blob != nullptr ||
                instance.row->host_loop.timed != nullptr ||
                !instance.row->host_loop.steps.empty())
        << instance.name;
  }
}

}  // namespace
}  // namespace exitbench
