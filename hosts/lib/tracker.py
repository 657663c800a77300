"""What tracking by version and by commit have in common."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cells
import children
import command
from failure import Exit
from libraries import Libraries
from measure import Matrix, Measurer, Missing, exitbench
from steps import Differ, Step
from store import Entry, Store

# Boot variance is that of this kernel, by so many boots.
_CALIBRATION_KERNEL = "6.1"
_CALIBRATION_BOOTS = 5


@dataclass(frozen=True)
class Tracker:
    """A run of track with its options, whose paths are absolute. The tools are in the
    folder `hosts`."""

    options: argparse.Namespace
    hosts: Path
    store: Store
    libraries: Libraries
    stop: children.Stop

    @property
    def binary(self) -> Path:
        """Returns the path of exitbench for this machine."""
        return Path(self.options.binary)

    @property
    def work(self) -> Path:
        """Returns the folder of matrix's results."""
        return Path(self.options.work or self.store.own / "matrix")

    def differ(self) -> Differ:
        """Returns what compares entries."""
        return Differ(self.binary, self.stop)

    def measurer(self, store: Store, work: Path, folder: Path | None = None) -> Measurer:
        """Returns what measures into the folder work and adds to store. Paths of kernels
        begin at `folder`."""
        passed_on = [f"--{name}={value}" for name in (
            "jobs", "binary", "binary_arm64", "cache", "timeout")
            if (value := getattr(self.options, name))]
        if self.options.profile:
            passed_on.append("--profile")
        work.mkdir(parents=True, exist_ok=True)
        matrix = Matrix(self.hosts / "matrix", work, passed_on, self.options.arguments,
                        self.stop, folder)
        return Measurer(matrix, store, self.binary, self.options.profile, self.stop)

    def calibrate(self) -> list[Missing]:
        """Measures the boot variance of hosts that lack it; returns what is missing."""
        missing = []
        for host in self.options.calibrate:
            if self.options.again or not self.store.calibration(host).is_file():
                boots = [f"--seed={seed + 1}" for seed in range(_CALIBRATION_BOOTS)]
                missing += self.measurer(self.store, self.work).calibrate(
                    cells.plan([_CALIBRATION_KERNEL], [host], boots, self.libraries))
        return missing

    def finish(self, store: Store, lines: Sequence[str],
               pages: Mapping[str, Sequence[Entry]]) -> None:
        """Writes into store a page for each series, of its entries in their order and of
        their profiles, and the summary, which is also printed."""
        for series, entries in pages.items():
            new = store.new("html")
            files = [entry.results for entry in entries]
            files += [entry.profile for entry in entries if entry.profile.is_file()]
            # Hosts that are unlike are no reason to show nothing; the page marks them.
            options = ["--history", "--force"]
            calibration = self.store.calibration(entries[0].host)
            if calibration.is_file():
                options.append(f"--calibration={calibration}")
            exitbench(self.binary, self.stop, "report", *options, f"--out={new}",
                      *map(str, files))
            new.replace(store.folder / f"report.{series}.html")
        text = "\n".join(lines).rstrip("\n") + "\n"
        store.write(store.folder / "summary.md", text)
        command.print_text(text)


def exit_code(steps: Sequence[Step], missing: Sequence[Missing]) -> int:
    """Returns the exit code for steps that are to be judged, and what is missing."""
    if any(step.worse for step in steps):
        return 1
    if missing:
        return Exit.BOOT
    return Exit.RESULTS if any(step.refused for step in steps) else 0
