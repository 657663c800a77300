#include "vmm/x86_64/vector_name.h"

#include "absl/strings/str_cat.h"

namespace exitbench {

std::string VectorName(uint64_t vector) {
  static constexpr const char* kNames[] = {
      "#DE", "#DB",   "NMI", "#BP", "#OF", "#BR", "#UD", "#NM",
      "#DF", nullptr, "#TS", "#NP", "#SS", "#GP", "#PF", nullptr,
      "#MF", "#AC",   "#MC", "#XM", "#VE", "#CP"};
  if (vector < sizeof(kNames) / sizeof(kNames[0]) &&
      kNames[vector] != nullptr) {
    return kNames[vector];
  }
  return absl::StrCat("vector ", vector);
}

}  // namespace exitbench
