#include "cases/catalogue/catalogue.h"

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/fnv1a.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "results/text/name_filter.h"
#include "vmm/arch_guest.h"
#include "vmm/guest_memory.h"

namespace exitbench {
namespace {

bool Offers(const Kvm& kvm, const Need& need) {
  if (need.offered != nullptr) return need.offered(kvm);
  const int answer = kvm.Extension(need.capability);
  return need.bits == 0 ? answer != 0 : (answer & need.bits) == need.bits;
}

absl::Status AtMost(absl::string_view what, uint32_t wanted, const Kvm& kvm,
                    int capability, absl::string_view name) {
  const int most = kvm.Extension(capability);
  if (wanted <= static_cast<uint32_t>(std::max(0, most))) {
    return absl::OkStatus();
  }
  return absl::UnimplementedError(
      absl::StrCat("no ", wanted, " ", what, ": ", name, " is ", most));
}

absl::Status CheckConfigured(const Kvm& kvm, const VmShape& shape) {
  const VmConfiguration& c = shape.configuration;
  EB_RETURN_IF_ERROR(CheckConfiguration(kvm, shape));
  EB_RETURN_IF_ERROR(
      AtMost("vCPUs", c.vcpus, kvm, KVM_CAP_MAX_VCPUS, "KVM_CAP_MAX_VCPUS"));
  return AtMost("slots", c.slots, kvm, KVM_CAP_NR_MEMSLOTS,
                "KVM_CAP_NR_MEMSLOTS");
}

// The control's VM is made while the event's is still there.
uint64_t VmsAtOnce(const Case& row) { return row.blob != nullptr ? 2 : 1; }

}  // namespace

std::vector<CaseInstance> Instances(absl::Span<const Case> rows) {
  std::vector<CaseInstance> instances;
  for (const Case& row : rows) {
    for (GuestMode mode : kGuestModes) {
      if (!(row.modes & mode)) continue;
      instances.push_back(
          {&row, mode, absl::StrCat(row.name, ModeSuffix(mode)), nullptr});
    }
  }
  return instances;
}

std::vector<CaseInstance> AllCases() {
  std::vector<CaseInstance> all;
  for (absl::Span<const Case> group : AllGroups()) {
    std::vector<CaseInstance> instances = Instances(group);
    all.insert(all.end(), instances.begin(), instances.end());
  }
  return all;
}

absl::StatusOr<std::vector<CaseInstance>> Select(
    const std::vector<CaseInstance>& all, absl::string_view filter) {
  std::vector<absl::string_view> names;
  names.reserve(all.size());
  for (const CaseInstance& instance : all) names.push_back(instance.name);
  EB_ASSIGN_OR_RETURN(const std::vector<bool> wanted,
                      FilterNames(names, filter));
  std::vector<CaseInstance> selected;
  for (size_t i = 0; i < all.size(); ++i) {
    if (wanted[i]) selected.push_back(all[i]);
  }
  return selected;
}

std::string CodeHash(const CaseInstance& instance) {
  const Case& row = *instance.row;
  Fnv1a hash;
  hash.Add(row.name.data(), row.name.size());
  hash.Add(static_cast<uint64_t>(ModeNumber(instance.mode)));
  hash.Add(row.revision);
  if (row.blob != nullptr) {
    for (int kind = 0; kind < kStampKinds; ++kind) {
      hash.Add(row.blob->event[kind].begin, row.blob->event[kind].bytes());
      hash.Add(row.blob->control[kind].begin, row.blob->control[kind].bytes());
    }
  }
  if (row.host_loop.guest != nullptr) {
    const BlobImage& guest = row.host_loop.guest->event[0];
    hash.Add(guest.begin, guest.bytes());
  }
  hash.Add(static_cast<uint64_t>(row.shape.vcpus));
  hash.Add(row.shape.irqchip);
  hash.Add(row.shape.pit);
  hash.Add(row.shape.data_bytes);
  hash.Add(static_cast<uint64_t>(row.shape.data_backing));
  hash.Add(static_cast<uint64_t>(row.shape.data_page));
  hash.Add(row.shape.data_flags);
  // Only where they are set, so that cases from before these fields keep their
  // hash.
  if (row.place != Place::kNowhere) {
    hash.Add(static_cast<uint64_t>(row.place));
    const std::optional<GuestMode>& mode = row.shape.secondary_mode;
    hash.Add(static_cast<uint64_t>(mode.has_value() ? ModeNumber(*mode) : -1));
    hash.Add(row.service.delay_us);
  }
  if (row.per_event.bytes != 0) hash.Add(row.per_event.bytes);
  if (row.shape.dirty_ring_bytes != 0) hash.Add(row.shape.dirty_ring_bytes);
  if (row.per_event.items != 0) hash.Add(row.per_event.items);
  if (row.shape.no_irqchip) hash.Add(row.shape.no_irqchip);
  if (row.shape.vcpu_features != 0) hash.Add(row.shape.vcpu_features);
  if (row.shape.data_source != MemorySource::kAnon) {
    hash.Add(static_cast<uint64_t>(row.shape.data_source));
  }
  hash.Add(row.expect.exit.reason);
  hash.Add(row.expect.exit.size_bytes);
  hash.Add(row.expect.exit.elements);
  return absl::StrFormat("%016x", hash.value());
}

uint64_t MemoryBytes(const Case& row) {
  const VmShape& shape = row.shape;
  const uint64_t vm_bytes =
      EB_PAGE_TABLES_GPA + PageTableBytes(shape) + shape.data_bytes +
      static_cast<uint64_t>(shape.vcpus) * shape.dirty_ring_bytes +
      row.host.hook_bytes;
  return VmsAtOnce(row) * vm_bytes;
}

absl::Status Supported(const CaseInstance& instance, const Kvm& kvm) {
  const Case& row = *instance.row;
  for (const KnownLimitation& limitation : row.host.limitations) {
    if ((limitation.backends & kvm.backend().backend) &&
        (limitation.modes & instance.mode)) {
      return absl::UnimplementedError(limitation.reason);
    }
  }
  for (const Need& need : row.host.needs) {
    if (!Offers(kvm, need)) {
      return absl::UnimplementedError(absl::StrCat("no ", need.name));
    }
  }
  EB_RETURN_IF_ERROR(CheckConfigured(kvm, row.shape));
  EB_RETURN_IF_ERROR(Machine::CanBack(kvm, row.shape));
  if (row.host.supported != nullptr) {
    EB_RETURN_IF_ERROR(row.host.supported(kvm));
  }
  // What is to be reserved comes last: it may be of no use.
  if (row.shape.data_backing == Backing::kHugetlb) {
    EB_RETURN_IF_ERROR(CheckHugePages(VmsAtOnce(row) * row.shape.data_bytes));
  }
  return absl::OkStatus();
}

}  // namespace exitbench
