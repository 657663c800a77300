/* Stands in for exitbench in emuhost_test.sh: hangs, crashes the host, and
 * writes files on demand. The first argument says what. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char* find_out(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!strncmp(argv[i], "--out=", 6)) return argv[i] + 6;
  }
  return "/none";
}

static FILE* open_out(int argc, char** argv) {
  return fopen(find_out(argc, argv), "w");
}

/* Results as `exitbench show --format=json` would print them, and what `run`
 * says of its --out=. */
static int write_results(FILE* file, const char* out) {
  fputs(
      "{\"cases\":[{\"name\":\"a/b\",\"outcome\":\"OUTCOME_OK\"},"
      "{\"name\":\"c/d\",\"outcome\":\"OUTCOME_SKIPPED\","
      "\"reason\":\"no capability\"}]}\n",
      file);
  fprintf(stderr, "results: %s\n", out);
  return fclose(file);
}

static int show(const char* path) {
  char text[4096];
  FILE* file = fopen(path, "r");
  if (!file) return 2;
  fwrite(text, 1, fread(text, 1, sizeof text, file), stdout);
  return fclose(file);
}

/* To --out=, which has to be there. */
static int append_to_results(const char* out) {
  FILE* file = fopen(out + strlen("--out="), "r+");
  if (!file) return 2;
  fseek(file, 0, SEEK_END);
  fputs("more", file);
  return fclose(file);
}

static int write_bytes(FILE* file) {
  unsigned state = 1;
  for (int i = 0; i < 300000; ++i) {
    state = state * 1664525u + 1013904223u;
    fputc((int)(state >> 24), file);
  }
  return fclose(file);
}

/* A file of the working directory, of one line, if it is there. */
static void print_file(const char* name) {
  char text[64];
  FILE* file = fopen(name, "r");
  if (!file) return;
  if (fgets(text, sizeof text, file)) printf("%s: %s", name, text);
  fclose(file);
}

/* The kernel's command line, a word on a line. */
static void print_command_line(void) {
  char text[4096] = "";
  FILE* file = fopen("/proc/cmdline", "r");
  if (file && fgets(text, sizeof text, file)) {
    for (char* word = strtok(text, " \n"); word; word = strtok(NULL, " \n")) {
      puts(word);
    }
  }
}

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "";
  if (!strcmp(mode, "show")) return show(argv[argc - 1]);
  for (int i = 1; i < argc; ++i) printf("[%s]\n", argv[i]);
  fprintf(stderr, "mode %s\n", mode);
  if (!strcmp(mode, "run")) {
    return write_results(open_out(argc, argv), find_out(argc, argv));
  }
  if (!strcmp(mode, "bytes")) return write_bytes(open_out(argc, argv));
  if (!strcmp(mode, "append")) return append_to_results(argv[argc - 1]);
  if (!strcmp(mode, "kvm")) print_command_line();
  if (!strcmp(mode, "kvm")) return access("/dev/kvm", R_OK | W_OK) ? 3 : 7;
  if (!strcmp(mode, "hang")) {
    for (volatile int forever = 1; forever;) {
    }
  }
  if (!strcmp(mode, "crash")) {
    int trigger = open("/proc/sysrq-trigger", O_WRONLY);
    return write(trigger, "c", 1) == 1 ? 50 : 51;
  }
  if (!strcmp(mode, "bisect")) {
    print_file("good.profile.pb");
    print_file("bad.profile.pb");
    return 1;
  }
  return 60;
}
