#include "harness/host/known_hosts.h"

namespace exitbench {
namespace {

// The features that decide what exits, by the kind of backend.
constexpr uint32_t kDecideVmx = kApicv | kIpiVirtualization | kPml |
                                kSecondLevelAccessed | kPauseLoopExits |
                                kPreemptionTimer | kGuestPmu;
constexpr uint32_t kDecideSvm = kAvic | kX2avic | kNrips | kVirtualNmi |
                                kVirtualGif | kIdleHlt | kPauseLoopExits |
                                kGuestPmu;
constexpr uint32_t kDecidePvm = kCpuidFaulting | kUmip;
constexpr uint32_t kDecideArm =
    kArmEcv | kArmGicv3 | kArmGicv4 | kArmMte | kArmNestedVirt | kGuestPmu;

// A kind of host that all cases were run on: of the `decisive` features it has
// exactly those in `present`.
struct Known {
  Backend backend;
  uint32_t decisive;
  uint32_t present;
};

constexpr Known kKnown[] = {
    // QEMU 7.2's EPYC.
    {kBackendSvmNpt, kDecideSvm, 0},
    {kBackendSvmShadow, kDecideSvm, 0},
    // Bochs 2.7's Haswell.
    {kBackendVmxEpt, kDecideVmx, kSecondLevelAccessed | kPauseLoopExits},
    {kBackendVmxShadow, kDecideVmx, kPauseLoopExits},
    // Bochs 3.0's Skylake-X with APICv off, and its Ryzen.
    {kBackendVmxEpt, kDecideVmx, kPml | kSecondLevelAccessed | kPauseLoopExits},
    {kBackendSvmNpt, kDecideSvm, kNrips | kPauseLoopExits},
    // Intel, and AMD with UMIP.
    {kBackendPvm, kDecidePvm, kCpuidFaulting | kUmip},
    {kBackendPvm, kDecidePvm, kUmip},
    // QEMU 7.2's arm64 processor max.
    {kBackendArmVhe, kDecideArm, kArmGicv3 | kGuestPmu},
    {kBackendArmNvhe, kDecideArm, kArmGicv3 | kGuestPmu},
    {kBackendArmPkvm, kDecideArm, kArmGicv3 | kGuestPmu},
};

}  // namespace

bool IsKnownHost(Backend backend, const FeatureSet& features) {
  for (const Known& known : kKnown) {
    if (backend == known.backend && (features.unknown & known.decisive) == 0 &&
        (features.present & known.decisive) == known.present) {
      return true;
    }
  }
  return false;
}

}  // namespace exitbench
