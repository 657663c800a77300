// What shared rows say of the architecture in `measures`, as literals to put
// together. cases/arm64/terms.h has the same names.
#ifndef EXITBENCH_CASES_X86_64_TERMS_H_
#define EXITBENCH_CASES_X86_64_TERMS_H_

// The exit of an access to memory that no slot backs, and its description in
// the manuals.
#define EB_TERM_MMIO "VMX exit 49, SVM VMEXIT_NPF"
#define EB_TERM_MMIO_MANUAL "SDM 29.3.3, APM 15.25.6"
// That of the first such access, and of one that finds KVM's entry.
#define EB_TERM_MMIO_FIRST "VMX exit 48 EPT violation, SVM VMEXIT_NPF"
#define EB_TERM_MMIO_AGAIN "VMX exit 49 EPT misconfiguration, SVM VMEXIT_NPF"
// That of an access which the second level does not allow.
#define EB_TERM_FAULT "VMX exit 48 EPT violation, SVM VMEXIT_NPF"
// What an ioeventfd of any length spares.
#define EB_TERM_ANY_LENGTH ": without the emulator on VMX with EPT"
// Many stores that are one event: so many elements of 4 bytes.
#define EB_TERM_STRING "REP STOSL of 16 elements of 4 bytes"
// What a store that fills the ring of dirty pages makes, and where else.
#define EB_TERM_RING_FULL \
  " (with PML, lacking as many as PML holds; KVM API 8.29)"
// The clock of stamps, one pass of fixed work, memset, memcpy.
#define EB_TERM_CLOCK "TSC"
#define EB_TERM_PASS "DEC and JNZ"
#define EB_TERM_FILL "REP STOSQ"
#define EB_TERM_COPY "REP MOVSQ"

#endif  // EXITBENCH_CASES_X86_64_TERMS_H_
