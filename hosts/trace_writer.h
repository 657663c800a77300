/* Writes a trace: what is between marks, as trace_format.h has it. */
#ifndef EXITBENCH_HOSTS_TRACE_WRITER_H_
#define EXITBENCH_HOSTS_TRACE_WRITER_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hosts/trace_format.h"

struct EbTraceWriter {
  FILE* file;
  uint64_t cap; /* The most instructions between two marks. */
  int recording;
  uint64_t instructions; /* Since the begin mark. */
  uint64_t left_out;     /* Above the cap, since the begin mark. */
  uint64_t before;       /* The last instruction, or 0 for a mark. */
  uint64_t as_before;    /* How many are to be written as such. */
  size_t used;
  uint64_t buffer[1 << 14];
  uint64_t slots[EB_TRACE_SLOTS];
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

static inline void eb_trace_put_count(struct EbTraceWriter* writer,
                                      enum EbTraceClass what, uint64_t count) {
  if (!count) return;
  eb_trace_put(writer, (count & EB_TRACE_ADDRESS_MASK) |
                           (uint64_t)what << EB_TRACE_CLASS_SHIFT);
}

/* An instruction that is no mark. */
static inline void eb_trace_instruction(struct EbTraceWriter* writer,
                                        uint64_t word) {
  if (!writer->recording) return;
  if (writer->instructions == writer->cap) {
    ++writer->left_out;
    return;
  }
  ++writer->instructions;
  uint64_t* const slot = &writer->slots[eb_trace_slot(writer->before)];
  writer->before = word;
  if (*slot == word) {
    ++writer->as_before;
    return;
  }
  *slot = word;
  eb_trace_put_count(writer, EB_TRACE_AS_BEFORE, writer->as_before);
  writer->as_before = 0;
  eb_trace_put(writer, word);
}

/* A mark at `address`: the first begins, the next ends, and so on. */
static inline void eb_trace_mark(struct EbTraceWriter* writer,
                                 uint64_t address) {
  const enum EbTraceClass mark =
      writer->recording ? EB_TRACE_MARK_END : EB_TRACE_MARK_BEGIN;
  eb_trace_put_count(writer, EB_TRACE_AS_BEFORE, writer->as_before);
  eb_trace_put_count(writer, EB_TRACE_CUT, writer->left_out);
  eb_trace_put(writer, (address & EB_TRACE_ADDRESS_MASK) |
                           (uint64_t)mark << EB_TRACE_CLASS_SHIFT);
  writer->recording = !writer->recording;
  writer->instructions = writer->left_out = 0;
  writer->before = writer->as_before = 0;
}

/* Returns whether all could be written. */
static inline int eb_trace_close(struct EbTraceWriter* writer) {
  eb_trace_drain(writer);
  const int failed = ferror(writer->file);
  return fclose(writer->file) == 0 && !failed;
}

#endif /* EXITBENCH_HOSTS_TRACE_WRITER_H_ */
