// A call by SMC.
#define EB_CALL smc #0
#include "guest_blobs/arm64/include/smccc.inc"
