// What shared rows say of the architecture in `measures`, as literals to put
// together: the names of cases/x86_64/terms.h. EC is the exception class in
// ESR_EL2 (Arm ARM, D24.2).
#ifndef EXITBENCH_CASES_ARM64_TERMS_H_
#define EXITBENCH_CASES_ARM64_TERMS_H_

#define EB_TERM_MMIO "data abort, EC 0x24"
#define EB_TERM_MMIO_MANUAL "Arm ARM ESR_EL2"
#define EB_TERM_MMIO_FIRST "data abort, EC 0x24"
#define EB_TERM_MMIO_AGAIN "data abort, EC 0x24"
#define EB_TERM_FAULT "data abort, EC 0x24"
#define EB_TERM_ANY_LENGTH ""
#define EB_TERM_STRING "16 stores of 4 bytes, one after another"
#define EB_TERM_RING_FULL " (KVM API 8.29)"
#define EB_TERM_CLOCK "CNTVCT_EL0"
#define EB_TERM_PASS "SUBS and B.NE"
#define EB_TERM_FILL "STP"
#define EB_TERM_COPY "LDP and STP"

#endif  // EXITBENCH_CASES_ARM64_TERMS_H_
