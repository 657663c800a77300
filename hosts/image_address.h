/* Finds the code of an arm64 kernel that runs at addresses other than its own.
 *
 * The part of KVM that runs at EL2, where that is not VHE, is part of the
 * kernel's image, which EL2 maps elsewhere. In the emulator's memory it is in
 * one place, and there the image is in one piece. So an instruction's place
 * tells its address in the image, for which there are symbols.
 */
#ifndef EXITBENCH_HOSTS_IMAGE_ADDRESS_H_
#define EXITBENCH_HOSTS_IMAGE_ADDRESS_H_

#include <stdint.h>

#include "hosts/trace_format.h"

/* The code of EL2 is the last of the kernel's. Just before it are spinlocks,
 * which every event takes, and behind it are read-only data, of megabytes. */
#define EB_IMAGE_MARGIN (UINT64_C(512) << 10)

/* A struct of zeros knows nothing yet. */
struct EbImage {
  int known;
  uint64_t offset; /* From a place to an address of a trace. */
  uint64_t low;    /* The lowest address that was executed, and the highest. */
  uint64_t high;
};

/* The instruction of `word`, in the kernel's half, is at `place` in the
 * emulator's memory. The first is of the image: modules come later. */
static inline void eb_image_translated(struct EbImage* image, uint64_t word,
                                       uint64_t place) {
  if (image->known || place == 0) return;
  image->offset = (word & EB_TRACE_ADDRESS_MASK) - place;
  image->known = 1;
}

/* The instruction of `word`, in the kernel's half, was executed, after the
 * kernel has started. What only starts it comes after its other code. */
static inline void eb_image_executed(struct EbImage* image, uint64_t word) {
  const uint64_t address = word & EB_TRACE_ADDRESS_MASK;
  if (image->low == 0 || address < image->low) image->low = address;
  if (address > image->high) image->high = address;
}

/* Returns `word`, of an instruction outside of the kernel's half and at `place`
 * in the emulator's memory, with the address of the image if it is of that. */
static inline uint64_t eb_image_word(const struct EbImage* image, uint64_t word,
                                     uint64_t place) {
  const uint64_t address = place + image->offset;
  if (!image->known || image->low == 0 || place == 0 || address < image->low ||
      address > image->high + EB_IMAGE_MARGIN) {
    return word;
  }
  return (word & ~EB_TRACE_ADDRESS_MASK) | address;
}

#endif /* EXITBENCH_HOSTS_IMAGE_ADDRESS_H_ */
