"""What a store lacks is measured: by matrix, then made slim."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import children
from cells import Cell
from failure import Exit, Failure
from record import Files, read_record
from store import Store

_OK = (0, 1, Exit.BOOT)


@dataclass(frozen=True)
class Missing:
    """A cell that was to be measured and has no results, or no profile though one was
    asked for. `said` is what emuhost said last, or why there is no image."""

    name: str
    what: str
    said: str


@dataclass(frozen=True)
class Matrix:
    """Runs cells by the matrix at `program`, into the folder `out`.

    `options` are matrix's for all cells; `arguments` are exitbench's, matrix's own if
    empty. Paths of kernels begin at `folder`.
    """

    program: Path
    out: Path
    options: Sequence[str]
    arguments: Sequence[str]
    stop: children.Stop
    folder: Path | None = None

    def run(self, cells: Sequence[Cell]) -> None:
        """Runs cells of one host with one set of flags. Raises Failure if matrix can't
        go on; that a cell has no results is no such reason."""
        kernels = ",".join(cell.kernel for cell in cells)
        code, _ = children.run(
            [str(self.program), f"--out={self.out}", f"--kernels={kernels}",
             f"--hosts={cells[0].host}", f"--flags={cells[0].flags}", *self.options,
             *(["--", *self.arguments] if self.arguments else [])],
            self.stop, subprocess.DEVNULL, folder=self.folder)
        if code not in _OK:
            raise Failure(code)

    def missing(self, cell: Cell, profile: bool) -> Missing | None:
        """Returns what cell lacks, None if that is nothing."""
        files = Files.of(self.out, cell)
        record = read_record(files.record)
        # An exitbench that was killed leaves what it had measured so far. What emuhost
        # fails at after the results is the profile.
        whole = record is not None and files.results.is_file() and (
            record.exit_code in (0, 1) or record.exit_code >= Exit.USAGE)
        if whole and (not profile or files.profile.is_file()):
            return None
        what = "profile" if whole else "results"
        said = files.log.read_text(errors="replace").splitlines()[-2:] \
            if files.log.is_file() else []
        code = f"exit code {record.exit_code}" if record else "not run"
        return Missing(cell.name, what, " / ".join([code, *map(_printable, said)]))


@dataclass(frozen=True)
class Measurer:
    """Measures cells by `matrix` and adds them to `store`, made slim by the exitbench
    at `binary`. With `profile` each has one."""

    matrix: Matrix
    store: Store
    binary: Path
    profile: bool
    stop: children.Stop

    def measure(self, cells: Sequence[Cell]) -> list[Missing]:
        """Measures cells, adds what there is after each host, and returns what is
        missing then."""
        missing = []
        for group in by_host(cells):
            self.matrix.run(group)
            for cell in group:
                if lack := self.matrix.missing(cell, self.profile):
                    missing.append(lack)
                if not lack or lack.what == "profile":
                    self._add(cell)
        return missing

    def _add(self, cell: Cell) -> None:
        files = Files.of(self.matrix.out, cell)
        slim = self.store.new("pb")
        exitbench(self.binary, self.stop, "merge", "--slim", f"--out={slim}",
                  str(files.results))
        self.store.add(cell.name, slim,
                       files.profile if files.profile.is_file() else None)

    def calibrate(self, cells: Sequence[Cell]) -> list[Missing]:
        """Measures cells, which are boots of one kernel on one host, and puts what they
        differ by in the store. Returns what is missing; then there is no calibration."""
        boots = Matrix(self.matrix.program, self.matrix.out / "boots",
                       [each for each in self.matrix.options if each != "--profile"],
                       self.matrix.arguments, self.stop, self.matrix.folder)
        missing = []
        for group in by_host(cells):
            boots.run(group)
            missing += [lack for cell in group if (lack := boots.missing(cell, False))]
        if not missing:
            new = self.store.new("calibration")
            exitbench(self.binary, self.stop, "calibrate", f"--out={new}",
                      *(str(Files.of(boots.out, cell).results) for cell in cells))
            new.replace(self.store.calibration(cells[0].host))
        return missing


def by_host(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Returns cells in groups of one host and set of flags."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.host, cell.flags), []).append(cell)
    return list(groups.values())


def exitbench(binary: Path, stop: children.Stop, *arguments: str) -> None:
    """Runs exitbench, whose output is shown only if it fails; then raises Failure."""
    code, text = children.run([str(binary), *arguments], stop, subprocess.PIPE,
                              subprocess.STDOUT)
    if code:
        raise Failure(Exit.RESULTS, f"exitbench {arguments[0]} ends with {code}: "
                      + text.decode(errors="replace").strip())


def _printable(text: str) -> str:
    """Returns text without control characters."""
    return re.sub(r"[^\x20-\x7e]+", " ", text).strip()
