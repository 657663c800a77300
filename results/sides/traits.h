// What sides differ in, told apart by how much it means to people: the kernel,
// then settings that people make, then other facts of the host.
#ifndef EXITBENCH_RESULTS_SIDES_TRAITS_H_
#define EXITBENCH_RESULTS_SIDES_TRAITS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "results/sides/side.h"

namespace exitbench {

// In the order of their meaning.
enum class TraitKind {
  kKernel,  // Its release.
  kBuild,   // Of one release.
  // Module parameters, words of the command line, the VM's configuration, case
  // settings.
  kSetting,
  kFact,  // All else of the host that can move figures by itself.
  kFile,  // The name that the user gave.
};

// Something in which some sides differ. The vectors have one entry per side.
struct Trait {
  TraitKind kind = TraitKind::kFact;
  // "module.kvm.halt_poll_ns", "mitigations", "CPU model".
  std::string key;
  std::string name;  // The same for people: "kvm.halt_poll_ns".
  std::vector<std::string> values;
  std::vector<std::string> texts;  // With the name: "kvm.halt_poll_ns=0".
  // Of a module parameter: what the command line says of it, or nothing.
  std::vector<std::string> given;
};

// Returns what the sides differ in, what means most first. Leaves out what
// names a thing by a hash, or lists all of a CPU's features.
std::vector<Trait> TraitsOf(const std::vector<const Side*>& sides);

// Returns whether `trait`, one of `traits`, tells sides `a` and `b` apart by
// itself: they differ in it, and in nothing else of `traits` that it follows
// from. With mitigations=off, for example, KVM also flushes no L1 data cache.
bool TellsApart(const Trait& trait, const std::vector<Trait>& traits, size_t a,
                size_t b);

// Returns the first side that has the kernel's default value of a setting.
// Nothing if that is not known.
std::optional<size_t> DefaultSide(const Trait& setting);

// Returns whether all sides are of one build of one kernel.
bool AreOfOneKernel(const std::vector<const Side*>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_TRAITS_H_
