// A call by HVC.
#define EB_CALL hvc #0
#include "guest_blobs/arm64/include/smccc.inc"
