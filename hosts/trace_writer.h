/* Writes a trace: what is between marks, as trace_format.h has it. */
#ifndef EXITBENCH_HOSTS_TRACE_WRITER_H_
#define EXITBENCH_HOSTS_TRACE_WRITER_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "hosts/trace_format.h"

/* The most words between two marks, if none other is asked for: 24 MB. */
#define EB_TRACE_DEFAULT_CAP 3000000

/* Of what is longer only the first part is kept, this one of so many. Events
 * are few where they are long, so more of it has hardly one that is whole. */
#define EB_TRACE_KEPT_PART 12

struct EbTraceWriter {
  FILE* file;
  uint64_t cap; /* The most words between two marks. */
  int recording;
  off_t begin;    /* Where the words since the begin mark are in the file. */
  uint64_t words; /* Since the begin mark. */
  int failed;
  uint64_t left_out; /* Above the cap, since the begin mark. */
  size_t used;
  uint64_t buffer[1 << 14];
};

static inline void eb_trace_drain(struct EbTraceWriter* writer) {
  /* A failure sticks to the file, and eb_trace_close() sees it. */
  fwrite(writer->buffer, sizeof writer->buffer[0], writer->used, writer->file);
  writer->used = 0;
}

static inline void eb_trace_put(struct EbTraceWriter* writer, uint64_t word) {
  writer->buffer[writer->used++] = word;
  if (writer->used == sizeof writer->buffer / sizeof writer->buffer[0]) {
    eb_trace_drain(writer);
  }
}

/* Returns whether `path` could be opened. */
static inline int eb_trace_open(struct EbTraceWriter* writer, const char* path,
                                enum EbTraceEmulator emulator) {
  writer->file = fopen(path, "w");
  if (!writer->file) return 0;
  eb_trace_put(writer, EB_TRACE_MAGIC);
  eb_trace_put(writer, (uint64_t)emulator);
  return 1;
}

/* An instruction that is no mark. */
static inline void eb_trace_instruction(struct EbTraceWriter* writer,
                                        uint64_t word) {
  if (!writer->recording) return;
  if (writer->words < writer->cap) {
    ++writer->words;
    eb_trace_put(writer, word);
  } else {
    ++writer->left_out;
  }
}

/* Takes back what was written since the begin mark, but for its first part. */
static inline void eb_trace_shorten(struct EbTraceWriter* writer) {
  const uint64_t kept = writer->cap / EB_TRACE_KEPT_PART;
  const off_t end = writer->begin + (off_t)(kept * sizeof writer->buffer[0]);
  eb_trace_drain(writer);
  if (fflush(writer->file) != 0 || ftruncate(fileno(writer->file), end) != 0 ||
      fseeko(writer->file, end, SEEK_SET) != 0) {
    writer->failed = 1;
  }
  writer->left_out += writer->words - kept;
}

/* A mark at `address`: the first begins, the next ends, and so on. */
static inline void eb_trace_mark(struct EbTraceWriter* writer,
                                 uint64_t address) {
  const enum EbTraceClass mark =
      writer->recording ? EB_TRACE_MARK_END : EB_TRACE_MARK_BEGIN;
  if (writer->left_out) {
    eb_trace_shorten(writer);
    eb_trace_put(writer, (writer->left_out & EB_TRACE_ADDRESS_MASK) |
                             (uint64_t)EB_TRACE_CUT << EB_TRACE_CLASS_SHIFT);
  }
  eb_trace_put(writer, (address & EB_TRACE_ADDRESS_MASK) |
                           (uint64_t)mark << EB_TRACE_CLASS_SHIFT);
  writer->recording = !writer->recording;
  writer->begin =
      ftello(writer->file) + (off_t)(writer->used * sizeof writer->buffer[0]);
  writer->words = writer->left_out = 0;
}

/* Returns whether all could be written. */
static inline int eb_trace_close(struct EbTraceWriter* writer) {
  eb_trace_drain(writer);
  const int failed = writer->failed || ferror(writer->file);
  return fclose(writer->file) == 0 && !failed;
}

#endif /* EXITBENCH_HOSTS_TRACE_WRITER_H_ */
