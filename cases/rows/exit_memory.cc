// exit/: exits to userspace that memory brings: a full ring of dirty pages, a
// page that is not there. KVM API section 5.
#include <sys/mman.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

// Larger than what the kernel keeps in reserve of it, with PML too.
constexpr uint32_t kRingEntries = 1024;
constexpr uint32_t kRingBytes = kRingEntries * sizeof(kvm_dirty_gfn);
// More than fit, so that the guest always finds one that is not yet dirty.
constexpr uint64_t kDirtyPages = 2048;

// The vCPU's ring of dirty pages (KVM API 8.29), as its reader.
struct DirtyRing {
  Mapping mapping;
  uint32_t first = 0;   // Oldest entry not yet given back.
  uint32_t length = 0;  // Entries from there on that the kernel has written.
  uint32_t full = 0;    // How many make it full, as far as known; 0: not yet.
  bool is_full_known = false;

  volatile kvm_dirty_gfn& At(uint32_t index) {
    return reinterpret_cast<kvm_dirty_gfn*>(
        mapping.begin())[index % kRingEntries];
  }
};

absl::Status MapRing(Machine& machine) {
  machine.parameters(0).args[0] = kPageBytes;
  machine.parameters(0).args[1] = kDirtyPages * kPageBytes;
  machine.data().Populate();
  void* ring = sys::Map(nullptr, kRingBytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                        machine.vcpu().fd(),
                        KVM_DIRTY_LOG_PAGE_OFFSET * off_t{kPageBytes});
  if (ring == MAP_FAILED) return ErrnoStatus("mmap", "dirty ring");
  machine.case_state<DirtyRing>().mapping = Mapping(ring, kRingBytes);
  return absl::OkStatus();
}

// Notes what the last run wrote; how many entries that is.
uint32_t Gather(DirtyRing& ring) {
  const uint32_t before = ring.length;
  while (ring.length < kRingEntries &&
         (ring.At(ring.first + ring.length).flags & KVM_DIRTY_GFN_F_DIRTY)) {
    ++ring.length;
  }
  return ring.length - before;
}

// Gives entries back until the ring lacks one of being full.
absl::Status GiveBack(Machine& machine, DirtyRing& ring) {
  uint32_t given = 0;
  for (; ring.length >= ring.full; --ring.length, ++ring.first, ++given) {
    ring.At(ring.first).flags = KVM_DIRTY_GFN_F_RESET;
  }
  EB_ASSIGN_OR_RETURN(const int reset, EB_IOCTL(machine.vm().fd(),
                                                KVM_RESET_DIRTY_RINGS, 0, ""));
  if (given > 0 && static_cast<uint32_t>(reset) == given) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat(
      "gave back ", given, " entries of the dirty ring, KVM took ", reset));
}

// So that the next run finds room for one entry. The first run writes more than
// make the ring full: the kernel looks only now and then. Then the host gives
// back one after the other until the guest runs again.
absl::Status MakeRoom(Machine& machine) {
  DirtyRing& ring = machine.case_state<DirtyRing>();
  const uint32_t written = Gather(ring);
  if (ring.length == 0) return absl::OkStatus();  // It has never run.
  if (ring.full == 0) ring.full = ring.length;
  if (ring.is_full_known && written == 0) {
    return absl::InternalError("KVM_RUN wrote nothing to the dirty ring");
  }
  EB_RETURN_IF_ERROR(GiveBack(machine, ring));
  while (!ring.is_full_known) {
    if (machine.vcpu().Run() != 0) {
      return absl::ErrnoToStatus(errno, "KVM_RUN");
    }
    ring.is_full_known = Gather(ring) > 0;
    if (!ring.is_full_known) --ring.full;
    EB_RETURN_IF_ERROR(GiveBack(machine, ring));
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

// Memory whose file is closed again: the guest's access finds nothing.
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
                 "KVM_EXIT_DIRTY_RING_FULL (with PML, lacking as many as PML "
                 "holds; KVM API 8.29)",
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::touch_data,
                   .before = MakeRoom,
                   .timed = RunVcpu,
                   .after = ExpectRingFull},
     .shape = {.data_bytes = kDirtyPages * kPageBytes,
               .data_flags = KVM_MEM_LOG_DIRTY_PAGES,
               .dirty_ring_bytes = kRingBytes},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_DIRTY_LOG_RING)}},
     .prepare = MapRing,
     .size = {.max_events = 300}},
    {.name = "exit/memory_fault",
     .measures = "KVM_RUN onto a store to guest_memfd memory whose file is "
                 "closed: EFAULT with KVM_EXIT_MEMORY_FAULT (VMX exit 48 EPT "
                 "violation, SVM VMEXIT_NPF; KVM API 5)",
     .modes = kBothModes,
     .host_loop = {.guest = &blobs::touch_data,
                   .timed = RunVcpu,
                   .after = ExpectMemoryFault},
     .shape = {.data_bytes = kHugePageBytes, .data_slot = false},
     .expect = {.claims = {{.counter = "pf_taken"}}},
     .host =
         {.needs = {EB_NEED_CAP(KVM_CAP_GUEST_MEMFD),
                    {.name = "GUEST_MEMFD_FLAG_INIT_SHARED of "
                             "KVM_CAP_GUEST_MEMFD_FLAGS (Linux 6.18)",
                     .capability = KVM_CAP_GUEST_MEMFD_FLAGS,
                     .bits =
                         GUEST_MEMFD_FLAG_MMAP | GUEST_MEMFD_FLAG_INIT_SHARED}},
          .limits = {{.backends = kBackendPvm,
                      .modes = kKernelMode,
                      .reason =
                          "kvm_pvm turns a ring 0 access to memory that is not "
                          "there into MMIO"}}},
     .prepare = BindClosedMemfd},
};

}  // namespace

absl::Span<const Case> ExitMemoryCases() { return kCases; }

}  // namespace exitbench
