"""What a matrix keeps of each cell: its files, and whether they are of what the cell
would be run with now.

NAME.pb has the results, NAME.profile.pb the profile if one was asked for, NAME.log
what emuhost said, and NAME.cell how it ended. That is written last, so a cell without
it is not done.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from cells import Cell


@dataclass(frozen=True)
class Profiled:
    """Of how many of the cases that were traced there is a profile."""

    cases: int
    traced: int


@dataclass(frozen=True)
class Record:
    """How a cell ended. The key stands for everything that made its results what
    they are, and is empty where that is not known. `profiled` is None if there is no
    profile."""

    key: str
    exit_code: int
    seconds: int
    profiled: Profiled | None = None

    def write(self, path: Path) -> None:
        """Writes the record to path, in one step."""
        text = f"key {self.key}\nexit {self.exit_code}\nseconds {self.seconds}\n"
        if self.profiled:
            text += f"profiled {self.profiled.cases} of {self.profiled.traced}\n"
        new = path.with_name(path.name + ".new")
        new.write_text(text)
        os.replace(new, path)


def read_record(path: Path) -> Record | None:
    """Returns the record at path, None if there is no whole one."""
    try:
        words = dict(line.split(" ", 1) for line in path.read_text().splitlines())
        return Record(words["key"], int(words["exit"]), int(words["seconds"]),
                      _parse_profiled(words.get("profiled", "")))
    except (FileNotFoundError, KeyError, ValueError):
        return None


def _parse_profiled(text: str) -> Profiled | None:
    match = re.match(r"(\d+) of (\d+)\b", text)
    return Profiled(int(match[1]), int(match[2])) if match else None


def read_profiled(log: Path) -> Profiled | None:
    """Returns what the log says of a profile, None if it says nothing."""
    said = re.findall(r"^profile of (\d+ of \d+) cases\b",
                      log.read_text(errors="replace"), re.MULTILINE)
    return _parse_profiled(said[-1]) if said else None


@dataclass(frozen=True)
class Files:
    """The files of one cell, in the folder out."""

    results: Path
    profile: Path
    log: Path
    record: Path

    @staticmethod
    def of(out: Path, cell: Cell) -> "Files":
        """Returns the paths for cell."""
        return Files(*(out / f"{cell.name}.{end}"
                       for end in ("pb", "profile.pb", "log", "cell")))

    def remove(self) -> None:
        """Removes the results, the profile and how they ended; the log stays to be
        read."""
        self.record.unlink(missing_ok=True)
        self.results.unlink(missing_ok=True)
        self.profile.unlink(missing_ok=True)

    def done(self, key: str, profile: bool = False) -> bool:
        """Returns whether there are results of what key stands for, with the profile
        that was made of the same boot if `profile` asks for one."""
        record = read_record(self.record)
        return (record is not None and key != "" and record.key == key
                and record.exit_code in (0, 1) and self.results.is_file()
                and not (profile and self.profiled(record) is None))

    def profiled(self, record: Record | None) -> Profiled | None:
        """Returns what record says of the profile, None if that is not there."""
        return record.profiled if record and self.profile.is_file() else None


def cell_key(cell: Cell, binary: Path, emulator: str, arguments: Iterable[str]) -> str:
    """Returns a key for everything that makes the results of cell what they are."""
    kernel = _file_sum(Path(cell.image)) if cell.image else cell.kernel
    parts = [_file_sum(binary), kernel, cell.host, cell.flags, emulator,
             " ".join(arguments), *_module_sums(cell)]
    return _sum("".join(part + "\n" for part in parts).encode())[:64]


def _module_sums(cell: Cell) -> list[str]:
    """Returns a sum of the KVM modules, and of what KVM calls, for each --modules=
    in the cell's flags."""
    return [_modules_sum(word.removeprefix("--modules="))
            for word in cell.flags.split() if word.startswith("--modules=")]


def _modules_sum(top: str) -> str:
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(top)
             for name in names
             if fnmatchcase(name, "kvm*.ko*") or fnmatchcase(name, "irqbypass.ko*")]
    lines = [f"{_file_sum(Path(path))[:64]}  {path}\n".encode()
             for path in paths if not os.path.islink(path)]
    return _sum(b"".join(sorted(lines)))


def _file_sum(path: Path) -> str:
    """Returns the sum of a file's content, empty if it cannot be read: emuhost says
    what is wrong with it."""
    try:
        return _sum(path.read_bytes())
    except OSError:
        return ""


def _sum(content: bytes) -> str:
    """Returns content's SHA-256 as sha256sum prints it, as keys always had it."""
    return hashlib.sha256(content).hexdigest() + "  -"
