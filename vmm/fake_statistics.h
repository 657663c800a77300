// Statistics files for tests, with the layout of KVM API 4.133.
#ifndef EXITBENCH_VMM_FAKE_STATISTICS_H_
#define EXITBENCH_VMM_FAKE_STATISTICS_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/owned.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

struct FakeStatistic {
  std::string name;
  uint32_t type = KVM_STATS_TYPE_CUMULATIVE;
  std::vector<uint64_t> values;
};

constexpr uint32_t kFakeNameBytes = 48;

// Returns the bytes of a file. Values of one statistic follow on another's.
inline std::string FakeStatisticsBytes(
    const std::vector<FakeStatistic>& statistics) {
  kvm_stats_header header = {};
  header.name_size = kFakeNameBytes;
  header.num_desc = static_cast<uint32_t>(statistics.size());
  header.id_offset = sizeof(header);
  header.desc_offset = header.id_offset + kFakeNameBytes;
  header.data_offset =
      header.desc_offset +
      header.num_desc *
          static_cast<uint32_t>(sizeof(kvm_stats_desc) + kFakeNameBytes);
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof(header));
  bytes.resize(header.desc_offset);
  std::string data;
  for (const FakeStatistic& statistic : statistics) {
    kvm_stats_desc descriptor = {};
    descriptor.flags = statistic.type;
    descriptor.size = static_cast<uint16_t>(statistic.values.size());
    descriptor.offset = static_cast<uint32_t>(data.size());
    bytes.append(reinterpret_cast<const char*>(&descriptor),
                 sizeof(descriptor));
    std::string name = statistic.name;
    name.resize(kFakeNameBytes);
    bytes += name;
    data.append(reinterpret_cast<const char*>(statistic.values.data()),
                statistic.values.size() * sizeof(uint64_t));
  }
  return bytes + data;
}

// Writes `bytes` over a file from its beginning.
inline bool Overwrite(int fd, const std::string& bytes) {
  return pwrite(fd, bytes.data(), bytes.size(), 0) ==
         static_cast<ssize_t>(bytes.size());
}

// Returns a file in memory of these bytes.
inline UniqueFd FakeFile(const std::string& bytes) {
  UniqueFd fd(memfd_create("statistics", MFD_CLOEXEC));
  if (!Overwrite(fd.get(), bytes)) return UniqueFd();
  return fd;
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_FAKE_STATISTICS_H_
