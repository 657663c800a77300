// Where the argument of a timed call is kept.
#ifndef EXITBENCH_HARNESS_LOOP_X86_64_ARGUMENT_H_
#define EXITBENCH_HARNESS_LOOP_X86_64_ARGUMENT_H_

namespace exitbench {

// Keeps `argument` in RBX, so that one instruction moves it to the register of
// the call. All results so far were measured with that instruction between the
// stamps.
template <typename T>
inline void KeepInSavedRegister(T*& argument) {
  asm volatile("" : "+b"(argument));
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_X86_64_ARGUMENT_H_
