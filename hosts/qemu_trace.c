/* A TCG plugin for QEMU: writes what the host executes between marks.
 *
 *   -plugin FILE.so,out=TRACE[,cap=WORDS]
 *
 * For QEMU 7.2, whose plugin interface has version 1, and with EB_QEMU_API=4
 * for QEMU 10. What it takes of that is declared here, since no package of
 * Debian 12 has qemu-plugin.h. The plugin looks at each instruction when QEMU
 * translates it and is called when it is executed. It changes nothing, and a
 * boot that is counted in instructions stays the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosts/arm64_class.h"
#include "hosts/image_address.h"
#include "hosts/trace_format.h"
#include "hosts/trace_writer.h"
#include "hosts/x86_class.h"

#define EXPORT __attribute__((visibility("default")))

#ifndef EB_QEMU_API
#define EB_QEMU_API 1
#endif

/* QEMU's plugin interface. */
typedef uint64_t qemu_plugin_id_t;
typedef struct {
  const char* target_name;
  struct {
    int min;
    int cur;
  } version;
  bool system_emulation;
  struct {
    int smp_vcpus;
    int max_vcpus;
  } system;
} qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { QEMU_PLUGIN_CB_NO_REGS = 0 };
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t,
                                           void (*)(qemu_plugin_id_t,
                                                    struct qemu_plugin_tb*));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb*);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb*,
                                                 size_t);
#if EB_QEMU_API < 3
const void* qemu_plugin_insn_data(const struct qemu_plugin_insn*);
#else
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn*, void*, size_t);
#endif
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn*);
void* qemu_plugin_insn_haddr(const struct qemu_plugin_insn*);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn*);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn*,
                                            void (*)(unsigned, void*), int,
                                            void*);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t,
                                    void (*)(qemu_plugin_id_t, void*), void*);
/* Forgets all callbacks and all blocks that were translated, before the next
 * block runs, and then calls what is given. */
void qemu_plugin_reset(qemu_plugin_id_t, void (*)(qemu_plugin_id_t));

EXPORT int qemu_plugin_version = EB_QEMU_API;

/* The longest of x86. */
enum { MOST_BYTES = 15 };

static struct EbTraceWriter writer = {.cap = EB_TRACE_MOST_INSTRUCTIONS};
static struct EbImage image;
static int is_arm64;

static void on_instruction(unsigned cpu, void* word) {
  (void)cpu;
  eb_trace_instruction(&writer, (uint64_t)word);
}

/* Of arm64: of the kernel, so that it shows where that is. */
static void on_kernel(unsigned cpu, void* word) {
  (void)cpu;
  if (!writer.recording) return;
  eb_image_executed(&image, (uint64_t)word);
  eb_trace_instruction(&writer, (uint64_t)word);
}

/* Of arm64, outside of the kernel's half. */
struct Low {
  uint64_t word;
  uint64_t place; /* In QEMU's memory. */
};

static void on_low(unsigned cpu, void* data) {
  (void)cpu;
  if (!writer.recording) return;
  const struct Low* low = data;
  eb_trace_instruction(&writer, eb_image_word(&image, low->word, low->place));
}

static void on_mark(unsigned cpu, void* address) {
  (void)cpu;
  eb_trace_mark(&writer, (uint64_t)address);
}

/* Copies the instruction to `code`; returns its size. */
static size_t code_of(struct qemu_plugin_insn* instruction,
                      uint8_t code[MOST_BYTES]) {
  size_t size = qemu_plugin_insn_size(instruction);
  if (size > MOST_BYTES) size = MOST_BYTES;
#if EB_QEMU_API < 3
  memcpy(code, qemu_plugin_insn_data(instruction), size);
  return size;
#else
  return qemu_plugin_insn_data(instruction, code, size);
#endif
}

static int is_mark(struct qemu_plugin_insn* instruction) {
  uint8_t code[MOST_BYTES];
  const size_t size = code_of(instruction, code);
  return is_arm64 ? eb_arm64_is_mark(eb_arm64_word(code, size))
                  : eb_is_mark(code, size);
}

static int has_mark(const struct qemu_plugin_tb* block) {
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count; ++i) {
    if (is_mark(qemu_plugin_tb_get_insn(block, i))) return 1;
  }
  return 0;
}

/* These have each instruction of a block call what records it. */

static void on_x86_translation(qemu_plugin_id_t id,
                               struct qemu_plugin_tb* block) {
  (void)id;
  struct EbEcx ecx = {0, 0};
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    uint8_t code[MOST_BYTES];
    const size_t size = code_of(instruction, code);
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    const uint64_t word = eb_word(address, code, size, &ecx);
    if (eb_is_mark(code, size)) {
      qemu_plugin_register_vcpu_insn_exec_cb(
          instruction, on_mark, QEMU_PLUGIN_CB_NO_REGS, (void*)address);
    } else {
      qemu_plugin_register_vcpu_insn_exec_cb(
          instruction, on_instruction, QEMU_PLUGIN_CB_NO_REGS, (void*)word);
    }
  }
}

/* Kept as long as QEMU runs: it does not say when it forgets a block. */
static struct Low* new_low(uint64_t word, uint64_t place) {
  enum { CHUNK = 4096 };
  static struct Low* free_ones;
  static size_t left;
  if (left == 0) {
    free_ones = malloc(CHUNK * sizeof *free_ones);
    if (!free_ones) abort();
    left = CHUNK;
  }
  --left;
  *free_ones = (struct Low){word, place};
  return free_ones++;
}

static void on_arm64_translation(qemu_plugin_id_t id,
                                 struct qemu_plugin_tb* block) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    uint8_t code[MOST_BYTES];
    const uint32_t word = eb_arm64_word(code, code_of(instruction, code));
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    const uint64_t traced = eb_arm64_trace_word(address, word);
    const uint64_t place = (uint64_t)qemu_plugin_insn_haddr(instruction);
    void (*call)(unsigned, void*) = on_low;
    void* data;
    if (eb_arm64_is_mark(word)) {
      call = on_mark;
      data = (void*)eb_arm64_address(address);
    } else if (traced & EB_TRACE_KERNEL_BIT) {
      call = on_kernel;
      data = (void*)traced;
      eb_image_translated(&image, traced, place);
    } else {
      data = new_low(traced, place);
    }
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, call,
                                           QEMU_PLUGIN_CB_NO_REGS, data);
  }
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void* data) {
  (void)id;
  (void)data;
  if (!eb_trace_close(&writer)) fprintf(stderr, "trace: cannot write all\n");
}

static void record(qemu_plugin_id_t id) {
  qemu_plugin_register_vcpu_tb_trans_cb(
      id, is_arm64 ? on_arm64_translation : on_x86_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
}

/* Until there is a mark nothing is to be recorded, and blocks without calls run
 * at full speed. The one with the first mark is translated just before it runs.
 */
static void on_translation_before_marks(qemu_plugin_id_t id,
                                        struct qemu_plugin_tb* block) {
  if (has_mark(block)) qemu_plugin_reset(id, record);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info,
                               int argc, char** argv) {
  const char* out = NULL;
  is_arm64 = !strcmp(info->target_name, "aarch64");
  for (int i = 0; i < argc; ++i) {
    if (!strncmp(argv[i], "out=", 4)) {
      out = argv[i] + 4;
    } else if (!strncmp(argv[i], "cap=", 4)) {
      writer.cap = strtoull(argv[i] + 4, NULL, 10);
    } else {
      fprintf(stderr, "trace: unknown argument %s\n", argv[i]);
      return 1;
    }
  }
  if (!out || !eb_trace_open(&writer, out,
                             is_arm64 ? EB_TRACE_QEMU_ARM64 : EB_TRACE_QEMU)) {
    fprintf(stderr, "trace: cannot write %s\n", out ? out : "without out=");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation_before_marks);
  qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
  return 0;
}
