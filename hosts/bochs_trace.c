/* Turns the log of Bochs' debugger into a trace while it is written, and gives
 * the debugger its commands.
 *
 *   bochs_trace LOG COMMANDS TRACE [CAP]
 *
 * LOG and COMMANDS are FIFOs. Bochs stops at each mark (its magic_break) and
 * says so in its log. Then it is told to trace or to stop tracing, and to go
 * on. A traced instruction is a line with its address and its bytes, in order
 * of execution:
 *
 *   (0).[TICK] [PHYSICAL] CS:ADDRESS (CONTEXT): MNEMONIC OPERANDS ; BYTES
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hosts/bochs_line.h"
#include "hosts/trace_format.h"
#include "hosts/trace_writer.h"
#include "hosts/x86_class.h"

static struct EbTraceWriter writer = {.cap = EB_TRACE_MOST_INSTRUCTIONS};

static int command(int to, const char* text) {
  const size_t size = strlen(text);
  return write(to, text, size) == (ssize_t)size;
}

/* Converts until the log ends. Returns whether all commands could be given. */
static int convert(FILE* log, int commands) {
  struct EbEcx ecx = {0, 0};
  char* line = NULL;
  size_t room = 0;
  ssize_t length;
  int good = command(commands, "c\n");
  while (good && (length = getline(&line, &room, log)) > 0) {
    struct EbBochsLine parsed;
    if (eb_bochs_is_break(line)) {
      eb_trace_mark(&writer, 0);
      ecx.known = 0;
      good = command(commands,
                     writer.recording ? "trace on\nc\n" : "trace off\nc\n");
    } else if (writer.recording && eb_bochs_parse(line, &parsed) &&
               !eb_is_mark(parsed.code, parsed.size)) {
      eb_trace_instruction(
          &writer, eb_word(parsed.address, parsed.code, parsed.size, &ecx));
    }
  }
  free(line);
  return good;
}

int main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    fprintf(stderr, "usage: bochs_trace LOG COMMANDS TRACE [CAP]\n");
    return 2;
  }
  if (argc == 5) writer.cap = strtoull(argv[4], NULL, 10);
  if (!eb_trace_open(&writer, argv[3], EB_TRACE_BOCHS)) {
    perror(argv[3]);
    return 1;
  }
  /* For both directions, so that this does not wait for Bochs, and a Bochs that
   * has ended is no broken pipe. */
  const int commands = open(argv[2], O_RDWR | O_CLOEXEC);
  FILE* log = fopen(argv[1], "re");
  if (commands < 0 || !log) {
    perror("bochs_trace");
    return 1;
  }
  const int good = convert(log, commands);
  if (!eb_trace_close(&writer) || !good) {
    fprintf(stderr, "bochs_trace: cannot write all\n");
    return 1;
  }
  return 0;
}
