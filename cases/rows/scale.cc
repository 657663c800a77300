// scale/: what N vCPUs do at once, and what that makes of the cost of an event,
// on any architecture. docs/scale.md says what they contend for.
//
// An event of a row is a window, in which each vCPU makes a hundred events. The
// figure "event" is what one of these takes by the guest's clock.
#include "cases/support/scale.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/notify.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"
#include "vmm/arch_guest.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 100;

bool IsMmioEvent(const kvm_run& run) {
  return run.exit_reason == KVM_EXIT_MMIO &&
         MmioWrite(EB_MMIO_GPA, 4).MatchesMmio(run);
}

constexpr ScaleWork kMmio = {
    .name = "mmio",
    .measures =
        "4-byte stores to unbacked memory, each vCPU's handled by its "
        "own thread (KVM API 5, KVM_EXIT_MMIO)",
    .guest = &blobs::mmio_write,
    .work = {.events = kEvents,
             .is_event = IsMmioEvent,
             .claims = {kOneExitAnywhere, kOneMmioExit}},
    .verifies = "windows, the exits of each vCPU counted"};

// All vCPUs of a VM ring one doorbell, as all queues of a simple device do.
absl::Status BindDoorbell(Machine& machine, CrewVm& vm) {
  vm.event = UniqueFd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!vm.event.valid()) return ErrnoStatus("eventfd", "");
  kvm_ioeventfd binding = {};
  binding.addr = EB_MMIO_GPA;
  binding.len = 4;
  binding.fd = vm.event.get();
  return EB_IOCTL(machine.vm().fd(), KVM_IOEVENTFD, &binding, "MMIO").status();
}

absl::Status StoreValue(Machine&, CrewMember& member, int) {
  member.block->args[0] = kNotifyValue;
  return absl::OkStatus();
}

absl::Status ExpectRung(CrewVm& vm, uint64_t events) {
  uint64_t signals = 0;
  const ssize_t n = sys::Read(vm.event.get(), &signals, sizeof(signals));
  if (n < 0 && errno != EAGAIN) return ErrnoStatus("read", "eventfd");
  if (n > 0 && signals == events) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      events, " stores made ", n > 0 ? signals : 0, " signals on the eventfd"));
}

constexpr ScaleWork kIoeventfd = {
    .name = "ioeventfd",
    .measures =
        "4-byte stores that signal the VM's one eventfd, in the kernel "
        "(KVM API 4.59)",
    .guest = &blobs::mmio_notify,
    .work = {.events = kEvents,
             .prepare_vm = BindDoorbell,
             .prepare = StoreValue,
             .check_vm = ExpectRung,
             .claims = kMmioInKernel},
    .needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)},
    .verifies = "windows, the eventfd's signals counted"};

// Each vCPU has a part of the slot.
constexpr uint64_t kPartBytes = kEvents * kTouchStrideBytes;

absl::Status TouchPart(Machine&, CrewMember& member, int) {
  member.block->args[0] =
      EB_DATA_GPA + static_cast<uint64_t>(member.index) * kPartBytes;
  member.block->args[1] = kTouchStrideBytes;
  return absl::OkStatus();
}

absl::Status DropPages(Machine& machine) { return NeverTouched(machine, 0); }

absl::Status NewPages(Machine& machine) { return NewHostPages(machine, 0); }

constexpr ScaleWork kFault = {
    .name = "fault",
    .measures =
        "first stores to pages that neither guest nor host has touched "
        "(KVM API 4.35), of one memory slot",
    .guest = &blobs::touch_write,
    .work = {.events = kEvents,
             .prepare = TouchPart,
             .before = DropPages,
             .claims = kOnePageFault},
    .bytes_of_each = kPartBytes,
    .verifies = "windows, each vCPU's stores counted"};

constexpr ScaleWork kFaultBacked = {
    .name = "fault_backed",
    .measures =
        "first stores to pages that the host has backed (KVM API "
        "4.35), of one memory slot",
    .guest = &blobs::touch_write,
    .work = {.events = kEvents,
             .prepare = TouchPart,
             .before = NewPages,
             .claims = kOnePageFault},
    .bytes_of_each = kPartBytes,
    .verifies = "windows, each vCPU's stores counted"};

// VMs. They stay until the next window.
constexpr uint32_t kVmsOfEach = 4;

uint64_t Nanoseconds() {
  timespec time = {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(time.tv_nsec);
}

// No guest stamps these calls. The host's clock does, which is one for all
// CPUs.
uint64_t Ticks(uint64_t ns, uint64_t per_s) {
  return ns / 1'000'000'000 * per_s +
         ns % 1'000'000'000 * per_s / 1'000'000'000;
}

bool MakeVm(CrewMember& member, uint32_t i) {
  const uint64_t before_ns = Nanoseconds();
  const int fd = sys::Ioctl(member.kvm->fd(), "KVM_CREATE_VM", KVM_CREATE_VM,
                            VmType(member.kvm->arch()));
  const uint64_t after_ns = Nanoseconds();
  if (fd < 0) return false;
  member.made.emplace_back(fd);
  member.own[i] = {Ticks(before_ns, member.ticks_per_s),
                   Ticks(after_ns, member.ticks_per_s)};
  return true;
}

absl::Status TellRate(Machine& machine, CrewMember& member, int) {
  EB_ASSIGN_OR_RETURN(const int64_t khz, GuestClockKhz(machine.vcpu()));
  member.ticks_per_s = static_cast<uint64_t>(khz) * 1000;
  return absl::OkStatus();
}

constexpr ScaleWork kCreateVm = {
    .name = "create_vm",
    .measures = "KVM_CREATE_VM (KVM API 4.2)",
    .work = {.events = kVmsOfEach, .call = MakeVm, .prepare = TellRate},
    .by_vms = false,
    .by_vcpus = false,
    .most_windows = 8,
    .verifies = "windows, the VMs of each thread counted"};

constexpr auto kCases =
    JoinRows(ScaleRows<kMmio>(), ScaleRows<kIoeventfd>(), ScaleRows<kFault>(),
             ScaleRows<kFaultBacked>(), ScaleRows<kCreateVm>());

}  // namespace

absl::Span<const Case> ScaleCases() { return kCases; }

}  // namespace exitbench
