#include "profile/walk/call_tree.h"

#include "profile/words/word.h"

namespace exitbench {
namespace {

InstructionKind KindOf(uint64_t word) {
  switch (ClassOf(word)) {
    case EB_TRACE_VMENTRY:
      return InstructionKind::kVmEntry;
    case EB_TRACE_WRMSR:
      return InstructionKind::kWrmsr;
    case EB_TRACE_RDMSR:
      return InstructionKind::kRdmsr;
    case EB_TRACE_VERW:
      return InstructionKind::kVerw;
    case EB_TRACE_LFENCE:
      return InstructionKind::kLfence;
    case EB_TRACE_INVLPG:
      return InstructionKind::kInvlpg;
    case EB_TRACE_WBINVD:
      return InstructionKind::kWbinvd;
    case EB_TRACE_ATOMIC:
      return InstructionKind::kAtomic;
    case EB_TRACE_MOV_CR:
      return InstructionKind::kMovCr;
    case EB_TRACE_MOV_DR:
      return InstructionKind::kMovDr;
    case EB_TRACE_VMCS:
      return InstructionKind::kVmcs;
    case EB_TRACE_FPU_STATE:
      return InstructionKind::kFpuState;
    case EB_TRACE_CLI_STI:
      return InstructionKind::kInterruptFlag;
    case EB_TRACE_PORT_IO:
      return InstructionKind::kPortIo;
    case EB_TRACE_CPUID:
      return InstructionKind::kCpuid;
    case EB_TRACE_SYSREG_WRITE:
      return InstructionKind::kSysregWrite;
    case EB_TRACE_SYSREG_READ:
      return InstructionKind::kSysregRead;
    case EB_TRACE_DSB:
      return InstructionKind::kDsb;
    case EB_TRACE_ISB:
      return InstructionKind::kIsb;
    case EB_TRACE_DMB:
      return InstructionKind::kDmb;
    case EB_TRACE_TLBI:
      return InstructionKind::kTlbi;
    case EB_TRACE_CACHE:
      return InstructionKind::kCacheOperation;
    case EB_TRACE_DAIF:
      return InstructionKind::kDaif;
    case EB_TRACE_HVC:
      return InstructionKind::kHvc;
    default:
      return InstructionKind::kUnspecified;
  }
}

InstructionKind KindOfMsr(uint64_t word) {
  switch (MsrOf(word)) {
    case EB_TRACE_MSR_SPEC_CTRL:
      return InstructionKind::kWrmsrSpecCtrl;
    case EB_TRACE_MSR_PRED_CMD:
      return InstructionKind::kIbpb;
    case EB_TRACE_MSR_FLUSH_CMD:
      return InstructionKind::kL1dFlush;
    default:
      return InstructionKind::kUnspecified;
  }
}

}  // namespace

uint32_t CallTree::Child(uint32_t parent, FunctionId function) {
  for (const uint32_t child : nodes_[parent].children) {
    if (nodes_[child].function == function) return child;
  }
  const uint32_t child = static_cast<uint32_t>(nodes_.size());
  nodes_.emplace_back().function = function;
  nodes_[parent].children.push_back(child);
  return child;
}

void CallTree::Add(uint32_t node, uint64_t word, bool enters_guest) {
  nodes_[node].self += 1;
  const InstructionKind kind =
      enters_guest ? InstructionKind::kVmEntry : KindOf(word);
  if (kind == InstructionKind::kUnspecified) return;
  auto& kinds = nodes_[node].kinds;
  ++kinds[static_cast<size_t>(kind)];
  if (kind != InstructionKind::kWrmsr) return;
  const InstructionKind msr = KindOfMsr(word);
  if (msr != InstructionKind::kUnspecified) ++kinds[static_cast<size_t>(msr)];
}

}  // namespace exitbench
