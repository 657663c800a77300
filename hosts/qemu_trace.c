/* A TCG plugin for QEMU: writes what the host executes between marks.
 *
 *   -plugin FILE.so,out=TRACE[,cap=WORDS]
 *
 * For QEMU 7.2, whose plugin interface has version 1. What it takes of that is
 * declared here, since no package of Debian has qemu-plugin.h. The plugin looks
 * at each instruction when QEMU translates it and is called when it is
 * executed. It changes nothing, and a boot that is counted in instructions
 * stays the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosts/trace_format.h"
#include "hosts/trace_writer.h"
#include "hosts/x86_class.h"

#define EXPORT __attribute__((visibility("default")))

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
const void* qemu_plugin_insn_data(const struct qemu_plugin_insn*);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn*);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn*);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn*,
                                            void (*)(unsigned, void*), int,
                                            void*);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t,
                                    void (*)(qemu_plugin_id_t, void*), void*);
/* Forgets all callbacks and all blocks that were translated, before the next
 * block runs, and then calls what is given. */
void qemu_plugin_reset(qemu_plugin_id_t, void (*)(qemu_plugin_id_t));

EXPORT int qemu_plugin_version = 1;

static struct EbTraceWriter writer = {.cap = EB_TRACE_MOST_INSTRUCTIONS};

static void on_instruction(unsigned cpu, void* word) {
  (void)cpu;
  eb_trace_instruction(&writer, (uint64_t)word);
}

static void on_mark(unsigned cpu, void* address) {
  (void)cpu;
  eb_trace_mark(&writer, (uint64_t)address);
}

static int has_mark(const struct qemu_plugin_tb* block) {
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count; ++i) {
    const struct qemu_plugin_insn* instruction =
        qemu_plugin_tb_get_insn(block, i);
    if (eb_is_mark(qemu_plugin_insn_data(instruction),
                   qemu_plugin_insn_size(instruction))) {
      return 1;
    }
  }
  return 0;
}

/* Has each instruction of a block call what records it. */
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  struct EbEcx ecx = {0, 0};
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const uint8_t* code = qemu_plugin_insn_data(instruction);
    const size_t size = qemu_plugin_insn_size(instruction);
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

static void on_exit_of_qemu(qemu_plugin_id_t id, void* data) {
  (void)id;
  (void)data;
  if (!eb_trace_close(&writer)) fprintf(stderr, "trace: cannot write all\n");
}

static void record(qemu_plugin_id_t id) {
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
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
  (void)info;
  const char* out = NULL;
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
  if (!out || !eb_trace_open(&writer, out, EB_TRACE_QEMU)) {
    fprintf(stderr, "trace: cannot write %s\n", out ? out : "without out=");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation_before_marks);
  qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
  return 0;
}
