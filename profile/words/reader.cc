#include "profile/words/reader.h"

#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "profile/words/word.h"

namespace exitbench {
namespace {

constexpr size_t kBufferBytes = 1 << 16;
constexpr size_t kMaxNameBytes = 256;

absl::Status NotUsable(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a usable trace: ", what));
}

// Takes a letter of the name from `word`. Returns whether that was the last.
absl::StatusOr<bool> TakeLetter(uint64_t word, EbTraceEmulator emulator,
                                std::string& name) {
  if (IsKernel(word) || ClassOf(word) != EB_TRACE_RET) return false;
  // The size of a RET.
  const uint64_t bytes = emulator == EB_TRACE_QEMU_ARM64 ? 4 : 1;
  const uint64_t at = word & EB_TRACE_NAME_MASK;
  if (at == 0) return true;
  const uint64_t letter = at / bytes;
  if (letter > 0x7f || at % bytes != 0 ||
      !absl::ascii_isgraph(static_cast<unsigned char>(letter)) ||
      name.size() == kMaxNameBytes) {
    return NotUsable("a batch has no name");
  }
  name += static_cast<char>(letter);
  return false;
}

}  // namespace

TraceReader::TraceReader(Read read)
    : read_(std::move(read)), buffer_(kBufferBytes), slots_(EB_TRACE_SLOTS) {}

absl::StatusOr<bool> TraceReader::Word(uint64_t& word) {
  while (end_ - at_ < sizeof(word)) {
    std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
    end_ -= at_;
    at_ = 0;
    EB_ASSIGN_OR_RETURN(const size_t bytes,
                        read_(buffer_.data() + end_, buffer_.size() - end_));
    if (bytes == 0) {
      if (end_ == 0) return false;
      return NotUsable("it is cut short");
    }
    end_ += bytes;
  }
  std::memcpy(&word, buffer_.data() + at_, sizeof(word));
  at_ += sizeof(word);
  return true;
}

absl::Status TraceReader::Begin() {
  uint64_t magic = 0, emulator = 0;
  EB_ASSIGN_OR_RETURN(const bool has_magic, Word(magic));
  if (!has_magic) return NotUsable("it is empty");
  if (magic != EB_TRACE_MAGIC) return NotUsable("it does not begin as one");
  EB_ASSIGN_OR_RETURN(const bool has_emulator, Word(emulator));
  if (!has_emulator ||
      (emulator != EB_TRACE_QEMU && emulator != EB_TRACE_BOCHS &&
       emulator != EB_TRACE_QEMU_ARM64)) {
    return NotUsable("its emulator is unknown");
  }
  emulator_ = static_cast<EbTraceEmulator>(emulator);
  return absl::OkStatus();
}

absl::Status TraceReader::Take(uint64_t word, bool& named, TracedBatch& batch) {
  if (!named) {
    EB_ASSIGN_OR_RETURN(named, TakeLetter(word, emulator_, batch.name));
  } else if (batch.words.size() < kMaxBatchWords) {
    batch.words.push_back(word);
  } else {
    batch.cut = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TraceReader::Next(TracedBatch& batch) {
  batch.name.clear();
  batch.words.clear();
  batch.cut = false;
  uint64_t word = 0;
  do {
    EB_ASSIGN_OR_RETURN(const bool more, Word(word));
    if (!more) return false;
  } while (ClassOf(word) != EB_TRACE_MARK_BEGIN);
  bool named = false;
  uint64_t before = 0, as_before = 0;
  for (;;) {
    EB_ASSIGN_OR_RETURN(const bool more, Word(word));
    if (!more) return NotUsable("it ends within a batch");
    switch (ClassOf(word)) {
      case EB_TRACE_MARK_BEGIN:
        return NotUsable("a batch begins within another");
      case EB_TRACE_MARK_END:
        if (named) return true;
        return NotUsable("a batch has no name");
      case EB_TRACE_CUT:
        batch.cut = true;
        continue;
      case EB_TRACE_AS_BEFORE:
        // Bounds what a few bytes can have it do.
        if (AddressOf(word) > kMaxBatchWords - as_before) {
          return NotUsable("a batch is longer than any");
        }
        as_before += AddressOf(word);
        for (uint64_t i = AddressOf(word); i > 0; --i) {
          before = slots_[eb_trace_slot(before)];
          EB_RETURN_IF_ERROR(Take(before, named, batch));
        }
        continue;
      default:
        break;
    }
    slots_[eb_trace_slot(before)] = word;
    before = word;
    EB_RETURN_IF_ERROR(Take(word, named, batch));
  }
}

}  // namespace exitbench
