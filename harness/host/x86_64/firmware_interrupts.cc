#include "harness/host/firmware_interrupts.h"

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace exitbench {

const char kFirmwareInterrupts[] = "SMIs";

uint64_t FirmwareInterruptsOn(int cpu, const std::string& root) {
  // MSR_SMI_COUNT, of Intel alone (SDM vol. 4).
  constexpr off_t kMsrSmiCount = 0x34;
  const std::string path = absl::StrCat(root, "/dev/cpu/", cpu, "/msr");
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  uint64_t count = 0;
  if (pread(fd, &count, sizeof(count), kMsrSmiCount) != sizeof(count)) {
    count = 0;
  }
  close(fd);
  return count;
}

}  // namespace exitbench
