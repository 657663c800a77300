#include "cases/support/mapped_pages.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/facts.h"
#include "vmm/arch/doorbell.h"
#include "vmm/exit_text.h"
#include "vmm/kvm_stats.h"

namespace exitbench {
namespace {

struct Gauges {
  int64_t pages_4k = 0;
  int64_t pages_2m = 0;
  bool are_there = true;
};

absl::StatusOr<Gauges> ReadGauges(Machine& machine) {
  const KvmStats* stats = machine.vm_stats();
  const int at_4k = stats == nullptr ? -1 : stats->Find("pages_4k");
  const int at_2m = stats == nullptr ? -1 : stats->Find("pages_2m");
  if (at_4k < 0 || at_2m < 0) {
    return absl::UnimplementedError("this kernel does not count mapped pages");
  }
  EB_ASSIGN_OR_RETURN(const StatsSnapshot now, stats->Read());
  return Gauges{static_cast<int64_t>(now[static_cast<size_t>(at_4k)]),
                static_cast<int64_t>(now[static_cast<size_t>(at_2m)])};
}

absl::StatusOr<uint64_t> ReadExits(Machine& machine) {
  const KvmStats* stats = machine.vcpu_stats();
  const int at = stats == nullptr ? -1 : stats->Find("exits");
  if (at < 0) return absl::UnimplementedError("this kernel counts no exits");
  EB_ASSIGN_OR_RETURN(const StatsSnapshot now, stats->Read());
  return now[static_cast<size_t>(at)];
}

// Has the guest touch another place in each of `count` pages. Interrupts of the
// host's may add a few exits.
absl::Status ExpectNoFaultAgain(Machine& machine, uint32_t count) {
  EB_ASSIGN_OR_RETURN(const uint64_t before, ReadExits(machine));
  ParameterBlock& block = machine.parameters(0);
  // The stamps of the events are still to be read. Those behind them are in the
  // same page, so that it is mapped.
  constexpr uint64_t kMostPages = kPageBytes / EB_STAMP_BYTES / 2;
  constexpr uint64_t kOtherStamps = kMostPages * EB_STAMP_BYTES;
  EB_CHECK(count <= kMostPages);
  block.args[0] += kHugePageBytes / 2;
  block.stamps_gpa += kOtherStamps;
  block.events = count;
  const int result = machine.vcpu().Run();
  block.args[0] -= kHugePageBytes / 2;
  block.stamps_gpa -= kOtherStamps;
  if (result != 0) return ErrnoStatus("KVM_RUN", "the second touch");
  if (!IsDoorbell(machine.vcpu().run())) {
    return absl::InternalError(absl::StrCat(
        "the second touch left by ", DescribeExit(machine.vcpu().run())));
  }
  EB_ASSIGN_OR_RETURN(const uint64_t after, ReadExits(machine));
  const uint64_t faults = after - before - kMappedCheckExits;
  if (faults <= count / 4) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "another touch of %d pages of 2 MiB made %d exits: the host backs the "
      "guest's memory by small pages, or this KVM maps it so",
      count, faults));
}

}  // namespace

absl::StatusOr<MappedPages> CountMappedPages(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const Gauges gauges, ReadGauges(machine));
  return MappedPages{gauges.pages_4k, gauges.pages_2m};
}

absl::Status NoteMappedPages(Machine& machine) {
  const absl::StatusOr<Gauges> now = ReadGauges(machine);
  if (now.ok()) {
    machine.case_state<Gauges>() = *now;
    return absl::OkStatus();
  }
  if (kMappedCheckExits == 0) return now.status();
  machine.case_state<Gauges>().are_there = false;
  return absl::OkStatus();
}

absl::Status Expect2mPagesMapped(Machine& machine, uint32_t count) {
  const Gauges before = machine.case_state<Gauges>();
  if (!before.are_there) return ExpectNoFaultAgain(machine, count);
  EB_ASSIGN_OR_RETURN(const Gauges after, ReadGauges(machine));
  if (after.pages_2m - before.pages_2m == count) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%d faults mapped %d pages of 2 MiB and %d of 4 KiB: the host backs the "
      "guest's memory by small pages, or this KVM maps it so",
      count, after.pages_2m - before.pages_2m,
      after.pages_4k - before.pages_4k));
}

absl::Status CheckHugetlbMapping(uint64_t host_page_bytes) {
  if (host_page_bytes == kPageBytes) return absl::OkStatus();
  return absl::UnavailableError(absl::StrFormat(
      "KVM maps hugetlb pages of 2 MiB by the host's pages of %d KiB",
      host_page_bytes >> 10));
}

absl::StatusOr<Conclusion> JudgeHugeMapping(const HugeMapping& mapping) {
  EB_RETURN_IF_ERROR(CheckHugetlbMapping(mapping.host_page_bytes));
  if (!mapping.two_dimensional_paging && !mapping.guest_pages_2m) {
    return Conclusion{.shown =
                          "shadow paging maps the host's 2 MiB by the guest's "
                          "pages of 4 KiB"};
  }
  if (!mapping.pages_2m.has_value()) {
    return Conclusion{.lacking = "mapped pages of 2 MiB (pages_2m)"};
  }
  if (*mapping.pages_2m < mapping.backed_pages - mapping.backed_pages / 16) {
    return absl::UnavailableError(
        absl::StrFormat("KVM maps %d of the host's %d pages of 2 MiB as such",
                        *mapping.pages_2m, mapping.backed_pages));
  }
  return Conclusion{
      .shown = absl::StrFormat("%d pages of 2 MiB mapped", *mapping.pages_2m)};
}

absl::StatusOr<Conclusion> FindHugeMapping(Machine& machine) {
  if (machine.data().backing() == Backing::k4K) return Conclusion{};
  HugeMapping mapping = {
      .backed_pages = machine.data().bytes() / kHugePageBytes,
      .two_dimensional_paging = machine.kvm().backend().two_dimensional_paging,
      .guest_pages_2m = machine.shape().data_page == GuestPage::k2M,
      .host_page_bytes = HostPageBytes(),
  };
  const absl::StatusOr<Gauges> gauges = ReadGauges(machine);
  if (gauges.ok()) {
    mapping.pages_2m = static_cast<uint64_t>(gauges->pages_2m);
  } else if (!absl::IsUnimplemented(gauges.status())) {
    return gauges.status();
  }
  return JudgeHugeMapping(mapping);
}

}  // namespace exitbench
