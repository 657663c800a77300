/* Loaded into Bochs: makes a boot repeat exactly.
 *
 * Bochs seeds its random numbers, which the emulated RDRAND takes, from the
 * time of day. Here the time stands still and the seed is $BOCHS_SEED.
 */
#include <stdlib.h>
#include <time.h>

static void seed_from_environment(void) {
  const char* seed = getenv("BOCHS_SEED");
  srandom(seed ? (unsigned)strtoul(seed, NULL, 10) : 1);
}

__attribute__((constructor)) static void start(void) {
  seed_from_environment();
}

void srand(unsigned seed) {
  (void)seed;
  seed_from_environment();
}

time_t time(time_t* now) {
  const time_t kStart = 1704067200; /* 2024-01-01, as in bochsrc's time0 */
  if (now) *now = kStart;
  return kStart;
}
