#include "cases/support/dirty_account.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint64_t kPages = 8192;
constexpr uint64_t kFirst = 12345;
constexpr size_t kPmlEntries = 512;

// A guest that goes round kPages pages and exits every `batch` stores, and a
// KVM that tracks it. With `late` the processor logs into a buffer that KVM
// sees at an exit, as with PML. Else each first store faults.
class Host {
 public:
  Host(bool late, uint64_t batch)
      : late_(late), batch_(batch), writable_(kPages), dirty_(kPages) {}

  void Store() {
    MarkDirty(count_ % kPages);
    ++count_;
    if ((count_ - kFirst) % batch_ == 0) Exit();
  }
  void Store(uint64_t times) {
    for (uint64_t i = 0; i < times; ++i) Store();
  }
  // The store's fault, but not yet the store.
  void FaultOnNext() { MarkDirty(count_ % kPages); }
  void Exit() {
    for (uint64_t page : buffer_) dirty_[page] = true;
    buffer_.clear();
  }

  std::vector<uint32_t> Get() const {
    std::vector<uint32_t> found;
    for (uint32_t page = 0; page < kPages; ++page) {
      if (dirty_[page]) found.push_back(page);
    }
    return found;
  }
  void Clear(const std::vector<uint32_t>& pages) {
    for (uint32_t page : pages) dirty_[page] = writable_[page] = false;
  }
  // As KVM_GET_DIRTY_LOG does it, or reading the ring and
  // KVM_RESET_DIRTY_RINGS: a dirty page is found once.
  std::vector<uint32_t> Harvest() {
    const std::vector<uint32_t> found = Get();
    Clear(found);
    return found;
  }
  // Has KVM forget a page that a harvest would find. It is not that of the
  // first store, which need not be found.
  bool Lose() {
    for (uint64_t page = 0; page < kPages; ++page) {
      if (!dirty_[page] || page == kFirst % kPages) continue;
      dirty_[page] = false;
      return true;
    }
    return false;
  }

  uint64_t count() const { return count_; }
  uint64_t pending() const { return buffer_.size(); }

 private:
  void MarkDirty(uint64_t page) {
    if (writable_[page]) return;
    writable_[page] = true;
    if (!late_) {
      dirty_[page] = true;
      return;
    }
    // A full buffer is an exit.
    if (buffer_.size() == kPmlEntries) Exit();
    buffer_.push_back(page);
  }

  const bool late_;
  const uint64_t batch_;
  uint64_t count_ = kFirst;
  std::vector<bool> writable_;  // Without a fault; with PML: its dirty bit.
  std::vector<bool> dirty_;
  std::vector<uint64_t> buffer_;
};

// Returns the pages of so many stores, from the one that is counted as `first`
// on.
std::vector<uint32_t> PagesOf(uint64_t first, uint64_t stores) {
  std::vector<uint32_t> pages;
  for (uint64_t i = 0; i < stores; ++i) {
    pages.push_back(static_cast<uint32_t>((first + i) % kPages));
  }
  return pages;
}

// A harvest while the guest stands between two stores.
absl::Status AddHarvest(Host& host, DirtyAccount& account) {
  const uint64_t before = host.count();
  return account.Add(before, host.count(), host.Harvest());
}

absl::Status FinishWith(Host& host, DirtyAccount& account) {
  host.Exit();
  return account.Finish(host.count(), host.Harvest());
}

TEST(DirtyAccountTest, AllThatIsWrittenIsFound) {
  Host host(false, 100);
  DirtyAccount account(kPages, 100, kFirst);
  for (int i = 0; i < 50; ++i) {
    host.Store(200);
    ASSERT_TRUE(AddHarvest(host, account).ok());
  }
  EXPECT_EQ(account.harvests(), 50u);
  EXPECT_EQ(account.harvested(), 10000u);
  EXPECT_EQ(account.WrittenAt(host.count()), 10000u);
  host.Store(7);
  EXPECT_TRUE(FinishWith(host, account).ok());
  // The last one is no harvest of the running guest.
  EXPECT_EQ(account.harvested(), 10000u);
}

// Nothing in the first harvest of a guest that has not exited since.
TEST(DirtyAccountTest, LateEntriesAreNotMissed) {
  Host host(true, 1000);
  DirtyAccount account(kPages, 1000, kFirst);
  host.Store(500);
  EXPECT_EQ(host.pending(), 500u);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), 0u);
  // The buffer is full: 512 of 990 have come.
  host.Store(490);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), 512u);
  host.Store(10);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), 1000u);
  host.Store(300);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), 1000u);
  EXPECT_TRUE(FinishWith(host, account).ok());
}

// More come at once than were written since the harvest before.
TEST(DirtyAccountTest, ALateHarvestMayHoldMoreThanWasWrittenMeanwhile) {
  Host host(true, 1000);
  DirtyAccount account(kPages, 1000, kFirst);
  host.Store(500);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  host.Exit();
  host.Store(1);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), 500u);
  EXPECT_TRUE(FinishWith(host, account).ok());
}

// Here the guest is not stopped before the last harvest.
TEST(DirtyAccountTest, WhatIsStillLateInTheEndIsMissing) {
  Host host(true, 1000);
  DirtyAccount account(kPages, 1000, kFirst);
  host.Store(500);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.Finish(host.count(), host.Harvest()).message(),
            "1 harvests found 0 dirty pages, one more of the guest at rest 0; "
            "that is 1 of 500 writes, of which 0 may have met a dirty page");
}

TEST(DirtyAccountTest, ALostEntryFails) {
  for (bool late : {false, true}) {
    Host host(late, 1000);
    DirtyAccount account(kPages, 1000, kFirst);
    for (int i = 0; i < 10; ++i) {
      host.Store(1100);
      if (i == 3) {
        EXPECT_TRUE(host.Lose());
      }
      ASSERT_TRUE(AddHarvest(host, account).ok());
    }
    const absl::Status end = FinishWith(host, account);
    EXPECT_TRUE(absl::IsInternal(end)) << late;
    EXPECT_THAT(end.message(),
                HasSubstr("that is 10999 of 11000 writes, of which 0 may"))
        << late;
  }
}

TEST(DirtyAccountTest, OneLostOfTheLastHarvestFails) {
  Host host(false, 1000);
  DirtyAccount account(kPages, 1000, kFirst);
  host.Store(100);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  host.Store(100);
  ASSERT_TRUE(host.Lose());
  EXPECT_FALSE(FinishWith(host, account).ok());
}

TEST(DirtyAccountTest, MoreThanWasWrittenFails) {
  DirtyAccount account(kPages, 10, kFirst);
  // One may be stored, but not counted yet.
  ASSERT_TRUE(account.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst, 21)).ok());
  // It may come again, and another may be in flight.
  ASSERT_TRUE(
      account.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst + 20, 1)).ok());
  const absl::Status more =
      account.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst + 20, 2));
  EXPECT_TRUE(absl::IsInternal(more));
  EXPECT_THAT(more.message(),
              AllOf(HasSubstr("3 harvests found 24 dirty pages, the last of "
                              "them 2"),
                    HasSubstr("wrote 20, which can be 23 at most")));
  EXPECT_EQ(account.harvests(), 2u);
  EXPECT_EQ(account.harvested(), 22u);
}

TEST(DirtyAccountTest, MoreThanWasWrittenFailsAtTheEndToo) {
  DirtyAccount account(kPages, 10, kFirst);
  ASSERT_TRUE(account.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst, 20)).ok());
  EXPECT_FALSE(account.Finish(kFirst + 25, PagesOf(kFirst + 19, 8)).ok());
  DirtyAccount fits(kPages, 10, kFirst);
  ASSERT_TRUE(fits.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst, 20)).ok());
  // Two of one page each: in flight at the harvest, and at the end.
  EXPECT_TRUE(fits.Finish(kFirst + 25, PagesOf(kFirst + 19, 7)).ok());
}

TEST(DirtyAccountTest, TheSameHarvestTwiceFails) {
  Host host(false, 100);
  DirtyAccount account(kPages, 100, kFirst);
  host.Store(50);
  ASSERT_TRUE(
      account.Add(host.count(), host.count(), PagesOf(kFirst, 50)).ok());
  EXPECT_FALSE(
      account.Add(host.count(), host.count(), PagesOf(kFirst, 50)).ok());
}

// Its fault marks a page, a harvest protects it, its store faults again.
TEST(DirtyAccountTest, ThePageInFlightIsFoundTwice) {
  Host host(false, 100);
  DirtyAccount account(kPages, 100, kFirst);
  for (int i = 0; i < 20; ++i) {
    host.FaultOnNext();
    ASSERT_TRUE(AddHarvest(host, account).ok());
    host.Store();
  }
  EXPECT_EQ(account.harvested(), 1u + 19u * 2);
  EXPECT_TRUE(FinishWith(host, account).ok());
}

// It makes up for no other page that is never found.
TEST(DirtyAccountTest, APageFoundTwiceDoesNotStandForALostOne) {
  Host host(false, 100);
  DirtyAccount account(kPages, 100, kFirst);
  host.Store(10);
  host.FaultOnNext();
  ASSERT_TRUE(AddHarvest(host, account).ok());
  host.Store(10);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), 21u);
  host.Store(1);
  ASSERT_TRUE(host.Lose());
  EXPECT_THAT(FinishWith(host, account).message(),
              HasSubstr("that is 20 of 21 writes"));
}

TEST(DirtyAccountTest, APageThatTheGuestLacksFails) {
  DirtyAccount account(kPages, 100, kFirst);
  EXPECT_EQ(account.Add(kFirst + 5, kFirst + 5, {8192}).message(),
            "a harvest found page 8192 dirty, the guest has 8192");
}

// The guest was stopped between its store and its counting it.
TEST(DirtyAccountTest, TheFirstStoreMayHaveBeenMadeBefore) {
  DirtyAccount account(kPages, 100, kFirst);
  ASSERT_TRUE(
      account.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst + 1, 19)).ok());
  EXPECT_TRUE(account.Finish(kFirst + 20, {}).ok());
  DirtyAccount second(kPages, 100, kFirst);
  ASSERT_TRUE(
      second.Add(kFirst + 20, kFirst + 20, PagesOf(kFirst + 2, 18)).ok());
  EXPECT_FALSE(second.Finish(kFirst + 20, {}).ok());
}

// A page written twice between two harvests is dirty once.
TEST(DirtyAccountTest, PagesWrittenTwiceAreOne) {
  Host host(false, 100);
  DirtyAccount account(kPages, 100, kFirst);
  host.Store(2 * kPages + 5);
  ASSERT_TRUE(AddHarvest(host, account).ok());
  EXPECT_EQ(account.harvested(), kPages);
  host.Store(300);
  EXPECT_TRUE(FinishWith(host, account).ok());
}

// What was written twice makes up for no more than that.
TEST(DirtyAccountTest, MoreMissingThanWasWrittenTwiceFails) {
  DirtyAccount account(kPages, 100, kFirst);
  const uint64_t count = kFirst + kPages + 50;
  // 50 twice, 100 late, one uncounted at the end and one at the start.
  ASSERT_TRUE(
      account.Add(count, count, PagesOf(kFirst + 50, kPages - 102)).ok());
  EXPECT_TRUE(account.Finish(count, {}).ok());
  DirtyAccount short_by_one(kPages, 100, kFirst);
  ASSERT_TRUE(
      short_by_one.Add(count, count, PagesOf(kFirst + 50, kPages - 103)).ok());
  const absl::Status end = short_by_one.Finish(count, {});
  EXPECT_THAT(end.message(),
              HasSubstr("of which 151 may have met a dirty page"));
}

// It is still in the buffer when its harvest comes, and is then written again.
TEST(DirtyAccountTest, ALatePageIsWrittenAgain) {
  Host host(true, 1000);
  DirtyAccount account(kPages, 1000, kFirst);
  host.Store(8000);
  host.Store(400);
  // 208 of the first round and all but these 400 are in it.
  ASSERT_TRUE(AddHarvest(host, account).ok());
  ASSERT_TRUE(account.harvested() < 8400);
  for (int i = 0; i < 20; ++i) {
    host.Store(7900);
    ASSERT_TRUE(AddHarvest(host, account).ok());
  }
  EXPECT_TRUE(FinishWith(host, account).ok());
}

// KVM_CLEAR_DIRTY_LOG protects later than KVM_GET_DIRTY_LOG looked.
TEST(DirtyAccountTest, StoresBetweenGetAndClear) {
  for (bool late : {false, true}) {
    Host host(late, 1000);
    DirtyAccount account(kPages, 1000, kFirst);
    for (int i = 0; i < 20; ++i) {
      host.Store(900);
      const uint64_t before = host.count();
      const std::vector<uint32_t> found = host.Get();
      // Once all of them, so that each that was found is written again.
      host.Store(i == 7 ? kPages : 150);
      host.Clear(found);
      ASSERT_TRUE(account.Add(before, host.count(), found).ok()) << i;
    }
    EXPECT_TRUE(FinishWith(host, account).ok()) << late;
  }
}

TEST(DirtyAccountTest, TheGuestsCountMayBeAnything) {
  DirtyAccount account(kPages, 10, kFirst);
  EXPECT_FALSE(account.Add(kFirst - 1, kFirst + 5, {}).ok());
  EXPECT_FALSE(account.Add(kFirst + 5, kFirst + 4, {}).ok());
  ASSERT_TRUE(account.Add(kFirst + 5, kFirst + 9, PagesOf(kFirst, 7)).ok());
  EXPECT_THAT(account.Add(kFirst + 8, kFirst + 20, {}).message(),
              HasSubstr("ran backwards: 12354, 12353, 12365"));
  EXPECT_FALSE(account.Finish(kFirst, {}).ok());
}

struct Shape {
  bool late;
  uint64_t batch;
  uint64_t most_stores;  // Between two harvests.
};

// Any order of stores, faults and harvests is right, and one page lost is not.
// Where pages are written twice the lost one could have been merged.
TEST(DirtyAccountTest, AnyOrderHolds) {
  std::mt19937 random(1);
  const auto below = [&](uint64_t n) { return random() % n; };
  for (const Shape& shape :
       {Shape{false, 10, 40}, Shape{true, 10, 40}, Shape{true, 100, 400},
        Shape{false, 1000, 5000}, Shape{true, 1000, 5000},
        Shape{true, 1000, 20000}}) {
    for (int run = 0; run < 20; ++run) {
      const bool loses = run >= 10 && shape.most_stores <= 5000;
      const uint64_t lose_at = loses ? below(20) : ~0u;
      bool lost = false;
      Host host(shape.late, shape.batch);
      DirtyAccount account(kPages, shape.batch, kFirst);
      for (uint64_t i = 0; i < 20; ++i) {
        host.Store(below(shape.most_stores));
        const bool in_flight = below(3) == 0;
        const uint64_t before = host.count();
        if (!lost && i >= lose_at) lost = host.Lose();
        const std::vector<uint32_t> found = host.Get();
        host.Store(below(shape.batch));
        if (in_flight) host.FaultOnNext();
        host.Clear(found);
        ASSERT_TRUE(account.Add(before, host.count(), found).ok());
      }
      const absl::Status end = FinishWith(host, account);
      EXPECT_EQ(end.ok(), !lost)
          << shape.late << " " << shape.batch << " " << run << " " << end;
    }
  }
}

}  // namespace
}  // namespace exitbench
