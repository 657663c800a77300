"""Usage: inlines.py TRACE KALLSYMS DEBUG

Prints a map for `exitbench decode --inlines=`: which functions are inlined at each
kernel address that TRACE has (see hosts/trace_format.h), by debug information.

KALLSYMS is the table of symbols of the kernel that was traced. DEBUG is a folder with
that kernel's files with debug information: vmlinux, and of each module that matters
NAME.ko. What has none is left whole, and said.

A line is "ADDRESS", and if something is known of it "NAME;FILE:LINE" of the function
whose code it is, of the one inlined in that, and so on, each after a tab. LINE is that
of the instruction, or of what is inlined.

Exit codes: 0, or 1 if a file is not what it should be, which one line says.
"""

import array
import bisect
import functools
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# See hosts/trace_format.h.
_MAGIC = b"EBTRACE1"
_KERNEL = 1 << 47
_ADDRESS = (1 << 48) - 1
_UPPER = 0xffff << 48
_FIRST_MARK = 64

_KERNEL_FILE = "vmlinux"
# The e_machine of ELF.
_ARM64 = 183
# How many of a file's functions have to be where the others say that they are.
_AGREE = 0.95
# Where functions are that each kernel has, below the folder of its sources. That of
# code that no compiler made may have another name.
_KNOWN_FILES = {"start_kernel": "init/main.c",
                "entry_SYSCALL_64": "arch/x86/entry/entry_64.S"}


class Failure(Exception):
    """Says in one line what is wrong."""


def executed(path: Path) -> list[int]:
    """Returns the kernel addresses that a trace has, in ascending order."""
    words: set[int] = set()
    with path.open("rb") as trace:
        if trace.read(16)[:8] != _MAGIC:
            raise Failure(f"{path}: not a trace")
        while chunk := trace.read(1 << 23):
            part = array.array("Q")
            if len(chunk) % 8:
                raise Failure(f"{path}: the trace is cut short")
            part.frombytes(chunk)
            words.update(part)
    return sorted({word & _ADDRESS | _UPPER for word in words
                   if word & _KERNEL and word >> 48 & 0xff < _FIRST_MARK})


@dataclass
class Table:
    """The symbols of /proc/kallsyms, by address, each with the name of its module."""

    addresses: list[int]
    names: list[str]
    modules: list[str]

    @staticmethod
    def read(path: Path) -> "Table":
        """Returns the code in a table. Lines that are none are an error of decode."""
        rows = []
        for line in path.read_text(errors="replace").splitlines():
            words = line.split()
            if len(words) < 3 or words[1] not in "tTwW":
                continue
            module = words[3].strip("[]") if len(words) > 3 else _KERNEL_FILE
            rows.append((int(words[0], 16), words[2], module))
        rows.sort()
        return Table([address for address, _, _ in rows], [name for _, name, _ in rows],
                     [module for _, _, module in rows])

    def module_of(self, address: int) -> str:
        """Returns the module whose symbol is the last up to address, or nothing."""
        at = bisect.bisect_right(self.addresses, address) - 1
        return self.modules[at] if at >= 0 else ""


@dataclass(frozen=True)
class Section:
    """Code of a file: where it is in the file, and how much further in the kernel.
    The name is empty for all of vmlinux, which has addresses of its own."""

    name: str
    start: int
    size: int
    distance: int

    def has(self, address: int) -> bool:
        return 0 <= address - self.distance - self.start < self.size


def _readelf(option: str, path: Path) -> list[str]:
    done = subprocess.run(["readelf", option, "-W", str(path)], text=True,
                          capture_output=True, errors="replace", check=False)
    if done.returncode or not done.stdout:
        raise Failure(f"{path}: not an ELF file")
    return done.stdout.splitlines()


@functools.cache
def _functions_of(path: Path) -> dict[str, tuple[int, int]]:
    """Returns the address and the section's number of each symbol of code that has a
    name of its own."""
    found: dict[str, tuple[int, int] | None] = {}
    for line in _readelf("-s", path):
        words = line.split()
        if len(words) < 8 or words[3] not in ("FUNC", "NOTYPE") or not words[6].isdigit():
            continue
        place = int(words[1], 16), int(words[6])
        name = words[7]
        found[name] = place if found.get(name, place) == place else None
    return {name: place for name, place in found.items() if place}


def _sections_of(path: Path) -> dict[int, tuple[str, int]]:
    """Returns the name and size of each section that has code, by its number."""
    pattern = re.compile(r"\s*\[\s*(\d+)\] (\S+)\s+\S+\s+[0-9a-f]+ [0-9a-f]+ "
                         r"([0-9a-f]+) [0-9a-f]+\s+(\S*)")
    return {int(match[1]): (match[2], int(match[3], 16))
            for line in _readelf("-S", path)
            if (match := pattern.match(line)) and "X" in match[4]}


def sections(path: Path, module: str, table: Table) -> list[Section]:
    """Returns where the code of a file is in the kernel, by what symbols of one name
    say. Raises Failure if they say that it is of another kernel."""
    whole = module == _KERNEL_FILE
    functions = _functions_of(path)
    votes: dict[int, Counter[int]] = {}
    for address, name, owner in zip(table.addresses, table.names, table.modules):
        if owner == module and name in functions:
            value, section = functions[name]
            votes.setdefault(0 if whole else section, Counter())[address - value] += 1
    best = {section: counter.most_common(1)[0] for section, counter in votes.items()}
    all_votes = sum(map(Counter.total, votes.values()))
    agree = sum(count for _, count in best.values())
    if not all_votes or agree < _AGREE * all_votes:
        raise Failure(f"{path}: of another kernel than the one that ran: of "
                      f"{all_votes} functions that both have {all_votes - agree} are "
                      "elsewhere")
    if whole:
        return [Section("", 0, 1 << 64, best[0][0])]
    return [Section(name, 0, size, best[number][0])
            for number, (name, size) in _sections_of(path).items() if number in best]


def _addr2line_of(path: Path) -> str:
    """Returns the addr2line that knows a file's machine: Debian's knows its own."""
    with path.open("rb") as file:
        header = file.read(20)
    is_arm64 = int.from_bytes(header[18:], "little") == _ARM64
    return "aarch64-linux-gnu-addr2line" if is_arm64 else "addr2line"


# The innermost first, as addr2line prints them: name, file and line.
Chain = Sequence[tuple[str, str, str]]


def _addr2line(path: Path, section: str, addresses: Sequence[int]) -> list[Chain]:
    """Returns what is inlined at each of the addresses of a file."""
    command = [_addr2line_of(path), "-a", "-f", "-i", "-e", str(path)]
    if section:
        command += ["-j", section]
    done = subprocess.run(command, input="".join(f"{each:#x}\n" for each in addresses),
                          text=True, capture_output=True, errors="replace", check=False)
    chains = list(_parse(done.stdout.splitlines()))
    if done.returncode or len(chains) != len(addresses):
        said = done.stderr.strip().splitlines()
        raise Failure(f"{path}: {said[-1] if said else 'addr2line failed'}")
    return chains


def _parse(lines: Sequence[str]) -> Iterator[Chain]:
    """Yields the chain of each address in addr2line's output."""
    chain: list[tuple[str, str, str]] | None = None
    at = 0
    while at < len(lines):
        if lines[at].startswith("0x"):
            if chain is not None:
                yield chain
            chain = []
            at += 1
        else:
            if chain is None or at + 1 == len(lines):
                raise Failure("addr2line prints what is not understood")
            # "file.c:12 (discriminator 3)". Without debug information "??:0", or
            # "file.c:?" by the table of symbols.
            file, _, line = lines[at + 1].split(" (disc")[0].rpartition(":")
            known = line.isdigit() and file != "??"
            chain.append((lines[at], file, line) if known else (lines[at], "", "0"))
            at += 2
    if chain is not None:
        yield chain


def _roots(path: Path) -> list[str]:
    """Returns the names that the folder of the kernel's sources has in the debug
    information of a vmlinux, each with a slash at its end."""
    functions = _functions_of(path)
    known = [name for name in _KNOWN_FILES if name in functions]
    chains = _addr2line(path, "", [functions[name][0] for name in known])
    files = {name: os.path.normpath(chain[-1][1]) for name, chain in zip(known, chains)}
    return [file.removesuffix(_KNOWN_FILES[name]) for name, file in files.items()
            if file.endswith("/" + _KNOWN_FILES[name])]


def _entry(name: str, file: str, line: str, roots: Sequence[str]) -> str:
    if file:
        file = os.path.normpath(file)
        root = next((each for each in roots if file.startswith(each)), "")
        file = file.removeprefix(root)
    clean = [re.sub(r"[\t;]", "_", text) for text in (name, file)]
    return f"{clean[0]};{clean[1]}:{line}"


def inlines(addresses: Sequence[int], table: Table, debug: Path) -> dict[int, str]:
    """Returns what is known of addresses, as a line of the map has it."""
    by_module: dict[str, list[int]] = {}
    for address in addresses:
        by_module.setdefault(table.module_of(address), []).append(address)
    files = {path.name.removesuffix(".ko").replace("-", "_"): path
             for path in sorted(debug.iterdir())}
    if _KERNEL_FILE not in files:
        raise Failure(f"{debug}: has no {_KERNEL_FILE}")
    roots = _roots(files[_KERNEL_FILE])
    known: dict[int, str] = {}
    for module, mine in sorted(by_module.items()):
        if module not in files:
            if module:
                _say(f"no debug information of {module}: its functions stay whole")
            continue
        path = files[module]
        has_lines = False
        for section in sections(path, module, table):
            inside = [address for address in mine if section.has(address)]
            if not inside:
                continue
            chains = _addr2line(path, section.name,
                                [address - section.distance for address in inside])
            for address, chain in zip(inside, chains):
                # Code that no compiler made has a name by its symbol, or none.
                has_lines |= any(file for _, file, _ in chain)
                if chain and all(name != "??" for name, _, _ in chain):
                    known[address] = "".join(
                        "\t" + _entry(*each, roots) for each in reversed(chain))
        if not has_lines:
            _say(f"no debug information of {module}: its functions stay whole")
    return known


def _say(text: str) -> None:
    print(f"emuhost: {text}", file=sys.stderr)


def main() -> int:
    """Returns the exit code."""
    if len(sys.argv) != 4:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 1
    trace, symbols, debug = map(Path, sys.argv[1:])
    try:
        addresses = executed(trace)
        known = inlines(addresses, Table.read(symbols), debug)
    except Failure as failure:
        _say(str(failure))
        return 1
    except (OSError, ValueError) as error:
        _say(f"{getattr(error, 'filename', None) or symbols}: "
             f"{getattr(error, 'strerror', None) or 'not a table of symbols'}")
        return 1
    sys.stdout.writelines(f"{address:016x}{known.get(address, '')}\n"
                          for address in addresses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
