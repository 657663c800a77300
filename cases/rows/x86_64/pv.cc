// pv/: what guests that know that they are guests ask of KVM: hypercalls and
// MSRs of KVM's own (Documentation/virt/kvm/x86/hypercalls.rst and msr.rst), of
// Hyper-V (TLFS) and of Xen (KVM API 4.33 KVM_XEN_HVM_CONFIG).
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "guest_blobs/payloads.h"
#include "vmm/kvm_uapi.h"
#include "vmm/x86_64/arch_kvm.h"
#include "vmm/x86_64/guest_cpuid.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

constexpr KnownLimitation kPvmRing0 = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason = "kvm_pvm re-executes a ring 0 hypercall for ever"};
constexpr char kAnswers[] = "right answers counted in the guest";

// Hypercalls. blobs::hypercall takes the number from args[0], which is %r8 too,
// and RBX, RCX and RDX from args[2] to args[4].

struct Registers {
  uint64_t number = 0;
  uint64_t rbx = 0;
  uint64_t rcx = 0;
  uint64_t rdx = 0;
};

bool UsesVmmcall(const Machine& machine) {
  return (machine.kvm().backend().backend & kBackendVmx) == 0;
}

void SetCall(Machine& machine, const Registers& registers, uint64_t answer) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = registers.number;
  block.args[1] = UsesVmmcall(machine);
  block.args[2] = registers.rbx;
  block.args[3] = registers.rcx;
  block.args[4] = registers.rdx;
  block.args[5] = answer;
}

absl::Status ExpectAnswers(Machine& machine, uint32_t events) {
  const ParameterBlock block = machine.parameters(0);
  if (block.results[1] == events) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%u of %u hypercalls answered %#x; the last one %#x", block.results[1],
      events, block.args[5], block.results[0]));
}

// To the vCPU itself, whose APIC id is 0.
absl::Status PrepareKick(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  SetCall(machine, {.number = KVM_HC_KICK_CPU}, 0);
  return absl::OkStatus();
}
absl::Status PrepareYield(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  SetCall(machine, {.number = KVM_HC_SCHED_YIELD}, 0);
  return absl::OkStatus();
}
absl::Status PrepareSendIpi(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  machine.parameters(0).args[0] = UsesVmmcall(machine);
  return absl::OkStatus();
}

// MSRs of KVM's own. Each has the address of a structure that KVM fills, which
// is the begin of case memory, and bits that switch it on.

constexpr uint32_t kAsyncPf = 0x4b564d02;
constexpr uint32_t kSystemTime = 0x4b564d01;
constexpr uint32_t kStealTime = 0x4b564d03;
constexpr uint32_t kPvEoi = 0x4b564d04;
constexpr uint64_t kEnabled = 1;
constexpr uint64_t kAsyncPfByInterrupt = 1 << 3;

template <uint32_t kMsr, uint64_t kBits>
absl::Status UseMsr(Machine& machine) {
  machine.parameters(0).args[0] = kMsr;
  machine.parameters(0).args[1] = EB_DATA_GPA | kBits;
  return absl::OkStatus();
}

// The word of the structure that is not zero once KVM has filled it: the
// version of pvclock_vcpu_time_info and of kvm_steal_time (Linux
// arch/x86/include/uapi/asm/kvm_para.h).
template <size_t kOffset>
absl::Status ExpectFilled(Machine& machine, uint32_t) {
  // PVM emulates many instructions of ring 0 at a time, and fills the structure
  // when it next enters the guest.
  if (machine.kvm().backend().backend == kBackendPvm) return absl::OkStatus();
  uint32_t version = 0;
  std::memcpy(&version, machine.data().host() + kOffset, sizeof(version));
  if (version != 0) return absl::OkStatus();
  return absl::InternalError("KVM has not filled the structure");
}

struct OwnMsr {
  absl::string_view name;
  absl::string_view measures;
  absl::Status (*prepare)(Machine&) = nullptr;
  absl::Status (*verify_batch)(Machine&, uint32_t) = nullptr;
  Need need = EB_NEED_CAP(KVM_CAP_IRQCHIP);
};

constexpr Claims kMsrExits = {kOneExit, EmulatedPvmRing0(1)};

constexpr Case Write(const OwnMsr& msr) {
  return {.name = msr.name,
          .measures = msr.measures,
          .blob = &blobs::wrmsr,
          .shape = {.irqchip = true, .data_bytes = kPageBytes},
          .expect = {.claims = kMsrExits},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP), msr.need}},
          .prepare = msr.prepare,
          .verify_batch = msr.verify_batch};
}

// Hyper-V (Hypervisor Top Level Functional Specification 2.4, 3.2, 9.4, 12.2).

constexpr uint32_t kHvGuestOsId = 0x40000000;
constexpr uint32_t kHvHypercall = 0x40000001;
constexpr uint32_t kHvVpIndex = 0x40000002;
constexpr uint32_t kHvTimeRefCount = 0x40000020;
constexpr uint32_t kHvReferenceTsc = 0x40000021;
// Any id but 0 lets the guest enable the hypercall page.
constexpr uint64_t kHvSomeOs = 0x8100000000000000;
constexpr uint64_t kHvFast = 1 << 16;  // The input is in registers.
constexpr uint64_t kHvFlushVirtualAddressSpace = 2;
constexpr uint64_t kHvNotifyLongSpinWait = 8;
// HV_FLUSH_ALL_PROCESSORS, HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES.
constexpr uint64_t kHvFlushAll = 3;

// Makes the vCPU one of a Hyper-V guest that has enabled hypercalls.
absl::Status BecomeHyperVGuest(Machine& machine) {
  EB_ASSIGN_OR_RETURN(const std::vector<kvm_cpuid_entry2> entries,
                      WithHyperv(machine.vcpu(), machine.kvm().arch().cpuid));
  EB_RETURN_IF_ERROR(SetCpuid(machine.vcpu(), entries));
  EB_RETURN_IF_ERROR(SetMsr(machine.vcpu(), kHvGuestOsId, kHvSomeOs));
  return SetMsr(machine.vcpu(), kHvHypercall, EB_DATA_GPA | kEnabled);
}

template <uint32_t kMsr, uint64_t kValue = 0>
absl::Status UseHyperVMsr(Machine& machine) {
  EB_RETURN_IF_ERROR(BecomeHyperVGuest(machine));
  machine.parameters(0).args[0] = kMsr;
  machine.parameters(0).args[1] = kValue;
  return absl::OkStatus();
}

// R8 is the number, too. It is the flags of a fast flush.
absl::Status PrepareHyperVFlush(Machine& machine) {
  EB_RETURN_IF_ERROR(BecomeHyperVGuest(machine));
  SetCall(machine,
          {.number = kHvFlushAll, .rcx = kHvFlushVirtualAddressSpace | kHvFast},
          0);
  return absl::OkStatus();
}
absl::Status PrepareHyperVSpinWait(Machine& machine) {
  EB_RETURN_IF_ERROR(BecomeHyperVGuest(machine));
  SetCall(machine, {.rcx = kHvNotifyLongSpinWait | kHvFast}, 0);
  return absl::OkStatus();
}

// Synthetic timers (TLFS 12.3). Bits of the configuration: enabled by the next
// count, and the vector that it raises without a message.
constexpr uint32_t kHvStimer0Config = 0x400000b0;
constexpr uint32_t kHvStimer0Count = 0x400000b1;
constexpr uint64_t kHvStimerEnabled = 1;
constexpr uint64_t kHvStimerAutoEnable = 1 << 3;
constexpr uint64_t kHvStimerDirect = 1 << 12;
constexpr uint64_t kHvStimer =
    kHvStimerAutoEnable | kHvStimerDirect | uint64_t{EB_IRQ_VECTOR} << 4;
// How far in the future timers are set, as those of irq/ are. Hyper-V's time
// has units of 100 ns.
constexpr uint32_t kTimerUs = 500;
constexpr uint32_t kHvUnitsPerUs = 10;
constexpr uint32_t kMostTimers = 300;
// Beyond the end of any run.
constexpr uint64_t kHvNever = uint64_t{1} << 60;

// Has synthetic timer 0 raise EB_IRQ_VECTOR, one-shot, at the time that is
// written to its count.
absl::Status UseHyperVTimer(Machine& machine) {
  EB_RETURN_IF_ERROR(BecomeHyperVGuest(machine));
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  kvm_enable_cap synic = {};
  synic.cap = machine.kvm().Extension(KVM_CAP_HYPERV_SYNIC2) > 0
                  ? KVM_CAP_HYPERV_SYNIC2
                  : KVM_CAP_HYPERV_SYNIC;
  EB_RETURN_IF_ERROR(EB_IOCTL(machine.vcpu().fd(), KVM_ENABLE_CAP, &synic,
                              "KVM_CAP_HYPERV_SYNIC")
                         .status());
  return SetMsr(machine.vcpu(), kHvStimer0Config, kHvStimer);
}

absl::Status PrepareStimer(Machine& machine) {
  EB_RETURN_IF_ERROR(UseHyperVTimer(machine));
  EB_ASSIGN_OR_RETURN(machine.parameters(0).args[0],
                      GuestTicks(machine, kTimerUs));
  machine.parameters(0).args[1] = kTimerUs * kHvUnitsPerUs;
  return absl::OkStatus();
}

absl::Status PrepareStimerSet(Machine& machine) {
  EB_RETURN_IF_ERROR(UseHyperVTimer(machine));
  machine.parameters(0).args[0] = kHvStimer0Count;
  machine.parameters(0).args[1] = kHvNever;
  return absl::OkStatus();
}

// The interrupt of a message arrives too, but is another event (TLFS 11.10).
absl::Status ExpectStimerArrived(Machine& machine, uint32_t events) {
  EB_RETURN_IF_ERROR(ExpectArrived(machine, events));
  EB_ASSIGN_OR_RETURN(const uint64_t config,
                      GetMsr(machine.vcpu(), kHvStimer0Config));
  if ((config & ~kHvStimerEnabled) == kHvStimer) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("the guest left the timer with config %#x, in direct "
                      "mode it is %#x",
                      config, kHvStimer));
}

absl::Status ExpectStimerRuns(Machine& machine, uint32_t) {
  EB_ASSIGN_OR_RETURN(const uint64_t config,
                      GetMsr(machine.vcpu(), kHvStimer0Config));
  EB_ASSIGN_OR_RETURN(const uint64_t count,
                      GetMsr(machine.vcpu(), kHvStimer0Count));
  if ((config & kHvStimerEnabled) && count == kHvNever) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrFormat(
      "the guest's writes left the timer with config %#x and count %#x", config,
      count));
}

struct Stimer {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  absl::Status (*prepare)(Machine&) = nullptr;
  Claims claims;
  absl::Status (*verify_batch)(Machine&, uint32_t) = ExpectStimerArrived;
};

constexpr Case OfStimer(const Stimer& timer) {
  const bool fires = timer.verify_batch == ExpectStimerArrived;
  return {.name = timer.name,
          .measures = timer.measures,
          .blob = timer.blob,
          .shape = {.irqchip = true, .data_bytes = 2 * kPageBytes},
          .expect = {.claims = timer.claims,
                     .verifies = fires ? kCountedByHandler : nullptr},
          .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_HYPERV_CPUID),
                             EB_NEED_CAP(KVM_CAP_HYPERV_SYNIC)},
                   .probe = "KVM gives this vCPU no such part of Hyper-V"},
          .prepare = timer.prepare,
          .verify_batch = timer.verify_batch,
          .stamps = fires ? Stamps::kLateness : Stamps::kAroundEvent,
          .size = {.max_events = fires ? kMostTimers : 0}};
}

struct HyperV {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  absl::Status (*prepare)(Machine&) = nullptr;
};

constexpr Case OfHyperV(const HyperV& call) {
  const bool is_call = call.blob == &blobs::hypercall;
  Case row = {.name = call.name,
              .measures = call.measures,
              .blob = call.blob,
              .shape = {.irqchip = true, .data_bytes = 2 * kPageBytes},
              .expect = {.claims = kMsrExits},
              .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP),
                                 EB_NEED_CAP(KVM_CAP_HYPERV),
                                 EB_NEED_CAP(KVM_CAP_HYPERV_CPUID)},
                       .probe = "KVM gives this vCPU no such part of Hyper-V"},
              .prepare = call.prepare,
              .fixed_parts = kVmCpuid};
  if (is_call) {
    row.expect = {.claims = {kOneExit}, .verifies = kAnswers};
    row.host.limitations = {kPvmRing0};
    row.verify_batch = ExpectAnswers;
  }
  return row;
}

// Xen.

// No hypercall that KVM answers itself (Linux arch/x86/kvm/xen.c).
constexpr uint64_t kXenVersion = 17;
constexpr uint32_t kXenHypercallMsr = 0x40000000;

absl::Status PrepareXen(Machine& machine) {
  kvm_xen_hvm_config config = {};
  config.flags = KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL;
  config.msr = kXenHypercallMsr;
  EB_RETURN_IF_ERROR(EB_IOCTL(machine.vm().fd(), KVM_XEN_HVM_CONFIG, &config,
                              "hypercalls to userspace")
                         .status());
  SetCall(machine, {.number = kXenVersion}, 0);
  return absl::OkStatus();
}

const char* AnswerXen(Machine&, kvm_run& run) {
  run.xen.u.hcall.result = 0;
  return nullptr;
}

constexpr Case kCases[] = {
    {.name = "pv/send_ipi",
     .measures = "KVM_HC_SEND_IPI to the vCPU itself, until its handler has "
                 "returned (VMX exit 18 VMCALL, SVM VMEXIT_VMMCALL)",
     .blob = &blobs::pv_send_ipi,
     .shape = {.irqchip = true},
     // Where the processor has no virtual local APIC, EOI exits too.
     .expect = {.claims = {kOneHypercall, kOneInjection},
                .verifies = "interrupts sent to itself, as many counted by its "
                            "handler"},
     .host = {.needs = {kIrqchip}, .limitations = {kPvmRing0}},
     .prepare = PrepareSendIpi,
     .verify_batch = ExpectArrived},
    {.name = "pv/kick_cpu",
     .measures = "KVM_HC_KICK_CPU of the vCPU itself (VMX exit 18 VMCALL, SVM "
                 "VMEXIT_VMMCALL)",
     .blob = &blobs::hypercall,
     .shape = {.irqchip = true},
     .expect = {.claims = {kOneExit, kOneHypercall}, .verifies = kAnswers},
     .host = {.needs = {kIrqchip}, .limitations = {kPvmRing0}},
     .prepare = PrepareKick,
     .verify_batch = ExpectAnswers},
    {.name = "pv/sched_yield",
     .measures = "KVM_HC_SCHED_YIELD to the vCPU itself, which yields nothing "
                 "(VMX exit 18 VMCALL, SVM VMEXIT_VMMCALL)",
     .blob = &blobs::hypercall,
     .shape = {.irqchip = true},
     .expect = {.claims = {kOneExit,
                           kOneHypercall,
                           {.counter = "directed_yield_attempted"}},
                .verifies = kAnswers},
     .host = {.needs = {kIrqchip}, .limitations = {kPvmRing0}},
     .prepare = PrepareYield,
     .verify_batch = ExpectAnswers},
    Write({.name = "pv/kvmclock_write",
           .measures = "WRMSR to MSR_KVM_SYSTEM_TIME_NEW, which has KVM fill "
                       "in the clock (VMX exit 32, SVM VMEXIT_MSR)",
           .prepare = UseMsr<kSystemTime, kEnabled>,
           .verify_batch = ExpectFilled<0>}),
    Write({.name = "pv/steal_time_write",
           .measures = "WRMSR to MSR_KVM_STEAL_TIME, which has KVM fill in "
                       "the time stolen (VMX exit 32, SVM VMEXIT_MSR)",
           .prepare = UseMsr<kStealTime, kEnabled>,
           .verify_batch = ExpectFilled<8>,
           .need = EB_NEED_CAP(KVM_CAP_STEAL_TIME)}),
    Write({.name = "pv/async_pf_write",
           .measures = "WRMSR to MSR_KVM_ASYNC_PF_EN that enables async page "
                       "faults, by interrupt (VMX exit 32, SVM VMEXIT_MSR)",
           .prepare = UseMsr<kAsyncPf, kEnabled | kAsyncPfByInterrupt>,
           .need = EB_NEED_CAP(KVM_CAP_ASYNC_PF_INT)}),
    Write({.name = "pv/eoi_write",
           .measures = "WRMSR to MSR_KVM_PV_EOI_EN that enables EOI without "
                       "an exit (VMX exit 32, SVM VMEXIT_MSR)",
           .prepare = UseMsr<kPvEoi, kEnabled>}),
    OfHyperV({.name = "pv/hyperv_vp_index",
              .measures = "RDMSR of HV_X64_MSR_VP_INDEX (VMX exit 31, SVM "
                          "VMEXIT_MSR)",
              .blob = &blobs::rdmsr,
              .prepare = UseHyperVMsr<kHvVpIndex>}),
    OfHyperV({.name = "pv/hyperv_time_ref_count",
              .measures = "RDMSR of HV_X64_MSR_TIME_REF_COUNT (VMX exit 31, "
                          "SVM VMEXIT_MSR)",
              .blob = &blobs::rdmsr,
              .prepare = UseHyperVMsr<kHvTimeRefCount>}),
    OfHyperV(
        {.name = "pv/hyperv_reference_tsc",
         .measures =
             "WRMSR to HV_X64_MSR_REFERENCE_TSC that enables the reference "
             "TSC page (VMX exit 32, SVM VMEXIT_MSR)",
         .blob = &blobs::wrmsr,
         .prepare = UseHyperVMsr<kHvReferenceTsc,
                                 EB_DATA_GPA + kPageBytes + kEnabled>}),
    OfHyperV({.name = "pv/hyperv_spin_wait",
              .measures = "HvCallNotifyLongSpinWait (VMX exit 18 VMCALL, SVM "
                          "VMEXIT_VMMCALL)",
              .blob = &blobs::hypercall,
              .prepare = PrepareHyperVSpinWait}),
    OfHyperV({.name = "pv/hyperv_flush_tlb",
              .measures = "HvCallFlushVirtualAddressSpace of all processors, "
                          "input in registers (VMX exit 18 VMCALL, SVM "
                          "VMEXIT_VMMCALL)",
              .blob = &blobs::hypercall,
              .prepare = PrepareHyperVFlush}),
    OfStimer({.name = "pv/hyperv_stimer_set",
              .measures = "WRMSR to HV_X64_MSR_STIMER0_COUNT that sets a "
                          "synthetic timer in direct mode (VMX exit 32, SVM "
                          "VMEXIT_MSR)",
              .blob = &blobs::wrmsr,
              .prepare = PrepareStimerSet,
              .claims = kMsrExits,
              .verify_batch = ExpectStimerRuns}),
    OfStimer({.name = "pv/hyperv_stimer_latency.halted",
              .measures = "how late the handler of a Hyper-V synthetic timer "
                          "in direct mode starts, the guest being halted "
                          "(TLFS 12.3)",
              .blob = &blobs::timer_stimer_halt,
              .prepare = PrepareStimer,
              .claims = {kOneInjection, kOneHalt}}),
    OfStimer({.name = "pv/hyperv_stimer_latency.spinning",
              .measures = "how late the handler of a Hyper-V synthetic timer "
                          "in direct mode starts, the guest spinning (TLFS "
                          "12.3)",
              .blob = &blobs::timer_stimer_spin,
              .prepare = PrepareStimer,
              .claims = {kOneInjection}}),
    {.name = "pv/xen_hypercall",
     .measures = "a Xen hypercall, handed to userspace: KVM_EXIT_XEN (VMX exit "
                 "18 VMCALL, SVM VMEXIT_VMMCALL; KVM API 4.33)",
     .blob = &blobs::hypercall,
     .expect = {.exit = ExitOf(KVM_EXIT_XEN),
                .claims = {kOneExit},
                .verifies = kAnswers},
     .host = {.needs = {{.name = "KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL of "
                                 "KVM_CAP_XEN_HVM",
                         .capability = KVM_CAP_XEN_HVM,
                         .bits = KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL}},
              .limitations = {kPvmRing0}},
     .prepare = PrepareXen,
     .answer = AnswerXen,
     .verify_batch = ExpectAnswers},
};

}  // namespace

absl::Span<const Case> PvCases() { return kCases; }

}  // namespace exitbench
