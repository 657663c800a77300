// dirty/: what it costs to find out which pages a running guest has written, at
// several rates of writing, and what that costs the guest.
//
// The guest writes on a thread of its own. Every few milliseconds the host
// asks, and that is what is timed. The number of pages in the answers is
// checked against the guest's own count: see cases/support/dirty_account.h.
#include <time.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/facts.h"
#include "cases/rows/groups.h"
#include "cases/support/dirty_account.h"
#include "cases/support/dirty_log.h"
#include "cases/support/dirty_ring.h"
#include "cases/support/writer.h"
#include "cases/support/writer_share.h"
#include "guest_blobs/payloads.h"
#include "vmm/arch_guest.h"

namespace exitbench {
namespace {

constexpr uint64_t kDataBytes = 32u << 20;
constexpr uint64_t kPages = kDataBytes / kPageBytes;
constexpr uint32_t kRingBytes = 8192 * sizeof(kvm_dirty_gfn);
// Between two harvests.
constexpr long kIntervalNs = 2'000'000;
// How long the writer runs first, with nothing logged, to see what a store
// costs then.
constexpr long kUnloggedNs = 20'000'000;

enum class How { kLogGet, kLogClear, kRing };

struct Tracking {
  How how = How::kLogGet;
  uint64_t period_ticks = 0;
  double tsc_khz = 0;
  double unlogged_ticks = 0;
  std::vector<uint64_t> bitmap;
  DirtyRing ring;
  // The guest's count, and the ring's, before the harvest in flight.
  uint64_t before_this = 0;
  uint32_t taken = 0;
  std::vector<uint32_t> found;
  DirtyAccount account;
  timespec first_time = {};
  // How far the writer came until the last timed harvest.
  uint64_t written = 0;
  double elapsed_ms = 0;
  Writer writer;  // Last, so that it ends before what it uses.
};

void Sleep(long ns) {
  const timespec time = {0, ns};
  nanosleep(&time, nullptr);
}

// Returns the pages of the last harvest, which began at t.taken.
const std::vector<uint32_t>& FoundPages(Tracking& t) {
  t.found.clear();
  if (t.how == How::kRing) {
    t.ring.PagesSince(t.taken, t.found);
    return t.found;
  }
  ForEachDirtyPage(t.bitmap, [&t](size_t page) {
    t.found.push_back(static_cast<uint32_t>(page));
  });
  return t.found;
}

int ClearLog(Machine& machine, Tracking& t) {
  kvm_clear_dirty_log log = {};
  log.slot = Machine::kDataSlot;
  log.num_pages = kPages;
  log.dirty_bitmap = t.bitmap.data();
  return sys::Ioctl(machine.vm().fd(), "KVM_CLEAR_DIRTY_LOG",
                    KVM_CLEAR_DIRTY_LOG, reinterpret_cast<unsigned long>(&log));
}

int HarvestRing(Tracking& t) {
  const uint32_t pages = t.ring.Harvest();
  return t.ring.Reset() < 0 ? -1 : static_cast<int>(pages);
}

// Harvests what a guest at rest has left dirty. Returns which pages that were.
absl::StatusOr<std::vector<uint32_t>> HarvestAtRest(Machine& machine,
                                                    Tracking& t) {
  t.taken = t.ring.taken();
  int result = 0;
  switch (t.how) {
    case How::kLogGet:
      result = GetDirtyLog(machine, t.bitmap);
      break;
    case How::kLogClear:
      result = GetDirtyLog(machine, t.bitmap);
      if (result == 0) result = ClearLog(machine, t);
      break;
    case How::kRing:
      result = HarvestRing(t);
      break;
  }
  if (result < 0) return ErrnoStatus("harvest", "of a guest at rest");
  return FoundPages(t);
}

template <How kHow, uint32_t kPagesPerMs>
absl::Status Prepare(Machine& machine) {
  Tracking& t = machine.case_state<Tracking>();
  t.how = kHow;
  t.bitmap.assign(DirtyLogWords(kDataBytes), 0);
  t.found.reserve(kPages);
  EB_ASSIGN_OR_RETURN(const int64_t khz, GuestClockKhz(machine.vcpu()));
  t.tsc_khz = static_cast<double>(khz);
  t.period_ticks = static_cast<uint64_t>(khz) / kPagesPerMs;
  if (kHow == How::kLogClear) {
    EB_RETURN_IF_ERROR(
        machine.vm().EnableCap(KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
                               KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE));
  }
  if (kHow == How::kRing) EB_RETURN_IF_ERROR(t.ring.Map(machine));
  // About a millisecond's worth, so that the thread can be stopped soon.
  constexpr uint32_t kPagesPerRun = kPagesPerMs;
  static_assert(kPagesPerRun <= EB_MAX_STAMPS);
  EB_RETURN_IF_ERROR(t.writer.TouchAll(machine));
  EB_RETURN_IF_ERROR(t.writer.Start(machine, t.period_ticks, kPagesPerRun));
  Sleep(kUnloggedNs);
  t.writer.Stop();
  EB_RETURN_IF_ERROR(t.writer.status());
  t.unlogged_ticks = t.writer.StoreTicks();

  EB_RETURN_IF_ERROR(machine.AddDataSlot(KVM_MEM_LOG_DIRTY_PAGES));
  EB_RETURN_IF_ERROR(HarvestAtRest(machine, t).status());
  t.account = DirtyAccount(kPages, kPagesPerRun, t.writer.pages());
  clock_gettime(CLOCK_MONOTONIC, &t.first_time);
  return t.writer.Start(machine, t.period_ticks, kPagesPerRun);
}

absl::Status LetWrite(Machine& machine) {
  Tracking& t = machine.case_state<Tracking>();
  Sleep(kIntervalNs);
  t.before_this = t.writer.pages();
  t.taken = t.ring.taken();
  return t.writer.status();
}

// KVM_CLEAR_DIRTY_LOG clears what the KVM_GET_DIRTY_LOG before it has found.
absl::Status LetWriteAndGet(Machine& machine) {
  EB_RETURN_IF_ERROR(LetWrite(machine));
  if (GetDirtyLog(machine, machine.case_state<Tracking>().bitmap) == 0) {
    return absl::OkStatus();
  }
  return ErrnoStatus("KVM_GET_DIRTY_LOG", "");
}

int TimedGet(Machine& machine) {
  return GetDirtyLog(machine, machine.case_state<Tracking>().bitmap);
}

int TimedClear(Machine& machine) {
  return ClearLog(machine, machine.case_state<Tracking>());
}

int TimedHarvest(Machine& machine) {
  return HarvestRing(machine.case_state<Tracking>());
}

absl::Status CheckHarvest(Machine& machine, int result, int error) {
  Tracking& t = machine.case_state<Tracking>();
  if (result < 0) {
    return absl::InternalError(absl::StrCat("harvest: ", strerror(error)));
  }
  const uint64_t now = t.writer.pages();
  EB_RETURN_IF_ERROR(t.account.Add(t.before_this, now, FoundPages(t)));
  return t.writer.status();
}

// Ends the writer, and notes how far it came, and in what time.
void StopWriting(Tracking& t) {
  if (t.elapsed_ms > 0) return;
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  t.written = t.account.WrittenAt(t.writer.pages());
  t.writer.Stop();
  t.elapsed_ms = static_cast<double>(now.tv_sec - t.first_time.tv_sec) * 1e3 +
                 static_cast<double>(now.tv_nsec - t.first_time.tv_nsec) / 1e6;
}

absl::StatusOr<Conclusion> Finish(Machine& machine) {
  Tracking& t = machine.case_state<Tracking>();
  StopWriting(t);
  EB_RETURN_IF_ERROR(t.writer.status());
  EB_ASSIGN_OR_RETURN(const std::vector<uint32_t> rest,
                      HarvestAtRest(machine, t));
  EB_RETURN_IF_ERROR(t.account.Finish(t.writer.pages(), rest));
  EB_RETURN_IF_ERROR(CheckWriterShare({
      .written = t.written,
      .harvested = t.account.harvested(),
      .elapsed_ms = t.elapsed_ms,
      .ran_ms = t.writer.ran_ms(),
      .ms_per_page =
          (static_cast<double>(t.period_ticks) + t.writer.StoreTicks()) /
          t.tsc_khz,
  }));
  return Conclusion{
      .shown = absl::StrCat(t.account.found(), " dirty pages found of ",
                            t.account.WrittenAt(t.writer.pages()), " writes")};
}

std::vector<Figure> Figures(Machine& machine, double mean_ticks) {
  Tracking& t = machine.case_state<Tracking>();
  StopWriting(t);
  std::vector<Figure> figures;
  const double per_harvest =
      t.account.harvests() == 0 ? 0
                                : static_cast<double>(t.account.harvested()) /
                                      static_cast<double>(t.account.harvests());
  figures.push_back({"pages_per_harvest", Unit::kCount,
                     Direction::kHigherIsBetter, per_harvest});
  if (per_harvest > 0) {
    figures.push_back({"ticks_per_page", Unit::kTicks,
                       Direction::kLowerIsBetter, mean_ticks / per_harvest});
  }
  if (t.elapsed_ms > 0) {
    figures.push_back({"pages_per_ms", Unit::kCount, Direction::kHigherIsBetter,
                       static_cast<double>(t.written) / t.elapsed_ms});
  }
  const double tracked_ticks = t.writer.StoreTicks();
  figures.push_back(
      {"writer_store", Unit::kTicks, Direction::kLowerIsBetter, tracked_ticks});
  figures.push_back({"writer_store_untracked", Unit::kTicks,
                     Direction::kLowerIsBetter, t.unlogged_ticks});
  // This is for a guest that has other work between its writes, so much that it
  // writes at the nominal rate while nothing is tracked.
  figures.push_back({"writer_slowdown", Unit::kRatio, Direction::kLowerIsBetter,
                     1 + (tracked_ticks - t.unlogged_ticks) /
                             static_cast<double>(t.period_ticks)});
  return figures;
}

// What differs by how the host asks.
template <How kHow>
constexpr Case Asking() {
  switch (kHow) {
    case How::kLogGet:
      return {.host_loop = {.before = LetWrite, .timed = TimedGet}};
    case How::kLogClear:
      return {
          .host_loop = {.before = LetWriteAndGet, .timed = TimedClear},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2)}}};
    case How::kRing:
      return {.host_loop = {.before = LetWrite, .timed = TimedHarvest},
              .shape = {.dirty_ring_bytes = kRingBytes},
              .host = {.needs = {kDirtyRing}}};
  }
}

struct Rate {
  absl::string_view name;
  absl::string_view measures;
};

template <How kHow, uint32_t kPagesPerMs>
constexpr Case Harvest(const Rate& rate) {
  Case row = Asking<kHow>();
  row.name = rate.name;
  row.measures = rate.measures;
  row.modes = kUserMode;
  row.host_loop.guest = &blobs::paced_write;
  row.host_loop.after = CheckHarvest;
  row.host_loop.guest_beside = true;
  row.shape.data_bytes = kDataBytes;
  row.host.supported = SupportsDirtyPages;
  row.host.hook_bytes = 1u << 20;
  row.prepare = Prepare<kHow, kPagesPerMs>;
  row.figures = Figures;
  row.finish = Finish;
  row.size.max_events = 100;
  return row;
}

constexpr Case kCases[] = {
    Harvest<How::kLogGet, 10>(
        {.name = "dirty/log_get_10",
         .measures = "KVM_GET_DIRTY_LOG (KVM API 4.8) every 2 ms; the guest "
                     "writes to 10 pages per ms"}),
    Harvest<How::kLogGet, 100>({.name = "dirty/log_get_100",
                                .measures = "the same at 100 pages per ms"}),
    Harvest<How::kLogGet, 1000>({.name = "dirty/log_get_1000",
                                 .measures = "the same at 1000 pages per ms"}),
    Harvest<How::kLogClear, 10>(
        {.name = "dirty/log_clear_10",
         .measures = "KVM_CLEAR_DIRTY_LOG (KVM API 4.117) every 2 ms; the "
                     "guest writes to 10 pages per ms"}),
    Harvest<How::kLogClear, 100>({.name = "dirty/log_clear_100",
                                  .measures = "the same at 100 pages per ms"}),
    Harvest<How::kLogClear, 1000>(
        {.name = "dirty/log_clear_1000",
         .measures = "the same at 1000 pages per ms"}),
    Harvest<How::kRing, 10>(
        {.name = "dirty/ring_harvest_10",
         .measures = "read the dirty ring and KVM_RESET_DIRTY_RINGS (KVM API "
                     "8.29) every 2 ms; the guest writes to 10 pages per ms"}),
    Harvest<How::kRing, 100>({.name = "dirty/ring_harvest_100",
                              .measures = "the same at 100 pages per ms"}),
    Harvest<How::kRing, 1000>({.name = "dirty/ring_harvest_1000",
                               .measures = "the same at 1000 pages per ms"}),
};

}  // namespace

absl::Span<const Case> DirtyCases() { return kCases; }

}  // namespace exitbench
