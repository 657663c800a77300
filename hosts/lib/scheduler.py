"""Runs cells, some at a time, each by emuhost."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import children
from cells import Cell, architecture
from failure import Failure, say
from record import Files, Record, cell_key, read_profiled


def run_all(cells: Sequence[Cell], jobs: int, run_cell: Callable[[Cell], None],
            stop: children.Stop) -> None:
    """Calls run_cell for all cells in their order, at most `jobs` at a time.

    If one raises an exception, no further cell is begun, those that run are stopped,
    and the exception is raised when they have ended.
    """
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(run_cell, cell) for cell in cells]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stop.abandoned = True
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@dataclass(frozen=True)
class CellRunner:
    """Runs one cell, unless its results are there already.

    `binaries` has exitbench by architecture. `options` are emuhost's for all cells;
    `emulator` returns the packages that a host is emulated by. With `profile` each
    cell also has a profile.
    """

    emuhost: Path
    out: Path
    binaries: Mapping[str, Path]
    options: Sequence[str]
    arguments: Sequence[str]
    redo: bool
    profile: bool
    emulator: Callable[[str], str]
    stop: children.Stop

    def __call__(self, cell: Cell) -> None:
        """Runs cell and writes its files. Raises children.Stopped if it was ended;
        then there are no results of it."""
        files = Files.of(self.out, cell)
        # Now: what is built while it runs is not what it ran.
        key = self._key(cell)
        if not self.redo and files.done(key, self.profile):
            say(f"{cell.name}: there already")
            return
        files.remove()
        start = time.monotonic()
        try:
            code = self._emuhost(cell, files)
        except children.Stopped:
            files.remove()
            raise
        seconds = int(time.monotonic() - start)
        profiled = read_profiled(files.log) if files.profile.is_file() else None
        Record(key, code, seconds, profiled).write(files.record)
        said = files.log.read_text(errors="replace").splitlines() if code > 1 else []
        without = "" if files.results.is_file() else "no results, "
        say(f"{cell.name}: {without}exit code {code} after {seconds} s",
            *(f"  {line}" for line in said[-2:]))

    def _key(self, cell: Cell) -> str:
        """Returns the cell's key, empty if its emulator cannot be had."""
        try:
            emulator = self.emulator(cell.host)
        except Failure:
            return ""
        return cell_key(cell, self.binaries[architecture(cell.host)], emulator,
                        self.arguments)

    def _emuhost(self, cell: Cell, files: Files) -> int:
        """Returns the exit code of emuhost for cell."""
        cpu = architecture(cell.host)
        options = [*self.options]
        if self.profile:
            options.append(f"--profile={files.profile}")
            if cpu != "amd64":
                options.append(f"--decoder={self.binaries['amd64']}")
        with files.log.open("wb") as log:
            code, _ = children.run(
                [str(self.emuhost), f"--host={cell.host}", f"--kernel={cell.kernel}",
                 f"--binary={self.binaries[cpu]}", *options, *cell.flags.split(), "--",
                 *self.arguments, f"--out={files.results}"],
                self.stop, log, log)
        return code
