#!/usr/bin/env python3
"""Tests inlines.py on a small kernel and a module that are compiled here."""

import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

LIB = Path(__file__).resolve().parent
KERNEL_AT = 0xffffffff9a000000
MODULE_AT = 0xffffffffc0a12000
KERNEL_BIT = 1 << 47

# Each function has an instruction of its own, at a symbol.
HEADER = """\
#define MARK(name) asm volatile(".globl at_" #name "\\nat_" #name ": nop")

static inline __attribute__((always_inline)) void innermost(void)
{
	MARK(innermost);
}
"""
KERNEL = """\
#include "inner.h"

static inline __attribute__((always_inline)) void outer(void)
{
	MARK(outer);
	innermost();
}

__attribute__((noipa)) void whole(void)
{
	MARK(whole);
}

__attribute__((noipa)) void function(void)
{
	outer();
	MARK(function);
}

int start_kernel(void)
{
	function();
	whole();
	return 0;
}
"""
MODULE = """\
static inline __attribute__((always_inline)) void put(void)
{
	asm volatile(".globl at_put\\nat_put: nop");
}

void run(void)
{
	put();
}

__attribute__((section(".noinstr.text"))) void enter(void)
{
	asm volatile(".globl at_enter\\nat_enter: nop");
}
"""
ASSEMBLY = """\
.globl entry
.type entry, @function
entry: nop
ret
.section .note.GNU-stack
"""


def line_of(text: str, what: str) -> int:
    return text.splitlines().index(what) + 1


class InlinesTest(unittest.TestCase):
    maxDiff = None
    folder: Path
    good: Path  # With debug information.

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name).resolve()
        cls.good = cls.folder / "debug"
        cls.compile(cls.good, "-g")

    @classmethod
    def compile(cls, debug: Path, *options: str, kernel: str = KERNEL,
                compiler: str = "cc") -> None:
        """Makes vmlinux and kvm-x.ko in the folder debug."""
        tree = cls.folder / "tree"
        (tree / "init").mkdir(parents=True, exist_ok=True)
        debug.mkdir(exist_ok=True)
        for name, text in (("init/inner.h", HEADER), ("init/main.c", kernel),
                           ("kvm_x.c", MODULE), ("entry.S", ASSEMBLY)):
            (tree / name).write_text(text)
        for command in (
                ["-nostdlib", "-static", "-Wl,-Ttext=0x81000000", "-Wl,-e,start_kernel",
                 "init/main.c", "entry.S", "-o", str(debug / "vmlinux")],
                ["-c", "kvm_x.c", "-o", str(debug / "kvm-x.ko")]):
            subprocess.run([compiler, "-O2", "-fno-pie", "-no-pie", *options, *command],
                           cwd=tree, check=True)

    def symbols_of(self, file: str, debug: Path | None = None
                   ) -> dict[str, tuple[int, str]]:
        """Returns the address and type of the code in a file, as nm has them."""
        lines = subprocess.run(["nm", str((debug or self.good) / file)], text=True,
                               check=True, capture_output=True).stdout.splitlines()
        return {name: (int(address, 16), kind)
                for address, kind, name in map(str.split, lines) if kind in "tT"}

    def setUp(self) -> None:
        self.take_symbols(self.good)

    def take_symbols(self, debug: Path) -> None:
        """Has the table that of the files in the folder debug."""
        kernel = self.symbols_of("vmlinux", debug)
        self.kernel = {name: address - 0x81000000 + KERNEL_AT
                       for name, (address, _) in kernel.items()}
        # Sections of a module are anywhere.
        self.module = {name: address + MODULE_AT + (0x5000 if "enter" in name else 0)
                       for name, (address, _) in
                       self.symbols_of("kvm-x.ko", debug).items()}

    def table(self) -> Path:
        rows = [(address, f"T {name}") for name, address in self.kernel.items()]
        rows += [(address, f"t {name}\t[kvm_x]") for name, address in self.module.items()]
        rows += [(0xffffffffc0b00000, "t gone\t[other]"), (0x1000, "D data")]
        path = self.folder / "kallsyms"
        path.write_text("".join(f"{address:016x} {rest}\n" for address, rest in rows))
        return path

    def trace(self, *addresses: int, more: bytes = b"") -> Path:
        """Makes a trace that has each address twice, among words that are none."""
        words = [1, 64 << 48, 0x401000, 2 << 48 | 0x500000,
                 *[kind << 48 | address & (1 << 48) - 1
                   for kind in (0, 22) for address in addresses],
                 66 << 48 | KERNEL_BIT, 65 << 48]
        path = self.folder / "trace"
        path.write_bytes(b"EBTRACE1" + struct.pack(f"<{len(words)}Q", *words) + more)
        return path

    def run_it(self, *addresses: int, debug: Path | None = None, trace: Path | None = None,
               table: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, LIB / "inlines.py", trace or self.trace(*addresses),
             table or self.table(), debug or self.good],
            text=True, capture_output=True, timeout=60, check=False)

    def map_of(self, *addresses: int) -> list[str]:
        done = self.run_it(*addresses)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    @unittest.skipUnless(shutil.which("aarch64-linux-gnu-gcc"),
                         "needs gcc-aarch64-linux-gnu")
    def test_a_kernel_for_arm64(self) -> None:
        debug = self.folder / "arm64"
        self.compile(debug, "-g", compiler="aarch64-linux-gnu-gcc")
        self.take_symbols(debug)
        at = self.kernel["at_outer"]
        done = self.run_it(at, debug=debug)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(
            done.stdout, f"{at:016x}\tfunction;init/main.c:"
            f"{line_of(KERNEL, '	outer();')}\touter;init/main.c:"
            f"{line_of(KERNEL, '	MARK(outer);')}\n")

    def test_what_is_inlined_where(self) -> None:
        at = self.kernel
        in_function = f"function;init/main.c:{line_of(KERNEL, '	outer();')}"
        mark = line_of(KERNEL, "	MARK(function);")
        in_outer = [f"outer;init/main.c:{line_of(KERNEL, f'	{what};')}"
                    for what in ("MARK(outer)", "innermost()")]
        expected = {
            at["at_whole"]: f"whole;init/main.c:{line_of(KERNEL, '	MARK(whole);')}",
            at["at_outer"]: f"{in_function}\t{in_outer[0]}",
            at["at_innermost"]: f"{in_function}\t{in_outer[1]}\tinnermost;init/inner.h:"
            f"{line_of(HEADER, '	MARK(innermost);')}",
            at["at_function"]: f"function;init/main.c:{mark}"}
        self.assertEqual(self.map_of(*expected), [
            f"{address:016x}\t{expected[address]}" for address in sorted(expected)])

    def test_a_module_by_its_sections(self) -> None:
        at = self.module
        put = line_of(MODULE, '	asm volatile(".globl at_put\\nat_put: nop");')
        enter = line_of(MODULE, '	asm volatile(".globl at_enter\\nat_enter: nop");')
        self.assertEqual(self.map_of(at["at_put"], at["at_enter"]), [
            f"{at['at_put']:016x}\trun;kvm_x.c:{line_of(MODULE, '	put();')}"
            f"\tput;kvm_x.c:{put}",
            f"{at['at_enter']:016x}\tenter;kvm_x.c:{enter}"])

    def test_assembly(self) -> None:
        self.assertEqual(self.map_of(self.kernel["entry"]),
                         [f"{self.kernel['entry']:016x}\tentry;entry.S:3"])

    def test_what_nothing_is_known_of(self) -> None:
        other, before = 0xffffffffc0b00010, 0xffffffff80000000
        done = self.run_it(other, before)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, f"{before:016x}\n{other:016x}\n")
        self.assertEqual(done.stderr, "emuhost: no debug information of other: its functions "
                         "stay whole\n")

    def test_an_empty_trace(self) -> None:
        self.assertEqual(self.map_of(), [])

    def test_files_without_debug_information(self) -> None:
        bare = self.folder / "bare"
        self.compile(bare)
        done = self.run_it(self.kernel["at_outer"], self.module["at_put"], debug=bare)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, "emuhost: no debug information of kvm_x: its functions "
                         "stay whole\n"
                         "emuhost: no debug information of vmlinux: its functions stay "
                         "whole\n")
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertNotIn("main.c", done.stdout)

    def test_another_kernel(self) -> None:
        another = self.folder / "another"
        self.compile(another, "-g", kernel=KERNEL.replace(
            "	MARK(whole);", '	MARK(whole);\n	asm volatile(".fill 99");'))
        done = self.run_it(self.kernel["at_outer"], debug=another)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, f"^emuhost: {another}/vmlinux: of another kernel "
                         r"than the one that ran: of \d+ functions that both have \d+ "
                         "are elsewhere\n$")

    def refused(self, said: str, **files: Path) -> None:
        done = self.run_it(**files)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"emuhost: {said}\n")

    def test_what_is_refused(self) -> None:
        self.trace()
        table = self.table()
        self.refused(f"{table}: not a trace", trace=table)
        self.refused(f"{self.folder}/trace: the trace is cut short",
                     trace=self.trace(more=b"123"))
        none = self.folder / "none"
        self.refused(f"{none}: No such file or directory", trace=none)
        empty = self.folder / "empty"
        empty.mkdir()
        self.refused(f"{empty}: has no vmlinux", debug=empty)
        (empty / "vmlinux").write_text("no ELF file")
        self.refused(f"{empty}/vmlinux: not an ELF file", debug=empty)
        no_table = self.folder / "no_table"
        no_table.write_text("x T y\n")
        self.refused(f"{no_table}: not a table of symbols", table=no_table)


if __name__ == "__main__":
    unittest.main()
