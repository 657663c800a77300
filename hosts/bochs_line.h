/* Reads lines of the log of Bochs' debugger. */
#ifndef EXITBENCH_HOSTS_BOCHS_LINE_H_
#define EXITBENCH_HOSTS_BOCHS_LINE_H_

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A traced instruction. */
struct EbBochsLine {
  uint64_t address;
  uint8_t code[16];
  size_t size;
};

/* Returns whether the line says that Bochs stopped at a mark. */
static inline int eb_bochs_is_break(const char* line) {
  return strstr(line, ") Magic breakpoint") != NULL;
}

static inline int eb_hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* Returns whether the line is a traced instruction, and fills `parsed`. Where
 * the debugger stops it shows an instruction too, but without a dot after the
 * CPU. */
static inline int eb_bochs_parse(const char* line, struct EbBochsLine* parsed) {
  if (strncmp(line, "(0).[", 5) != 0) return 0;
  const char* at = strchr(line + 5, '[');
  if (!at || !(at = strchr(at, ']')) || !(at = strchr(at, ':'))) return 0;
  char* end;
  parsed->address = strtoull(at + 1, &end, 16);
  if (end == at + 1 || strncmp(end, " (", 2) != 0) return 0;
  const char* code = strrchr(end, ';');
  if (!code) return 0;
  ++code;
  while (*code == ' ') ++code;
  parsed->size = 0;
  while (parsed->size < sizeof parsed->code) {
    const int high = eb_hex_digit(code[0]);
    const int low = high < 0 ? -1 : eb_hex_digit(code[1]);
    if (low < 0) break;
    parsed->code[parsed->size++] = (uint8_t)(high << 4 | low);
    code += 2;
  }
  return parsed->size > 0;
}

#endif /* EXITBENCH_HOSTS_BOCHS_LINE_H_ */
