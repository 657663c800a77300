// exit/: exits to userspace that memory brings: a full ring of dirty pages, a
// page that is not there. KVM API section 5.
#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arch/facts.h"
#include "cases/arch/terms.h"
#include "cases/rows/groups.h"
#include "cases/support/dirty_log.h"
#include "cases/support/dirty_ring.h"
#include "guest_blobs/payloads.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

// Larger than what the kernel keeps in reserve, with PML too.
constexpr uint32_t kRingEntries = 1024;
constexpr uint32_t kRingBytes = kRingEntries * sizeof(kvm_dirty_gfn);
// More than fit, so that the guest always finds one that is not dirty.
constexpr uint64_t kDirtyPages = 2048;

// The ring, kept so that it lacks one entry of being full.
struct NearlyFull {
  DirtyRing ring;
  uint32_t full = 0;  // How many make it full, as far as known; 0: not yet.
  bool is_full_known = false;
};

absl::Status PrepareRing(Machine& machine) {
  machine.parameters(0).args[0] = kPageBytes;
  machine.parameters(0).args[1] = kDirtyPages * kPageBytes;
  machine.data().Populate();
  return machine.case_state<NearlyFull>().ring.Map(machine);
}

// Gives entries back until the ring lacks one of being full.
absl::Status GiveBack(NearlyFull& nearly) {
  const uint32_t left = nearly.ring.left();
  const uint32_t given =
      left < nearly.full ? 0 : std::min(left, left - nearly.full + 1);
  nearly.ring.TakeOldest(given);
  const int reset = nearly.ring.Reset();
  if (reset < 0) return ErrnoStatus("KVM_RESET_DIRTY_RINGS", "");
  if (given > 0 && static_cast<uint32_t>(reset) == given) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat(
      "gave back ", given, " entries of the dirty ring, KVM took ", reset));
}

// Has the next run find room for one entry. The first run writes more than make
// the ring full, since the kernel looks only now and then. After it the host
// gives back one entry after the other until the guest runs again.
absl::Status MakeRoom(Machine& machine) {
  NearlyFull& nearly = machine.case_state<NearlyFull>();
  const uint32_t written = nearly.ring.LookAtNew();
  if (nearly.ring.left() == 0) return absl::OkStatus();  // It has never run.
  if (nearly.full == 0) nearly.full = nearly.ring.left();
  if (nearly.is_full_known && written == 0) {
    return absl::InternalError("KVM_RUN wrote nothing to the dirty ring");
  }
  EB_RETURN_IF_ERROR(GiveBack(nearly));
  while (!nearly.is_full_known) {
    if (machine.vcpu().Run() != 0) {
      return absl::ErrnoToStatus(errno, "KVM_RUN");
    }
    nearly.is_full_known = nearly.ring.LookAtNew() > 0;
    if (!nearly.is_full_known) --nearly.full;
    EB_RETURN_IF_ERROR(GiveBack(nearly));
  }
  return absl::OkStatus();
}

absl::Status ExpectRingFull(Machine& machine, int result, int error) {
  const kvm_run& run = machine.vcpu().run();
  if (result == 0 && run.exit_reason == KVM_EXIT_DIRTY_RING_FULL) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("KVM_RUN returned ", result, " errno ", error, ", ",
                   DescribeExit(run), ", expected KVM_EXIT_DIRTY_RING_FULL"));
}

// Backs case memory by a file that is then closed, so that the guest's access
// finds nothing.
absl::Status BindClosedMemfd(Machine& machine) {
  machine.parameters(0).args[0] = kPageBytes;
  machine.parameters(0).args[1] = kPageBytes;
  const uint64_t bytes = machine.data().bytes();
  kvm_create_guest_memfd create = {};
  create.size = bytes;
  create.flags = GUEST_MEMFD_FLAG_MMAP | GUEST_MEMFD_FLAG_INIT_SHARED;
  EB_ASSIGN_OR_RETURN(const int raw_fd,
                      EB_IOCTL(machine.vm().fd(), KVM_CREATE_GUEST_MEMFD,
                               &create, absl::StrCat(bytes, " bytes")));
  const UniqueFd fd(raw_fd);
  kvm_userspace_memory_region2 region = {};
  region.slot = Machine::kDataSlot;
  region.flags = KVM_MEM_GUEST_MEMFD;
  region.guest_phys_addr = machine.data().gpa();
  region.memory_size = bytes;
  region.userspace_addr = reinterpret_cast<uint64_t>(machine.data().host());
  region.guest_memfd = static_cast<uint32_t>(fd.get());
  return EB_IOCTL(machine.vm().fd(), KVM_SET_USER_MEMORY_REGION2, &region,
                  "guest_memfd")
      .status();
}

absl::Status ExpectMemoryFault(Machine& machine, int result, int error) {
  const kvm_run& run = machine.vcpu().run();
  if (result == -1 && error == EFAULT &&
      run.exit_reason == KVM_EXIT_MEMORY_FAULT) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat(
      "KVM_RUN returned ", result, " errno ", error, ", ", DescribeExit(run),
      ", expected -1, EFAULT and KVM_EXIT_MEMORY_FAULT"));
}

constexpr Case kCases[] = {
    {.name = "exit/dirty_ring_full",
     .measures = "KVM_RUN in which a store to a write-protected page fills the "
                 "ring of dirty pages, which lacked one entry: "
                 "KVM_EXIT_DIRTY_RING_FULL" EB_TERM_RING_FULL,
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::touch_data,
                   .before = MakeRoom,
                   .timed = RunVcpu,
                   .after = ExpectRingFull},
     .shape = {.data_bytes = kDirtyPages * kPageBytes,
               .data_flags = KVM_MEM_LOG_DIRTY_PAGES,
               .dirty_ring_bytes = kRingBytes},
     .host = {.needs = {kDirtyRing}, .supported = SupportsDirtyPages},
     .prepare = PrepareRing,
     .size = {.max_events = 300}},
    {.name = "exit/memory_fault",
     .measures =
         "KVM_RUN onto a store to guest_memfd memory whose file is closed: "
         "EFAULT with KVM_EXIT_MEMORY_FAULT (" EB_TERM_FAULT "; KVM API 5)",
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::touch_data,
                   .timed = RunVcpu,
                   .after = ExpectMemoryFault},
     .shape = {.data_bytes = kHugePageBytes, .data_slot = false},
     .expect = {.claims = kPageFaultFailed},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_GUEST_MEMFD),
                        EB_NEED_CAP(KVM_CAP_MEMORY_FAULT_INFO),
                        {.name = "GUEST_MEMFD_FLAG_INIT_SHARED of "
                                 "KVM_CAP_GUEST_MEMFD_FLAGS (Linux 6.18)",
                         .capability = KVM_CAP_GUEST_MEMFD_FLAGS,
                         .bits = GUEST_MEMFD_FLAG_MMAP |
                                 GUEST_MEMFD_FLAG_INIT_SHARED}},
              .limitations =
                  {{.backends = kBackendPvm,
                    .modes = kKernelMode,
                    .reason =
                        "kvm_pvm turns a ring 0 access to memory that is not "
                        "there into MMIO"}}},
     .prepare = BindClosedMemfd},
};

}  // namespace

absl::Span<const Case> ExitMemoryCases() { return kCases; }

}  // namespace exitbench
