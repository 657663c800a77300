// Reads a trace from mark to mark, however long it is.
#ifndef EXITBENCH_PROFILE_WORDS_READER_H_
#define EXITBENCH_PROFILE_WORDS_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hosts/trace_format.h"

namespace exitbench {

// More instructions between two marks are left out. Emulators write fewer.
inline constexpr size_t kMaxBatchWords = 4u << 20;

// What was executed between two marks: a batch of events of one case.
struct TracedBatch {
  std::string name;             // Of the case.
  std::vector<uint64_t> words;  // Without those that spell the name.
  bool cut = false;             // More was executed, and left out.
};

class TraceReader {
 public:
  // Reads up to `bytes` bytes to `to`. Returns how many it read; 0 is the end.
  using Read = std::function<absl::StatusOr<size_t>(char* to, size_t bytes)>;

  explicit TraceReader(Read read);

  // Reads what a trace begins with. kInvalidArgument: it is no trace. Other
  // errors are those of `read`.
  absl::Status Begin();

  EbTraceEmulator emulator() const { return emulator_; }

  // Reads the next batch. Returns false at the end. kInvalidArgument: the trace
  // is damaged.
  absl::StatusOr<bool> Next(TracedBatch& batch);

 private:
  // Reads one word. Returns false at the end.
  absl::StatusOr<bool> Word(uint64_t& word);
  // Takes an instruction to `batch`, or a letter of its name until that is
  // whole, which sets `named`.
  absl::Status Take(uint64_t word, bool& named, TracedBatch& batch);

  Read read_;
  std::vector<char> buffer_;
  size_t at_ = 0;
  size_t end_ = 0;
  EbTraceEmulator emulator_ = EB_TRACE_QEMU;
  std::vector<uint64_t> slots_;
};

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WORDS_READER_H_
