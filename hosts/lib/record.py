"""What a matrix keeps of each cell: its files, and whether they are of what the cell
would be run with now.

NAME.pb has the results, NAME.log what emuhost said, and NAME.cell how it ended. That
is written last, so a cell without it is not done.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from cells import Cell


@dataclass(frozen=True)
class Record:
    """How a cell ended. The key stands for everything that made its results what
    they are, and is empty where that is not known."""

    key: str
    exit_code: int
    seconds: int

    def write(self, path: Path) -> None:
        """Writes the record to path, in one step."""
        new = path.with_name(path.name + ".new")
        new.write_text(f"key {self.key}\nexit {self.exit_code}\n"
                       f"seconds {self.seconds}\n")
        os.replace(new, path)


def read_record(path: Path) -> Record | None:
    """Returns the record at path, None if there is no whole one."""
    try:
        words = dict(line.split(" ", 1) for line in path.read_text().splitlines())
        return Record(words["key"], int(words["exit"]), int(words["seconds"]))
    except (FileNotFoundError, KeyError, ValueError):
        return None


@dataclass(frozen=True)
class Files:
    """The files of one cell, in the folder out."""

    results: Path
    log: Path
    record: Path

    @staticmethod
    def of(out: Path, cell: Cell) -> "Files":
        """Returns the paths for cell."""
        return Files(*(out / f"{cell.name}.{end}" for end in ("pb", "log", "cell")))

    def remove(self) -> None:
        """Removes the results and how they ended; the log stays to be read."""
        self.record.unlink(missing_ok=True)
        self.results.unlink(missing_ok=True)

    def done(self, key: str) -> bool:
        """Returns whether there are results of what key stands for."""
        record = read_record(self.record)
        return (record is not None and key != "" and record.key == key
                and record.exit_code in (0, 1) and self.results.is_file())


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
