// Where the argument of a timed call is kept.
#ifndef EXITBENCH_HARNESS_LOOP_ARM64_ARGUMENT_H_
#define EXITBENCH_HARNESS_LOOP_ARM64_ARGUMENT_H_

namespace exitbench {

// Keeps `argument` in X19, which calls preserve, so that one instruction moves
// it to the register of the call.
template <typename T>
inline void KeepInSavedRegister(T*& argument) {
  register T* saved asm("x19") = argument;
  asm volatile("" : "+r"(saved));
  argument = saved;
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_ARM64_ARGUMENT_H_
