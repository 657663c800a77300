// A call tree made of samples of a real host.
#ifndef EXITBENCH_PROFILE_SAMPLE_SAMPLE_TREE_H_
#define EXITBENCH_PROFILE_SAMPLE_SAMPLE_TREE_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "profile/model/profile.h"
#include "profile/symbols/symbols.h"

namespace exitbench {

// The most nodes of one case. Where there would be more, functions of rare
// paths stand without their callers.
inline constexpr size_t kMaxSampleNodes = 2500;

// Gathers the samples of one case.
class SampleTree {
 public:
  // `symbols` outlives it.
  explicit SampleTree(const SymbolTable& symbols);

  void AddUser() { AddTo(kTop, SymbolTable::kUser); }
  void AddGuest() { AddTo(kTop, SymbolTable::kGuest); }
  // `chain` is not empty: where the sample was taken, then where each caller
  // goes on. A sample of the calls that switch sampling on and off is dropped.
  void AddKernel(absl::Span<const uint64_t> chain);

  // Samples that were added and not dropped.
  uint64_t samples() const { return samples_; }
  // Of these, in a function that is known.
  uint64_t attributed() const { return attributed_; }

  // Returns a profile of one case, `one` with its legs filled in.
  Profile Build(CaseProfile one) const;

 private:
  static constexpr uint32_t kTop = 0;

  struct Node {
    FunctionId function = 0;
    uint32_t parent = 0;  // Stands before its children.
    double self = 0;
  };

  uint32_t Child(uint32_t parent, FunctionId function);
  void AddTo(uint32_t parent, FunctionId function);
  std::vector<Node> Pruned() const;

  const SymbolTable& symbols_;
  std::vector<bool> switches_sampling_;  // By FunctionId.
  std::vector<Node> nodes_;
  std::map<std::pair<uint32_t, FunctionId>, uint32_t> children_;
  uint64_t samples_ = 0;
  uint64_t attributed_ = 0;
};

// Adds the cases of `from`, with the functions and nodes that they need, to
// those of `to`. The host and the version of `to` stay.
void AddCases(const Profile& from, Profile& to);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_SAMPLE_SAMPLE_TREE_H_
