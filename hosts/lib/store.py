"""A store of slim results by kernel and host: one folder, which track adds to.

NAME.pb has the results of one cell, as matrix names it, NAME.profile.pb its profile if
there is one, HOST.calibration what the boots of a host differ by, and `reported` the
sums of the results that a report was written of. The folder .track below it, with a
lock and files that are being written, may be removed when no tracker runs.

Each file is written elsewhere and put in place in one step. A profile is always one of
the results beside it.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from failure import Exit, Failure

# What an entry is compared by to find the order of kernels.
VersionKey = tuple[tuple[int, ...], list[tuple[int, int, str]]]


def version_key(kernel: str) -> VersionKey:
    """Returns a key that sorts names of kernels by version, numbers as such.

    A release candidate has fewer numbers than the releases it led to, so it is older:
    7.3-cloud before 7.3.4.
    """
    numbers = re.match(r"\d+(\.\d+)*", kernel)
    rest = kernel[numbers.end():] if numbers else kernel
    return (tuple(map(int, numbers[0].split("."))) if numbers else (),
            [(0, int(part), "") if part.isdigit() else (1, 0, part)
             for part in re.findall(r"\d+|\D+", rest)])


@contextlib.contextmanager
def locked(path: Path, what: Path) -> Iterator[None]:
    """Holds the lock that is the file at path. Raises Failure, which says that another
    run has `what`, if another process holds it."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(Exit.MACHINE, f"another run has {what}") from None
        yield


@dataclass(frozen=True)
class Entry:
    """The results of one cell. `series` is its host and flags: entries of one series
    differ by their kernel alone."""

    kernel: str
    host: str
    series: str
    results: Path

    @property
    def profile(self) -> Path:
        """Returns the path of the profile, which may not be there."""
        return self.results.with_suffix(".profile.pb")


class Store:
    """The store in `folder`, which is made if it is not there."""

    def __init__(self, folder: Path, hosts: Sequence[str]) -> None:
        self.folder = folder
        self.own = folder / ".track"
        self._hosts = sorted(hosts, key=len, reverse=True)
        try:
            self.own.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(Exit.MACHINE,
                          f"cannot make {self.own}: {error.strerror}") from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the store's lock. Raises Failure if another tracker has it."""
        with locked(self.own / "lock", self.folder):
            # What a run that was killed left.
            for path in self.own.glob("new.*"):
                path.unlink()
            yield

    def entries(self) -> list[Entry]:
        """Returns all entries, by series and version."""
        found = [entry for path in self.folder.glob("*.pb")
                 if not path.name.endswith(".profile.pb")
                 and (entry := self._entry(path))]
        return sorted(found, key=lambda each: (each.series, version_key(each.kernel)))

    def _entry(self, path: Path) -> Entry | None:
        """Returns the entry whose results are at path, None if it has another name
        than cells have."""
        name = path.name.removesuffix(".pb")
        for host in self._hosts:
            if match := re.fullmatch(rf"(.+)\.({re.escape(host)}(\..+)?)", name):
                return Entry(match[1], host, match[2], path)
        return None

    def has(self, name: str, profile: bool) -> bool:
        """Returns whether there are results of the cell `name`, and the profile if that
        is asked for."""
        results = self.folder / f"{name}.pb"
        return results.is_file() and (
            not profile or results.with_suffix(".profile.pb").is_file())

    def new(self, name: str) -> Path:
        """Returns the path of a file to write and then put in place."""
        return self.own / f"new.{name}"

    def add(self, name: str, slim: Path, profile: Path | None) -> None:
        """Puts slim results, which new() named, in place, and a copy of the profile."""
        results = self.folder / f"{name}.pb"
        beside = results.with_suffix(".profile.pb")
        if profile:
            shutil.copyfile(profile, self.new("profile"))
        beside.unlink(missing_ok=True)
        os.replace(slim, results)
        if profile:
            os.replace(self.new("profile"), beside)

    def calibration(self, host: str) -> Path:
        """Returns the path of host's calibration, which may not be there."""
        return self.folder / f"{host}.calibration"

    def unreported(self, entries: Iterable[Entry]) -> set[Entry]:
        """Returns the entries whose results no report was written of."""
        try:
            reported = set((self.folder / "reported").read_text().splitlines())
        except FileNotFoundError:
            reported = set()
        return {entry for entry in entries if _line(entry) not in reported}

    def report(self, entries: Iterable[Entry]) -> None:
        """Notes that a report was written of all these, and of no others."""
        self.write(self.folder / "reported",
                   "".join(f"{_line(each)}\n" for each in entries))

    def write(self, path: Path, text: str) -> None:
        """Writes a file, in one step."""
        new = self.new(path.name)
        new.write_text(text)
        os.replace(new, path)


def _line(entry: Entry) -> str:
    """Returns what is noted of an entry: its name, and what its results are."""
    return (f"{hashlib.sha256(entry.results.read_bytes()).hexdigest()} "
            f"{entry.results.name}")
