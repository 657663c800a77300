/* Writes a trace: what is between marks, as trace_format.h has it. */
#ifndef EXITBENCH_HOSTS_TRACE_WRITER_H_
#define EXITBENCH_HOSTS_TRACE_WRITER_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hosts/trace_format.h"

/* The most words between two marks, if none other is asked for: 16 MB. */
#define EB_TRACE_DEFAULT_CAP 2000000

struct EbTraceWriter {
  FILE* file;
  uint64_t cap; /* The most words between two marks. */
  int recording;
  uint64_t words;    /* Since the begin mark. */
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

/* A mark at `address`: the first begins, the next ends, and so on. */
static inline void eb_trace_mark(struct EbTraceWriter* writer,
                                 uint64_t address) {
  const enum EbTraceClass mark =
      writer->recording ? EB_TRACE_MARK_END : EB_TRACE_MARK_BEGIN;
  if (writer->left_out) {
    eb_trace_put(writer, (writer->left_out & EB_TRACE_ADDRESS_MASK) |
                             (uint64_t)EB_TRACE_CUT << EB_TRACE_CLASS_SHIFT);
  }
  eb_trace_put(writer, (address & EB_TRACE_ADDRESS_MASK) |
                           (uint64_t)mark << EB_TRACE_CLASS_SHIFT);
  writer->recording = !writer->recording;
  writer->words = writer->left_out = 0;
}

/* Returns whether all could be written. */
static inline int eb_trace_close(struct EbTraceWriter* writer) {
  eb_trace_drain(writer);
  const int failed = ferror(writer->file);
  return fclose(writer->file) == 0 && !failed;
}

#endif /* EXITBENCH_HOSTS_TRACE_WRITER_H_ */
