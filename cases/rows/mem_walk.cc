// mem/tlb_walk: loads that miss the TLB, by page sizes and working set. With
// second-level paging each miss walks two dimensions, with shadow paging one.
#include <algorithm>
#include <utility>
#include <vector>

#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/mapped_pages.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint64_t kLineBytes = 64;
constexpr uint32_t kLoads = 256;

// Returns where in case memory the load from `page` goes. Each 4 KiB page has
// one, whatever the page size of the mapping, so that page sizes compare. The
// cache lines differ from page to page, else all would fall into one set of the
// cache.
uint64_t PlaceIn(uint64_t page) {
  return page * kPageBytes + page * kLineBytes % kPageBytes;
}

// Links the first kSetBytes of case memory (0: all of it) into one ring in
// random order, so that no prefetcher guesses the next page. The order is the
// same each time, since the generator is our own.
template <uint64_t kSetBytes>
absl::Status PrepareChain(Machine& machine) {
  const uint64_t bytes = kSetBytes > 0 ? kSetBytes : machine.data().bytes();
  std::vector<uint32_t> order(bytes / kPageBytes);
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<uint32_t>(i);
  uint64_t state = 0x9e3779b97f4a7c15;
  // Page 0 stays first: the guest begins there.
  for (size_t i = order.size() - 1; i > 1; --i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    std::swap(order[i], order[1 + (state >> 33) % i]);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    const uint64_t next = PlaceIn(order[(i + 1) % order.size()]);
    uint8_t* at =
        machine.data().At(EB_DATA_GPA + PlaceIn(order[i]), sizeof(next));
    *reinterpret_cast<uint64_t*>(at) = next;
  }
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = kLoads;
  return absl::OkStatus();
}

// The page size of the guest's tables, and what the host backs them by.
struct Pages {
  absl::string_view name;
  absl::string_view measures;
  GuestPage guest = GuestPage::k4K;
  Backing host = Backing::k4K;
};

template <uint64_t kSetBytes>
constexpr Case Walk(const Pages& pages) {
  constexpr uint64_t kBytes = std::max(kSetBytes, kHugePageBytes);
  return {.name = pages.name,
          .measures = pages.measures,
          .modes = kUserMode,
          .blob = &blobs::chase,
          .shape = {.data_bytes = kBytes,
                    .data_backing = pages.host,
                    .data_page = pages.guest},
          .expect = {.never_exits = kHardware | kBackendPvm,
                     .claims = kNoPageFault},
          .host = {.hook_bytes = kSetBytes / kPageBytes * sizeof(uint32_t)},
          .prepare = PrepareChain<kSetBytes>,
          .finish = FindHugeMapping,
          .per_event = {.items = kLoads, .item = "access"},
          .size = {.max_events = 2000, .touched_bytes = kLoads * kPageBytes},
          .native = true};
}

constexpr Case WalkByParameters() {
  Case row = Walk<16u << 20>(
      {.name = "mem/tlb_walk",
       .measures = "256 loads, each of another page and waiting for the one "
                   "before, over a working set of 16 MiB"});
  row.prepare = PrepareChain<0>;
  row.parameters = kGuestPageParameter | kHostPageParameter |
                   kWorkingSetParameter | kBackingParameter;
  return row;
}

constexpr uint64_t kSmall = 128u << 10;
constexpr uint64_t kMiddle = 8u << 20;
constexpr uint64_t kLarge = 128u << 20;

constexpr Case kCases[] = {
    WalkByParameters(),
    Walk<kSmall>(
        {.name = "mem/tlb_walk_4k_on_4k_128k",
         .measures = "mem/tlb_walk over 128 KiB, guest pages 4k, host 4k",
         .guest = GuestPage::k4K,
         .host = Backing::k4K}),
    Walk<kMiddle>(
        {.name = "mem/tlb_walk_4k_on_4k_8m",
         .measures = "mem/tlb_walk over 8 MiB, guest pages 4k, host 4k",
         .guest = GuestPage::k4K,
         .host = Backing::k4K}),
    Walk<kLarge>(
        {.name = "mem/tlb_walk_4k_on_4k_128m",
         .measures = "mem/tlb_walk over 128 MiB, guest pages 4k, host 4k",
         .guest = GuestPage::k4K,
         .host = Backing::k4K}),
    Walk<kSmall>(
        {.name = "mem/tlb_walk_2m_on_4k_128k",
         .measures = "mem/tlb_walk over 128 KiB, guest pages 2m, host 4k",
         .guest = GuestPage::k2M,
         .host = Backing::k4K}),
    Walk<kMiddle>(
        {.name = "mem/tlb_walk_2m_on_4k_8m",
         .measures = "mem/tlb_walk over 8 MiB, guest pages 2m, host 4k",
         .guest = GuestPage::k2M,
         .host = Backing::k4K}),
    Walk<kLarge>(
        {.name = "mem/tlb_walk_2m_on_4k_128m",
         .measures = "mem/tlb_walk over 128 MiB, guest pages 2m, host 4k",
         .guest = GuestPage::k2M,
         .host = Backing::k4K}),
    Walk<kSmall>(
        {.name = "mem/tlb_walk_4k_on_thp_128k",
         .measures = "mem/tlb_walk over 128 KiB, guest pages 4k, host thp",
         .guest = GuestPage::k4K,
         .host = Backing::kThp}),
    Walk<kMiddle>(
        {.name = "mem/tlb_walk_4k_on_thp_8m",
         .measures = "mem/tlb_walk over 8 MiB, guest pages 4k, host thp",
         .guest = GuestPage::k4K,
         .host = Backing::kThp}),
    Walk<kLarge>(
        {.name = "mem/tlb_walk_4k_on_thp_128m",
         .measures = "mem/tlb_walk over 128 MiB, guest pages 4k, host thp",
         .guest = GuestPage::k4K,
         .host = Backing::kThp}),
    Walk<kSmall>(
        {.name = "mem/tlb_walk_2m_on_thp_128k",
         .measures = "mem/tlb_walk over 128 KiB, guest pages 2m, host thp",
         .guest = GuestPage::k2M,
         .host = Backing::kThp}),
    Walk<kMiddle>(
        {.name = "mem/tlb_walk_2m_on_thp_8m",
         .measures = "mem/tlb_walk over 8 MiB, guest pages 2m, host thp",
         .guest = GuestPage::k2M,
         .host = Backing::kThp}),
    Walk<kLarge>(
        {.name = "mem/tlb_walk_2m_on_thp_128m",
         .measures = "mem/tlb_walk over 128 MiB, guest pages 2m, host thp",
         .guest = GuestPage::k2M,
         .host = Backing::kThp}),
};

}  // namespace

absl::Span<const Case> MemWalkCases() { return kCases; }

}  // namespace exitbench
