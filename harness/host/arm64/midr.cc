#include "harness/host/arm64/midr.h"

#include "absl/strings/str_format.h"

namespace exitbench {
namespace {

struct Implementer {
  uint32_t number;
  const char* name;
};

// Linux arch/arm64/include/asm/cputype.h, ARM_CPU_IMP_*.
constexpr Implementer kImplementers[] = {
    {0x41, "Arm"},       {0x42, "Broadcom"},  {0x43, "Cavium"},
    {0x46, "Fujitsu"},   {0x48, "HiSilicon"}, {0x4e, "NVIDIA"},
    {0x50, "APM"},       {0x51, "Qualcomm"},  {0x61, "Apple"},
    {0x6d, "Microsoft"}, {0xc0, "Ampere"},
};

struct Part {
  uint32_t implementer;
  uint32_t number;
  const char* name;
};

// The same file, *_CPU_PART_*: cores of servers, and of boards that run KVM.
constexpr Part kParts[] = {
    {0x41, 0xd03, "Cortex-A53"},   {0x41, 0xd04, "Cortex-A35"},
    {0x41, 0xd05, "Cortex-A55"},   {0x41, 0xd07, "Cortex-A57"},
    {0x41, 0xd08, "Cortex-A72"},   {0x41, 0xd09, "Cortex-A73"},
    {0x41, 0xd0a, "Cortex-A75"},   {0x41, 0xd0b, "Cortex-A76"},
    {0x41, 0xd0c, "Neoverse-N1"},  {0x41, 0xd0d, "Cortex-A77"},
    {0x41, 0xd40, "Neoverse-V1"},  {0x41, 0xd41, "Cortex-A78"},
    {0x41, 0xd42, "Cortex-A78AE"}, {0x41, 0xd44, "Cortex-X1"},
    {0x41, 0xd46, "Cortex-A510"},  {0x41, 0xd47, "Cortex-A710"},
    {0x41, 0xd48, "Cortex-X2"},    {0x41, 0xd49, "Neoverse-N2"},
    {0x41, 0xd4b, "Cortex-A78C"},  {0x41, 0xd4d, "Cortex-A715"},
    {0x41, 0xd4e, "Cortex-X3"},    {0x41, 0xd4f, "Neoverse-V2"},
    {0x41, 0xd80, "Cortex-A520"},  {0x41, 0xd81, "Cortex-A720"},
    {0x41, 0xd82, "Cortex-X4"},    {0x41, 0xd84, "Neoverse-V3"},
    {0x41, 0xd85, "Cortex-X925"},  {0x41, 0xd87, "Cortex-A725"},
    {0x41, 0xd8e, "Neoverse-N3"},  {0x43, 0x0a1, "ThunderX"},
    {0x43, 0x0af, "ThunderX2"},    {0x46, 0x001, "A64FX"},
    {0x48, 0xd01, "TSV110"},       {0x4e, 0x004, "Carmel"},
    {0x51, 0x001, "Oryon"},        {0x51, 0xc00, "Falkor"},
    {0x61, 0x022, "M1 Icestorm"},  {0x61, 0x023, "M1 Firestorm"},
    {0x61, 0x032, "M2 Blizzard"},  {0x61, 0x033, "M2 Avalanche"},
    {0x6d, 0xd49, "Cobalt-100"},   {0xc0, 0xac3, "Ampere1"},
    {0xc0, 0xac4, "Ampere1A"},     {0xc0, 0xac5, "Ampere1B"},
};

uint32_t ImplementerOf(uint32_t midr) { return midr >> 24; }
uint32_t VariantOf(uint32_t midr) { return midr >> 20 & 0xf; }
uint32_t PartOf(uint32_t midr) { return midr >> 4 & 0xfff; }
uint32_t RevisionOf(uint32_t midr) { return midr & 0xf; }

std::string PartName(uint32_t midr) {
  for (const Part& part : kParts) {
    if (part.implementer == ImplementerOf(midr) && part.number == PartOf(midr))
      return part.name;
  }
  return absl::StrFormat("part 0x%03x", PartOf(midr));
}

}  // namespace

std::string ImplementerName(uint32_t midr) {
  for (const Implementer& implementer : kImplementers) {
    if (implementer.number == ImplementerOf(midr)) return implementer.name;
  }
  return absl::StrFormat("implementer 0x%02x", ImplementerOf(midr));
}

std::string CoreName(uint32_t midr) {
  return absl::StrFormat("%s %s r%dp%d", ImplementerName(midr), PartName(midr),
                         VariantOf(midr), RevisionOf(midr));
}

}  // namespace exitbench
