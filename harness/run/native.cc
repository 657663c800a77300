#include "harness/run/native.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "guest_blobs/abi.h"
#include "harness/run/native_entry.h"

namespace exitbench {
namespace {

constexpr size_t kStackBytes = 64 << 10;

absl::StatusOr<Mapping> MapBytes(size_t bytes) {
  void* at = sys::Map(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (at == MAP_FAILED) return ErrnoStatus("mmap", "native payload");
  return Mapping(at, bytes);
}

// Returns the guest's parameters with addresses of this process: arguments that
// point into case memory point to its host memory.
ParameterBlock NativeParameters(Machine& machine, const GuestStamp* stamps,
                                uint32_t events) {
  ParameterBlock block = machine.parameters(0);
  block.events = events;
  block.stamps_gpa = reinterpret_cast<uint64_t>(stamps);
  if (machine.shape().data_bytes == 0) return block;
  const uint64_t begin = machine.data().gpa();
  const uint64_t end = begin + machine.data().bytes();
  for (uint64_t& arg : block.args) {
    if (arg < begin || arg > end) continue;
    arg = reinterpret_cast<uint64_t>(machine.data().host()) + (arg - begin);
  }
  return block;
}

}  // namespace

absl::Status RunNative(Machine& machine, const Case& row,
                       const BlobImage& image, uint32_t events, uint32_t batch,
                       Samples& ticks) {
  EB_CHECK(row.native && image.bytes() <= EB_CODE_BYTES);
  EB_ASSIGN_OR_RETURN(Mapping code, MapBytes(EB_CODE_BYTES));
  EB_ASSIGN_OR_RETURN(Mapping stack, MapBytes(kStackBytes));
  EB_ASSIGN_OR_RETURN(Mapping stamp_mapping, MapBytes(EB_STAMPS_STRIDE));
  std::memcpy(code.begin(), image.begin, image.bytes());
  // Where instructions have a cache of their own, it may be stale.
  __builtin___clear_cache(reinterpret_cast<char*>(code.begin()),
                          reinterpret_cast<char*>(code.begin() + code.bytes()));
  if (sys::Protect(code.begin(), code.bytes(), PROT_READ | PROT_EXEC) != 0) {
    return ErrnoStatus("mprotect", "native payload");
  }
  const auto* stamps =
      reinterpret_cast<const GuestStamp*>(stamp_mapping.begin());
  PayloadHeader header;
  std::memcpy(&header, image.begin, sizeof(header));
  const uint8_t* entry = code.begin() + (header.entry_gpa - EB_CODE_GPA);
  const KeptEvents kept(events);

  bool warm = false;
  for (uint32_t done = 0; done < events;) {
    const uint32_t count = std::min(batch, events - done);
    if (row.before_batch != nullptr) {
      EB_RETURN_IF_ERROR(row.before_batch(machine, count));
    }
    ParameterBlock block = NativeParameters(machine, stamps, count);
    const NativeEnd end =
        EnterNatively(code.begin(), entry, stack.begin() + kStackBytes, block);
    if (!end.rang) {
      return absl::UnimplementedError(
          absl::StrFormat("natively the payload takes %s at offset %#x",
                          strsignal(end.signal_number), end.code_offset));
    }
    if (!warm) {
      warm = true;
      continue;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const GuestStamp& stamp = stamps[i];
      ticks.Add(static_cast<double>(stamp.after_ticks - stamp.before_ticks),
                kept.Has(done + i));
    }
    done += count;
  }
  return absl::OkStatus();
}

}  // namespace exitbench
